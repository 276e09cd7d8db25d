import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { loadProject } from '../plan/load-project.ts';
import type { FileProblem } from '../plan/plan.ts';
import type { PlanChange } from '../plan/plan-change.ts';
import type { RepositoryFile } from '../plan/repository-plan.ts';
import { countsText, diffJson, diffText } from '../planning/diff/diff-text.ts';
import { isChanged, type PlanVersion, planDiff } from '../planning/diff/plan-diff.ts';
import { CONFIG_PATHS } from '../state/names.ts';
import { localFiles } from './diff/local-files.ts';
import { previewPush } from './diff/preview-push.ts';
import { isEmpty, pushJson, pushText } from './diff/push-text.ts';
import { gitIn } from './git-in.ts';
import { type OpenedPlan, openPlan } from './open-plan.ts';
import { askGitHub, ghOption, openRepository, type RepositoryFlags, repoOption } from './open-repository.ts';
import { reportProblems } from './report-problems.ts';
import { paletteFor } from './terminal/palette.ts';
import { UsageError } from './usage-error.ts';

interface Flags extends RepositoryFlags {
  readonly plan?: string;
  readonly json?: boolean;
  readonly exitCode?: boolean;
}

const MORE = `
With a token, GITHUB_TOKEN or that of gh, it compares with the repository on GitHub, and says what a push to the default
branch would do: issues that are made, changed and closed, runs that start or are cancelled, and what people would be asked.
It decides as the app decides, and writes nothing. Without a token, or where a ref or a file is named, it compares the plan
with that one. It exits with 0; with 1 where the plan as it is here is refused, listing every problem; with 2 where it is
used wrongly. With --exit-code it exits with 2 where something would change, and with 1 for whatever is wrong.`;

/** `agent-waves diff`: what the plan in this folder would change. */
export function diffCommand(): Command {
  return new Command('diff')
    .description('show what the plan as it is here would change, on GitHub or beside another version')
    .argument('[against]', 'a git ref, or another plan file; without it GitHub, or HEAD where no token is at hand')
    .option('--plan <file>', 'the plan file; without it, the one that the configuration names')
    .addOption(repoOption())
    .addOption(ghOption())
    .option('--exit-code', 'exit with 2 where something would change')
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run(against: string | undefined, flags: Flags): Promise<void> {
  try {
    await compare(against, flags);
  } catch (error) {
    // 2 says then that something would change.
    if (!flags.exitCode || !(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function compare(against: string | undefined, { plan, json = false, exitCode, ...flags }: Flags): Promise<void> {
  const isNamed = flags.repo !== undefined || flags.gh === true;
  if (against !== undefined && isNamed) throw new UsageError(`name ${against}, or a repository on GitHub`);
  const opened = await openPlan(plan);
  if (!opened.ok) return reportProblems(opened.problems, { json });
  const isOnGitHub = against === undefined && (isNamed || process.env.GITHUB_TOKEN !== undefined);
  const shown = isOnGitHub ? await withGitHub(opened, flags) : await withVersion(against ?? 'HEAD', opened);
  if (shown.problems) return reportProblems(shown.problems, { json });
  console.log(json ? JSON.stringify(shown.json, null, 2) : shown.text);
  if (exitCode && shown.isChanged) process.exitCode = 2;
}

type Shown =
  | { readonly problems: readonly FileProblem[] }
  | { readonly problems?: undefined; readonly text: string; readonly json: object; readonly isChanged: boolean };

async function withGitHub(opened: Opened, flags: RepositoryFlags): Promise<Shown> {
  const access = await openRepository(flags);
  const files = await localFiles(opened.source);
  const previewed = await askGitHub(() => previewPush(access, files));
  if (previewed.ok === false) return { problems: previewed.problems };
  if (previewed.ok === undefined) return shownChange(planDiff({ before: undefined, after: opened }));
  const { push } = previewed;
  const text = pushText(push, paletteFor(process.stdout, process.env));
  return { text, json: pushJson(push), isChanged: !isEmpty(push.preview) };
}

async function withVersion(against: string, opened: Opened): Promise<Shown> {
  const before = existsSync(against) ? await otherFile(against, opened) : await atRef(against, opened);
  return shownChange(planDiff({ before, after: opened }));
}

function shownChange(change: PlanChange): Shown {
  const counts = isChanged(change) ? `\n\n${countsText(change)}` : '';
  return { text: `${diffText(change)}${counts}`, json: diffJson(change), isChanged: isChanged(change) };
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
