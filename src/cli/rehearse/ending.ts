import { join } from 'node:path';
import { counted } from '../../text/words.ts';
import { padTo } from '../terminal/fit-line.ts';
import type { Report } from './report.ts';
import type { Standing } from './standings.ts';

/** Tasks that wait are counted beyond so many. */
const MAX_WAITING = 8;

interface Ending {
  readonly report: Report;
  readonly standing: readonly Standing[];
  readonly out: string;
  /** Everything that was measured is printed as well. */
  readonly stats: boolean;
}

/** What a person reads at the end of a rehearsal: what was done, what was not and why, and where to look. */
export function endingText({ report, standing, out, stats }: Ending): string {
  const { tasks, attempts, wall_s } = report;
  return [
    '',
    `${tasks.completed} of ${tasks.total} tasks completed, ${tasks.failed} failed or blocked, ${counted(attempts, 'attempt')}, ${clockText(wall_s)}`,
    ...(report.held === null ? [] : [`held: ${report.held}`]),
    ...standing.flatMap(needText),
    ...waitingLines(standing),
    '',
    'Look at',
    ...looked(out, stats).map(([path, what]) => `  ${padTo(path, 32)} ${what}`),
  ].join('\n');
}

function needText({ id, title, state, why, issue }: Standing): readonly string[] {
  if (state !== 'needs-human') return [];
  const reason = why === undefined ? '' : `: ${why}`;
  return [
    '',
    `‼ ${id} ${title} needs a person${reason}`,
    `  its issue is #${issue}; there a person would comment /retry`,
  ];
}

/** What is not done and asks nobody, by what it waits for. */
function waitingLines(standing: readonly Standing[]): readonly string[] {
  const waiting = standing.filter(({ state }) => state !== 'completed' && state !== 'needs-human');
  if (waiting.length === 0) return [];
  const lines = waiting.slice(0, MAX_WAITING).map(({ id, title, state, waitsFor }) => {
    const what = waitsFor.length > 0 ? `waits for ${waitsFor.join(', ')}` : STATES[state];
    return `  ${id} ${title}: ${what}`;
  });
  const more = waiting.length - lines.length;
  return ['', 'Not done', ...lines, ...(more > 0 ? [`  and ${counted(more, 'more task')}`] : [])];
}

const STATES: Readonly<Record<Standing['state'], string>> = {
  waiting: 'is ready, or held',
  running: 'runs',
  'in-review': 'waits for review',
  completed: 'is completed',
  failed: 'is tried again',
  broken: 'runs again',
  'needs-human': 'needs a person',
};

function looked(out: string, stats: boolean): readonly (readonly [string, string])[] {
  return [
    [join(out, 'PROGRESS.md'), 'the page as it stands on the base'],
    [join(out, 'remote.git'), 'the repository, with everything that landed'],
    [join(out, 'issues.json'), 'issues and comments; pull requests are in pulls.json'],
    [join(out, 'runs/'), 'the log of every step of every run'],
    [join(out, 'report.json'), stats ? 'what was measured' : 'what was measured; --stats prints it'],
    [join(out, 'requests.jsonl'), 'every request'],
  ];
}

/** Such as `3 min 46 s`. */
function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
