import { spellOutInvisible } from '../../plan/invisible.ts';
import { formatProblem } from '../../plan/load.ts';
import { checkReportText } from '../../planning/check/check-report.ts';
import { explainChecklist } from '../../task/checks/checklist.ts';
import { simulationText } from '../simulate/simulation-text.ts';
import { diffLines } from './diff-lines.ts';
import type { Forecast } from './forecast.ts';
import type { GitHubFacts } from './github-facts.ts';
import type { FoundRepository } from './look-around.ts';
import type { PassedSource } from './plan-sources.ts';
import type { Answers } from './setup-choices.ts';
import type { SetupFile } from './setup-target.ts';

/** A heading and what stands below it. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Sections as a terminal shows them: nothing in them steers it. */
export function sectionText(sections: readonly Section[]): string {
  return sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`.trimEnd())].map(spellOutInvisible).join('\n'))
    .join('\n\n');
}

/** What was found, as pairs of a name and what it is. */
export function detected({
  found,
  github,
}: {
  readonly found: FoundRepository;
  readonly github: GitHubFacts;
}): readonly (readonly [name: string, what: string])[] {
  const { languages, remote, defaultBranch, checks, install } = found;
  return [
    ['repository', remote ? `${remote.owner}/${remote.repo} on ${remote.host}` : 'no remote on GitHub yet'],
    ['default branch', github.known ? github.defaultBranch : defaultBranch],
    ['rules', rulesText(github)],
    ['languages', languages.join(', ') || 'none known'],
    ['install', install.map(({ run, why }) => `${run}, ${why}`).join('; ') || 'nothing to install'],
    ...explainChecklist(checks).map(
      (text) => [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 2)] as const,
    ),
  ];
}

function rulesText(github: GitHubFacts): string {
  if (!github.known) return github.why;
  const parts = [
    github.onlyPulls && 'pull requests alone',
    github.reviews > 0 && `approvals: ${github.reviews}`,
    github.requiredChecks.length > 0 && `required checks: ${github.requiredChecks.join(', ')}`,
    github.hasMergeQueue && 'a merge queue',
  ];
  return parts.filter((part) => part !== false).join(', ') || 'none';
}

/** The same in two columns. */
export function foundSection(facts: Parameters<typeof detected>[0]): Section {
  const pairs = detected(facts);
  const width = Math.max(...pairs.map(([name]) => name.length));
  const lines = pairs.map(([name, what]) => `${name.padEnd(width)}  ${what}`);
  return { title: `Found in ${facts.found.root}`, lines };
}

/** Where the plan comes from, and what of its source was not taken. */
export function planLines({ plan }: Answers, passed: readonly PassedSource[]): readonly string[] {
  const left = passed.map(({ path, why }) => `${path} is not taken: ${why}.`);
  switch (plan.kind) {
    case 'existing':
      return ['The plan that is there stays as it is.'];
    case 'example':
      return ['Three example tasks: replace them, or try everything with them.', ...left];
    case 'import': {
      const { path, imported } = plan.source;
      const tasks = imported.plan.tasks.length;
      return [
        `Imported from ${path}: ${tasks} ${tasks === 1 ? 'task' : 'tasks'} (${imported.format.title}, recognised by ${imported.reason}).`,
        ...imported.notes.map((note) => `to look at: ${formatProblem(note)}`),
        ...left,
      ];
    }
  }
}

/** Each file with what becomes of it, and of those that are somebody's the difference. */
export async function fileLines(
  files: readonly SetupFile[],
  { isWritten, dryRun }: { readonly isWritten: (file: SetupFile) => boolean; readonly dryRun: boolean },
): Promise<readonly string[]> {
  const lines = await Promise.all(
    files.map(async (file) => {
      const { path, state, before = '', text } = file;
      if (state === 'new') return [`${(dryRun ? 'would write' : 'written').padEnd(11)} ${path}`];
      if (state === 'same') return [`unchanged   ${path}`];
      const difference = (await diffLines(before, text)).map((line) => `  ${line}`);
      if (isWritten(file)) return [`${dryRun ? 'would overwrite' : 'overwritten'} ${path}`, ...difference];
      return [`kept        ${path}, which is not as init would write it; --overwrite would make it so:`, ...difference];
    }),
  );
  return lines.flat();
}

/** What `check` and `simulate` say. */
export function forecastSections({ check, plan, simulation }: Forecast & { readonly ok: true }): readonly Section[] {
  return [
    { title: 'Check', lines: checkReportText(check).split('\n') },
    {
      title: 'Forecast',
      lines: simulationText({ plan, simulation, runs: undefined, gantt: false, width: 80 }).split('\n'),
    },
  ];
}
