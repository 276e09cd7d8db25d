import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a rehearsal left on disk: the history of the base and the logs of runs. */

const execute = promisify(execFile);

export async function git(gitDir: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', ['--git-dir', gitDir, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** A commit on the base that carries a task's work. */
export interface Landing {
  readonly commit: string;
  readonly parent: string;
  readonly task: string;
  readonly issue: number;
  readonly attempt: number;
}

const FORMAT = [
  '%H',
  '%P',
  ...['Task', 'Issue', 'Attempt'].map((key) => `%(trailers:key=${key},valueonly,separator=)`),
];

/** Oldest first. */
export async function landings(gitDir: string): Promise<readonly Landing[]> {
  const text = await git(gitDir, 'log', '--reverse', `--format=${FORMAT.join('%x1f')}`, 'main');
  return text
    .split('\n')
    .map((line) => line.split('\u001f'))
    .flatMap(([commit = '', parent = '', task = '', issue = '', attempt = '']) =>
      task === '' ? [] : [{ commit, parent, task, issue: Number(issue.replace('#', '')), attempt: Number(attempt) }],
    );
}

export async function isAncestor(gitDir: string, ancestor: string, of: string): Promise<boolean> {
  return git(gitDir, 'merge-base', '--is-ancestor', ancestor, of).then(
    () => true,
    () => false,
  );
}

/** The time that a run had its task, by the steps that the runner wrote down. */
export interface Tenure {
  readonly run: number;
  /** Epoch milliseconds: the end of a claim that was granted. */
  readonly claimed: number;
  /** The start of the report. */
  readonly reported: number;
}

interface Step {
  readonly name: string;
  readonly outcome: string;
  readonly started: number;
  readonly ended: number;
}

/** Runs that had a task from claim to report; superseded ones and ones that were killed have no such time. */
export async function tenures(out: string): Promise<readonly Tenure[]> {
  const found: Tenure[] = [];
  for (const path of await stepFiles(out)) {
    const steps = JSON.parse(await readFile(path, 'utf8')) as readonly Step[];
    const done = steps.filter(({ outcome }) => outcome !== 'skipped');
    const claim = done.find(({ name }) => name === 'Claim the task');
    const report = done.find(({ name }) => name === 'Report');
    const run = Number(path.slice(join(out, 'runs').length + 1).split('/', 1)[0]);
    if (claim && report) found.push({ run, claimed: claim.ended, reported: report.started });
  }
  return found;
}

async function stepFiles(out: string): Promise<readonly string[]> {
  const all = await readdir(join(out, 'runs'), { recursive: true }).catch(() => []);
  return all.filter((path) => path.endsWith('steps.json')).map((path) => join(out, 'runs', path));
}

/** The most tenures that overlap at one moment. */
export function mostAtOnce(tenures: readonly Tenure[]): number {
  return Math.max(
    0,
    ...tenures.map(
      ({ claimed }) => tenures.filter((other) => other.claimed <= claimed && claimed < other.reported).length,
    ),
  );
}

/** Every log of a run, one below the other. */
export async function runLog(out: string, run: number): Promise<string> {
  const folder = join(out, 'runs', String(run));
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const logs = names.filter((name) => name.endsWith('.log')).sort();
  const texts = await Promise.all(
    logs.map(async (name) => `--- ${name}\n${await readFile(join(folder, name), 'utf8')}`),
  );
  return texts.join('\n');
}
