import { visible } from '../../state/markdown.ts';
import { fenced, line, list, paragraphs, section } from './markdown.ts';
import { roleOf } from './role.ts';
import type { BriefSource, CompletedWave, Dependency, Resumed } from './source.ts';

export interface BriefInput {
  readonly source: BriefSource;
  /** Type of the agent that reads it. */
  readonly agent: string;
  /** Commands of the checklist, in the order in which they run. */
  readonly commands: readonly { readonly name: string; readonly command: string }[];
  /** Context files that exist. */
  readonly files: readonly string[];
  /** Where the agent may write what it did. */
  readonly summaryFile: string;
}

/** How much of what surrounds the task is said. */
interface Detail {
  /** Completed waves that have a line of their own, counted from the newest. */
  readonly waves: number;
  readonly dependencies: 'summary' | 'title' | 'id';
}

/**
 * What the agent reads: the same for the same input, and never longer than `source.characters`. What does not fit is
 * folded, the oldest waves first and direct dependencies last; the task itself is cut only when nothing else is left.
 */
export function renderBrief(input: BriefInput): string {
  const { completedWaves, characters } = input.source;
  const details: readonly Detail[] = [
    ...completedWaves.map((_, folded) => ({ waves: completedWaves.length - folded, dependencies: 'summary' as const })),
    { waves: 0, dependencies: 'summary' },
    { waves: 0, dependencies: 'title' },
    { waves: 0, dependencies: 'id' },
  ];
  let text = '';
  for (const detail of details) {
    text = render(input, detail);
    if (text.length <= characters) return text;
  }
  const note = '\n\n(The brief was longer than `brief_tokens` allows and ends here.)\n';
  return text.slice(0, Math.max(0, characters - note.length)).toWellFormed() + note;
}

function render(input: BriefInput, detail: Detail): string {
  const { source } = input;
  const { task } = source;
  const sections = [
    `# ${line(task.id)}: ${line(task.title)}`,
    `You work on one task of the plan ${line(source.plan)}, in a checkout of the repository's newest state. This is attempt ${source.attempt}.`,
    paragraphs(task.description),
    section('Your part', roleOf(input.agent).join('\n\n')),
    section('Done when', list(task.acceptance.map(line))),
    section('These must exist', list(task.outputs.map((output) => `\`${line(output)}\``))),
    section('Checks', checks(input)),
    section('How to work', rules(input.summaryFile)),
    section('Where it stands', source.resumed ? resumedSection(source.resumed) : ''),
    section('Objections of the reviewer', objectionSection(source)),
    section('Guidance from the team', paragraphs(source.guidance ?? '')),
    section('New from the team', told(source)),
    section(failureTitle(source), lastFailure(source)),
    section('Read first', list(input.files.map((file) => `\`${line(file)}\``))),
    section('What this builds on', source.dependencies.map((dependency) => describe(dependency, detail)).join('\n')),
    section('Finished before', waves(source.completedWaves, detail.waves)),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function checks({ commands }: BriefInput): string {
  if (commands.length === 0) return '';
  const rows = commands.map(({ name, command }) => `- ${name}: \`${line(command)}\``);
  return `These run when you are finished, and all must pass. Run them yourself first.\n\n${rows.join('\n')}`;
}

const MAX_FILES = 30;

function resumedSection(resumed: Resumed): string {
  const { conflicts } = resumed;
  const clash =
    conflicts.length === 0
      ? ''
      : `Others changed the same lines meanwhile. These files hold both sides between conflict markers; resolve them first, and leave no marker:\n\n${files(conflicts)}`;
  if (resumed.kind === 'review')
    return [`The work is in review as pull request #${resumed.pull}. Do what was asked for; keep the rest.`, clash]
      .filter(Boolean)
      .join('\n\n');
  const { changed } = resumed;
  const so =
    changed.length === 0
      ? 'An earlier run of this task stopped before it changed anything.'
      : `An earlier run of this task had to stop. What it did is in the checkout, uncommitted: go on from there. It changed:\n\n${files(changed)}`;
  return [so, clash].filter(Boolean).join('\n\n');
}

function files(paths: readonly string[]): string {
  const more = paths.length - MAX_FILES;
  const shown = paths.slice(0, MAX_FILES).map((path) => `\`${line(path)}\``);
  return list(more > 0 ? [...shown, `and ${more} more`] : shown);
}

function objectionSection({ objections }: BriefSource): string {
  if (!objections) return '';
  const { by, round, rounds, list: raised } = objections;
  const rows = raised.map(({ file, line: at, what }) => {
    const place = file === undefined ? '' : `\`${line(at === undefined ? file : `${file}:${at}`)}\`: `;
    return `${place}${line(what)}`;
  });
  return `Another agent (${line(by)}) has reviewed your work, which is in the checkout and has passed its checks, and objects; this is round ${round} of ${rounds}. Fix what it is right about. Where it is wrong, leave the work as it is and say why in what you say at the end: the reviewer reads that.\n\n${list(rows)}`;
}

function told({ told: said = [] }: BriefSource): string {
  return said.map(({ by, at, text }) => `${line(by)}, ${line(at)}:\n\n${paragraphs(text)}`).join('\n\n');
}

/** What failed may have been this attempt's own earlier run: a slice, a review, a conflict. */
function failureTitle({ attempt, resumed }: BriefSource): string {
  if (resumed?.kind === 'review') return 'What is asked for';
  return attempt > 1 ? `Why attempt ${attempt - 1} failed` : 'Why the last run stopped';
}

function lastFailure({ attempt, lastFailure, resumed }: BriefSource): string {
  if (!lastFailure) return '';
  const again = attempt > 1 && resumed?.kind !== 'review';
  const advice = again ? ' Find the cause before you write code; do not repeat what failed.' : '';
  const output = visible(lastFailure.output).trimEnd();
  const what = `${line(lastFailure.what)}.${advice}`;
  return output ? `${what}\n\n${fenced(output)}` : what;
}

function describe({ id, title, commit, summary }: Dependency, { dependencies }: Detail): string {
  if (dependencies === 'id') return `- ${id}`;
  const where = commit ? `, commit ${commit.slice(0, 10)}` : '';
  const head = `- ${id}: ${line(title)}${where}`;
  const text = dependencies === 'summary' ? paragraphs(summary) : '';
  return text ? `${head}\n\n${text.replace(/^(?=.)/gm, '  ')}\n` : head;
}

function waves(completed: readonly CompletedWave[], shown: number): string {
  const folded = completed.slice(0, completed.length - shown);
  const lines = completed.slice(completed.length - shown).map(({ number, title, tasks, summary }) => {
    const name = `- Wave ${number}: ${line(title)}`;
    return summary === undefined ? `${name} (${tasks.join(', ')})` : `${name}. ${line(summary)}`;
  });
  if (folded.length > 0) lines.unshift(`- Waves ${folded.map(({ number }) => number).join(', ')}`);
  return lines.join('\n');
}

function rules(summaryFile: string): string {
  return list([
    'Change only what this task needs. Leave the plan, the progress file, `.github/` and the files that steer agents, editors, git, package managers or CI (`AGENTS.md`, `.vscode/`, `.envrc`, `.gitattributes`, `.npmrc` and their kin) as they are: work that touches them is refused.',
    'Do not make the checks look at less: tests that are removed, skipped or excluded, and changed scripts or settings of checks, are refused unless they are what this task is about.',
    'Do not push, and do not open issues or pull requests; your changes are taken from the checkout and landed as one commit.',
    `When you are finished, say in a few sentences what you did and what the next tasks should know; if you can write files, put it into \`${summaryFile}\`.`,
  ]);
}
