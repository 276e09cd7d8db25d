import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/**
 * Stands in for a model in a rehearsal: a program like any other agent, which reads its brief, takes the time that
 * the plan estimates, and writes the task's module and its test into the checkout it was started in. Until it is done
 * the module is a draft that says how far it is: started anew where a draft lies, it works for the rest of the time.
 */

interface PlannedTask {
  readonly id: string;
  readonly title: string;
  readonly estimate?: string | number;
  readonly dependencies?: readonly string[];
  readonly outputs?: readonly string[];
}

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
  const [module, test] = outputs(task);
  const finished = moduleText(task, { path: module, known, sound: attempt > failures(id) });
  await work(module, { id, attempt, milliseconds, finished });

  await write(module, finished);
  await write(test, testText(task, { module, test }));
  const summary = `Wrote ${module}, which exports what ${id} is and everything that it builds on, and a test of both.`;
  const summaryFile = process.env.AGENT_WAVES_SUMMARY;
  if (summaryFile !== undefined) await writeFile(summaryFile, summary);
  console.log(summary);
}

interface Work {
  readonly id: string;
  readonly attempt: number;
  /** What the whole task takes. */
  readonly milliseconds: number;
  /** The module as this attempt makes it. */
  readonly finished: string;
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

function outputs(task: PlannedTask): readonly [string, string] {
  const folder = task.id.split('-', 1)[0]?.toLowerCase() ?? 'task';
  const file = task.id.toLowerCase();
  const [module = `src/${folder}/${file}.ts`, test = `test/${folder}/${file}.test.ts`] = (task.outputs ?? []).filter(
    (path) => !path.includes('*'),
  );
  return [module, test];
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

interface ModuleInput {
  readonly path: string;
  readonly known: ReadonlyMap<string, PlannedTask>;
  readonly sound: boolean;
}

function moduleText(task: PlannedTask, { path, known, sound }: ModuleInput): string {
  const needs = [...(task.dependencies ?? [])].sort();
  const imports = needs.flatMap((id) => {
    const dependency = known.get(id);
    return dependency ? [`import { lineage as ${name(id)} } from '${specifier(path, outputs(dependency)[0])}';`] : [];
  });
  const inherited = needs.map((id) => `...${name(id)}()`);
  const own = sound ? [`'${task.id}'`] : [];
  return [
    ...imports,
    ...(imports.length > 0 ? [''] : []),
    `/** ${task.id} and every task that it builds on, each once. */`,
    'export function lineage(): readonly string[] {',
    `  return [...new Set<string>([${[...inherited, ...own].join(', ')}])];`,
    '}',
    '',
  ].join('\n');
}

function testText(task: PlannedTask, { module, test }: { readonly module: string; readonly test: string }): string {
  const expected = [...(task.dependencies ?? []), task.id];
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { lineage } from '${specifier(test, module)}';`,
    '',
    `test('${task.id} stands on what it depends on', () => {`,
    '  const found = lineage();',
    `  for (const id of [${expected.map((id) => `'${id}'`).join(', ')}]) assert.ok(found.includes(id), \`\${id} is missing\`);`,
    '});',
    '',
  ].join('\n');
}

function name(id: string): string {
  return `of_${id.replace(/[^A-Za-z0-9]/g, '_')}`;
}

function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
