import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Report } from '../src/cli/rehearse/report.ts';

/**
 * Rehearses a plan in every mode, one after the other, and prints wall time and requests of each as a table. By hand,
 * on a machine that does nothing else: `node bench/modes.ts [folder] [--only <mode>] [--keep]`.
 */

const MODES: Readonly<Record<string, readonly string[]>> = {
  push: ['--landing', 'push'],
  merge: ['--landing', 'merge'],
  review: ['--landing', 'review'],
  'base, protected': ['--base', 'agent-waves/{plan}', '--landing', 'merge', '--protect-default'],
  hardened: ['--hardened'],
  redis: ['--checkpoint', 'redis', '--slice', '2h'],
  'slice 2h': ['--slice', '2h'],
  'kill every 10': ['--kill-every', '10'],
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', multiple: true }, keep: { type: 'boolean', default: false } },
});
const wanted = Object.entries(MODES).filter(([name]) => values.only?.includes(name) ?? true);
if (wanted.length === 0) throw new Error(`--only takes one of: ${Object.keys(MODES).join(', ')}`);

const HEAD = [
  'mode',
  'completed',
  'attempts',
  'runs',
  'restored',
  'wall s',
  'makespan s',
  'bound s',
  'API a task',
  'git a task',
];
const rows: (readonly string[])[] = [];
for (const [name, flags] of wanted) {
  const rehearsed = await rehearse(flags);
  rows.push(rehearsed ? row(name, rehearsed) : [name, 'not rehearsed']);
  console.log(rows.at(-1)?.join(' · '));
}
console.log(`\n${table(HEAD, rows)}`);

interface Rehearsed {
  readonly report: Report;
  readonly requests: { readonly api: number; readonly git: number };
}

async function rehearse(flags: readonly string[]): Promise<Rehearsed | undefined> {
  const out = await mkdtemp(join(tmpdir(), 'agent-waves-modes-'));
  const args = ['src/cli/main.ts', 'rehearse', ...positionals, '--out', out, ...flags];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'close');
  try {
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as Report;
    return { report, requests: count(await readFile(join(out, 'requests.jsonl'), 'utf8')) };
  } catch {
    return undefined; // It ended before it had anything to report, and has said why.
  } finally {
    if (values.keep) console.log(out);
    else await rm(out, { recursive: true, force: true });
  }
}

/** Of the app and of runs: what scripted people ask is no cost of ours. */
function count(log: string): Rehearsed['requests'] {
  const ours = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly actor: string; readonly route: string })
    .filter(({ actor }) => actor === '' || actor.endsWith('[bot]'));
  const git = ours.filter(({ route }) => route.startsWith('git ')).length;
  return { api: ours.length - git, git };
}

function row(name: string, { report, requests }: Rehearsed): readonly string[] {
  const { tasks, by_task } = report;
  const sum = (count: (task: Report['by_task'][number]) => number) =>
    by_task.reduce((total, task) => total + count(task), 0);
  return [
    name,
    `${tasks.completed} of ${tasks.total}`,
    String(report.attempts),
    String(sum((task) => task.runs)),
    String(sum((task) => task.checkpoints_restored)),
    ...[report.wall_s, report.makespan_s, report.bound_s].map((seconds) => seconds.toFixed(1)),
    (requests.api / tasks.total).toFixed(1),
    (requests.git / tasks.total).toFixed(1),
  ];
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...body].map((line) => (line[column] ?? '').length), title.length),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '')[column === 0 ? 'padEnd' : 'padStart'](width)).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}
