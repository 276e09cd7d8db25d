import type { Config } from '../plan/config.ts';
import type { Task } from '../plan/plan.ts';
import { agentAndModel } from '../plan/route.ts';
import { toldAmount } from './amounts.ts';
import { type KeptOfWaves, ofEachWave } from './by-wave.ts';
import type { PastDispatch } from './record.ts';
import { isCostKnown, usdOf, wasRun } from './spending.ts';
import type { TaskView } from './task-view.ts';
import { minutesTaken } from './work-time.ts';

/** What an agent type with one model came to: what it cost, and what it was worth. */
export interface Performance {
  /** Agent type, and model as it was asked for; `default` for the agent's own choice. */
  readonly type: string;
  readonly model: string;
  /** Tasks whose work it landed, and those of them that needed one attempt. */
  readonly landed: number;
  readonly firstTry: number;
  readonly runs: number;
  /** US dollars of all its runs, those that came to nothing, too. */
  readonly usd: number;
  /** Runs whose cost nobody told: they count for what they were allowed. */
  readonly unknown: number;
  /** Minutes that the landed tasks took, and that were estimated for the same ones. */
  readonly minutes: number;
  readonly estimated: number;
}

/** Of these tasks, by agent type and model, in the order of their names. */
export function performanceOf(
  tasks: readonly TaskView[],
  config: Pick<Config, 'agents' | 'routes'>,
): readonly Performance[] {
  const rows = new Rows();
  for (const view of tasks) addTask(rows, view, config);
  return rows.inOrder();
}

interface Waves {
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly config: Pick<Config, 'agents' | 'routes'>;
  readonly kept: KeptOfWaves<readonly Performance[]>;
}

/** The same of all waves. */
export function performanceInWaves({ byWave, config, kept }: Waves): readonly Performance[] {
  const rows = new Rows();
  const find = (tasks: readonly TaskView[]) => performanceOf(tasks, config);
  for (const wave of ofEachWave(byWave, { kept, given: config, find })) for (const row of wave) rows.add(row);
  return rows.inOrder();
}

/** Of a large plan there are thousands of tasks: each adds to sums, and makes no values of its own. */
function addTask(rows: Rows, view: TaskView, config: Pick<Config, 'agents' | 'routes'>): void {
  const { task, record } = view;
  const { spentBefore = [], history } = record;
  if (spentBefore.length === 0 && history.length === 0) return;
  // Who does the task now did it then, where no record tells.
  const rowOf = (account: TypeAndModel | undefined): Row => rows.of(account ?? doerNow(task, config));
  for (const before of spentBefore) {
    const row = rowOf(before.type === '' ? undefined : before);
    row.runs += before.runs;
    row.usd += toldAmount(before.usd) ?? 0;
  }
  for (const past of history) {
    if (!wasRun(past)) continue;
    const row = rowOf(past.account);
    row.runs++;
    row.usd += usdOf(past);
    if (!isCostKnown(past)) row.unknown++;
    const { reviewer } = past.account ?? {};
    if (reviewer) rowOf(reviewer).usd += toldAmount(reviewer.usd) ?? 0;
  }
  const landing = landingOf(view);
  if (!landing) return;
  const row = rowOf(landing.account);
  row.landed++;
  if (record.attempt === 1) row.firstTry++;
  const taken = minutesTaken(view);
  if (taken === undefined) return;
  row.minutes += taken;
  row.estimated += task.minutes;
}

type TypeAndModel = Pick<Performance, 'type' | 'model'>;
type Row = { -readonly [Field in keyof Performance]: Performance[Field] };

function doerNow(task: Task, config: Pick<Config, 'agents' | 'routes'>): TypeAndModel {
  const { agent: type, model } = agentAndModel(task, config);
  return { type, model };
}

class Rows {
  /** By type, then by model. */
  readonly #rows = new Map<string, Map<string, Row>>();

  of({ type, model }: TypeAndModel): Row {
    const models = this.#rows.get(type);
    const known = models?.get(model);
    if (known) return known;
    const row = { type, model, ...NONE };
    if (models) models.set(model, row);
    else this.#rows.set(type, new Map([[model, row]]));
    return row;
  }

  add({ type, model, ...more }: Performance): void {
    const row = this.of({ type, model });
    for (const amount of AMOUNTS) row[amount] += more[amount];
  }

  inOrder(): readonly Performance[] {
    const all = [...this.#rows.values()].flatMap((models) => [...models.values()]);
    return all.sort((a, b) => compare(a.type, b.type) || compare(a.model, b.model));
  }
}

const NONE = { landed: 0, firstTry: 0, runs: 0, usd: 0, unknown: 0, minutes: 0, estimated: 0 };
const AMOUNTS = Object.keys(NONE) as readonly (keyof typeof NONE)[];

/** The last dispatch of a task whose work is on the base. */
function landingOf({ state, record }: TaskView): PastDispatch | undefined {
  const { done } = record;
  if (state !== 'completed' || (done?.commit === undefined && done?.pull === undefined)) return undefined;
  return record.history.findLast(({ run }) => run === done.run) ?? record.history.at(-1);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What one landed task has cost on average, all runs counted; undefined while none has landed or nothing is known. */
export function costPerLanded({ usd, landed }: Performance): number | undefined {
  return landed === 0 || usd === 0 ? undefined : usd / landed;
}
