import { decide } from '../src/decide/decide.ts';
import { newDerivations } from '../src/state/derivations.ts';
import { TIMINGS } from '../src/state/timings.ts';
import { type PastCosts, pastCosts } from '../test/support/past/past-costs.ts';
import { sceneWithPast } from '../test/support/past/past-plans.ts';
import { measure } from './measure.ts';

const TASKS = 40;

const ROWS = {
  start: 'from the push of the plan to its first runs',
  first: 'first pass of a new process',
  withoutProcess: 'a pass without a server',
  whole: 'a reading of everything, later',
  idle: 'a pass for which nothing has changed',
} as const;

/** What a plan of 40 tasks asks of GitHub, with plans of as many tasks in the past; one of them is the bound. */
export async function showPast(): Promise<void> {
  const costs: readonly (readonly [number, PastCosts])[] = [
    await costsWith(0),
    await costsWith(1),
    await costsWith(50),
  ];
  const heads = costs.map(([past]) => `${past} past plan${past === 1 ? '' : 's'}`.padStart(20)).join('');
  console.log(`\n${'requests / points / issues read'.padEnd(48)}${heads}   at most: as with one`);
  for (const [what, name] of Object.entries(ROWS) as [keyof typeof ROWS, string][])
    row(name, costs, ({ [what]: { requests, points, issues } }) => `${requests} / ${points} / ${issues}`);
  row('characters that passes leave to each other', costs, ({ text }) => String(text));
  row('issues in view', costs, ({ reading }) => String(reading.snapshot?.issues.length));
  row('decide: all new, known (cpu ms)', costs, (cost) => `${decided(cost, true)}, ${decided(cost, false)}`);
}

function row(
  name: string,
  costs: readonly (readonly [number, PastCosts])[],
  figure: (cost: PastCosts) => string,
): void {
  console.log(`  ${name.padEnd(46)}${costs.map(([, cost]) => figure(cost).padStart(20)).join('')}`);
}

async function costsWith(past: number): Promise<readonly [number, PastCosts]> {
  const scene = await sceneWithPast({ past, tasks: TASKS });
  try {
    return [past, await pastCosts(scene)];
  } finally {
    await scene.close();
  }
}

function decided({ reading: { snapshot, memory } }: PastCosts, isNew: boolean): string {
  const { project } = memory.cache;
  if (!snapshot || !project?.ok) throw new Error('the plan cannot be read');
  const known = newDerivations();
  const fresh = () => ({
    ...snapshot,
    issues: isNew ? snapshot.issues.map((issue) => ({ ...issue })) : snapshot.issues,
  });
  const derivations = () => (isNew ? newDerivations() : known);
  const work = (seen: typeof snapshot) =>
    decide({ snapshot: seen, project: project.project, timings: TIMINGS, derivations: derivations() });
  return measure({ rounds: 50, fresh, work }).cpu.toFixed(1);
}
