import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { loadProject } from '../plan/load-project.ts';
import type { RepositoryFile } from '../plan/repository-plan.ts';
import { diffJson, diffText } from '../planning/diff/diff-text.ts';
import { type PlanVersion, planDiff } from '../planning/diff/plan-diff.ts';
import { CONFIG_PATHS } from '../state/names.ts';
import { gitIn } from './git-in.ts';
import { type OpenedPlan, openPlan } from './open-plan.ts';
import { reportProblems } from './report-problems.ts';
import { UsageError } from './usage-error.ts';

interface Flags {
  readonly plan?: string;
  readonly json?: true;
}

const MORE = `
It says what the app says on a pull request: tasks added, removed and changed, and what the plan comes to before and
after. It exits with 0; with 1 where the plan as it is now is refused, listing every problem; with 2 where it is used
wrongly.`;

/** `agent-waves diff`: what the plan in this folder would change. */
export function diffCommand(): Command {
  return new Command('diff')
    .description('show what the plan as it is here would change')
    .argument('[against]', 'a git ref, or another plan file', 'HEAD')
    .option('--plan <file>', 'the plan file; without it, the one that the configuration names')
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run(against: string, { plan, json }: Flags): Promise<void> {
  const opened = await openPlan(plan);
  if (!opened.ok) {
    reportProblems(opened.problems, { json: json === true });
    return;
  }
  const before = existsSync(against) ? await otherFile(against, opened) : await atRef(against, opened);
  const change = planDiff({ before, after: opened });
  console.log(json ? JSON.stringify(diffJson(change), null, 2) : diffText(change));
}

type Opened = OpenedPlan & { readonly ok: true };

/** Another plan, carried out by the same configuration. */
async function otherFile(path: string, { config }: Opened): Promise<PlanVersion> {
  const other = await openPlan(path);
  if (!other.ok) throw new UsageError(`${path} cannot be read as a plan; agent-waves check ${path} says why`);
  return { plan: other.plan, config };
}

/** The plan and the configuration of a commit; undefined where it has none that can be read. */
async function atRef(ref: string, { source }: Opened): Promise<PlanVersion | undefined> {
  const path = resolve(source.file);
  const git = gitIn(dirname(path));
  const root = (await git('rev-parse', '--show-toplevel'))?.trim();
  if (root === undefined) throw new UsageError(`${source.file} is in no git repository; name another plan file`);
  const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  if (commit === undefined) throw new UsageError(`${ref} is no commit and no file; name one`);
  const read = async (file: string): Promise<RepositoryFile | undefined> => {
    const text = await git('show', `${commit.trim()}:${file}`);
    return text === undefined ? undefined : { path: file, text };
  };
  const [config, otherConfig] = (await Promise.all(CONFIG_PATHS.map(read))).filter((file) => file !== undefined);
  const { location } = loadProject({ plan: undefined, config });
  const plan = (await read(location.plan)) ?? (await read(relative(root, path)));
  const loaded = loadProject({ plan, config, otherConfig });
  return loaded.ok ? loaded.project : undefined;
}
