import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { draftPath, type PlannedTask, scriptedWork } from './scripted-work.ts';

/**
 * Stands in for a model in a rehearsal: a program like any other agent, which reads its brief, takes the time that
 * the plan estimates, and writes what `scriptedWork` makes of the task into the checkout it was started in. Until it is
 * done the first file is a draft that says how far it is: started anew where a draft lies, it works for the rest of the time.
 */

const { values } = parseArgs({
  options: {
    /** Path of the plan from the root of the checkout. */
    plan: { type: 'string', default: 'docs/planning/tasks.json' },
    /** How many times faster than estimated the work goes. */
    speed: { type: 'string', default: '36000' },
    /** `TASK:N`: the first N attempts at it deliver code that fails its own test. */
    fail: { type: 'string', multiple: true, default: [] },
  },
});

/** Shares of the work after which the draft is written, and the shortest pause between two, in milliseconds. */
const STEPS = 25;
const SHORTEST_STEP = 20;

await main();

async function main(): Promise<void> {
  const id = required('AGENT_WAVES_TASK');
  const attempt = Number(required('AGENT_WAVES_ATTEMPT'));
  const brief = await readFile(required('AGENT_WAVES_BRIEF'), 'utf8');
  if (!brief.includes(id)) throw new Error(`the brief does not speak of ${id}`);

  const { tasks } = JSON.parse(await readFile(values.plan, 'utf8')) as { readonly tasks: readonly PlannedTask[] };
  const known = new Map(tasks.map((task) => [task.id, task]));
  const task = known.get(id);
  if (!task) throw new Error(`${values.plan} has no task ${id}`);

  const milliseconds = (minutes(task.estimate) * 60_000) / Number(values.speed);
  const { files, summary } = scriptedWork(task, { known, sound: attempt > failures(id) });
  const draft = draftPath(task);
  await work(draft, { id, attempt, milliseconds, finished: files[0]?.[1] });

  if (files.length === 0) await rm(draft, { force: true });
  for (const [path, text] of files) await write(path, text);
  const summaryFile = process.env.AGENT_WAVES_SUMMARY;
  if (summaryFile !== undefined) await writeFile(summaryFile, summary);
  console.log(summary);
}

interface Work {
  readonly id: string;
  readonly attempt: number;
  /** What the whole task takes. */
  readonly milliseconds: number;
  /** The first file as this attempt makes it; undefined where it makes none. */
  readonly finished: string | undefined;
}

/** Works until the draft is complete; whoever ends it before that loses no more than the last step. */
async function work(path: string, { id, attempt, milliseconds, finished }: Work): Promise<void> {
  const before = (await doneShare(path, { id, finished })) * milliseconds;
  const goesOn = before === 0 ? '' : `, of which ${Math.round(before)} ms lie here as a draft`;
  console.log(`Working on ${id}, attempt ${attempt}, for ${Math.round(milliseconds)} ms${goesOn}.`);
  const began = performance.now() - before;
  const step = Math.max(milliseconds / STEPS, SHORTEST_STEP);
  for (let rest = milliseconds - before; rest > 0; rest = milliseconds - (performance.now() - began)) {
    await writeDraft(path, id, 1 - rest / milliseconds);
    await sleep(Math.min(rest, step));
  }
}

/** In millionths, always as many characters: whoever copies the file meanwhile finds the old number or the new one. */
async function writeDraft(path: string, id: string, share: number): Promise<void> {
  const text = draftText(id, String(Math.floor(share * 1e6)).padStart(7, '0'));
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, (await isDraft(path, id)) ? 'r+' : 'w');
  try {
    await file.write(text, 0);
  } finally {
    await file.close();
  }
}

function draftText(id: string, millionths: string): string {
  return `// A draft: ${millionths} millionths of ${id} are done.\n`;
}

async function isDraft(path: string, id: string): Promise<boolean> {
  return (await draftedMillionths(path, id)) !== undefined;
}

/** 0 where there is no draft. All of it where an earlier run was ended in the moment in which it was done. */
async function doneShare(path: string, { id, finished }: Pick<Work, 'id' | 'finished'>): Promise<number> {
  const millionths = await draftedMillionths(path, id);
  if (millionths !== undefined) return Math.min(Number(millionths) / 1e6, 1);
  return (await readFile(path, 'utf8').catch(() => '')) === finished ? 1 : 0;
}

async function draftedMillionths(path: string, id: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const millionths = /^\/\/ A draft: (\d{7}) millionths/.exec(text)?.[1];
  return millionths !== undefined && text === draftText(id, millionths) ? millionths : undefined;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: this program is started by the agent step`);
  return value;
}

function failures(id: string): number {
  const rule = values.fail.find((candidate) => candidate.slice(0, candidate.lastIndexOf(':')) === id);
  return rule === undefined ? 0 : Number(rule.slice(rule.lastIndexOf(':') + 1));
}

/** Written anew here and not imported: the rehearsal is an independent check of the product. */
function minutes(estimate: string | number | undefined): number {
  if (typeof estimate === 'number') return estimate;
  const [, amount, unit] = /^\s*([\d.]+)\s*([a-z]*)/i.exec(estimate ?? '') ?? [];
  if (amount === undefined) return 60;
  return Number(amount) * (unit?.toLowerCase().startsWith('h') ? 60 : 1);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
