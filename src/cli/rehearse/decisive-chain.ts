import type { Plan, TaskId } from '../../plan/plan.ts';
import type { RunTimings } from './run-timings.ts';

/** A task of the chain that decided how long the plan took, and where its time went. All in milliseconds. */
export interface ChainLink {
  readonly task: string;
  /** From the report of the task that it waited for, or the start of the plan, to its dispatch: a pass, and perhaps a slot. */
  readonly until_dispatch_ms: number;
  /** From there to the first step of its run. */
  readonly until_run_ms: number;
  /** Steps of its runs up to the report of the last one. */
  readonly steps_ms: Readonly<Record<string, number>>;
  /** What is in none of these: between jobs, and between runs where there were several. */
  readonly other_ms: number;
}

/** One run, as far as it is told by the task that it worked on. */
export interface TaskRun {
  readonly task: string;
  /** When it was dispatched (epoch ms). */
  readonly created: number;
  readonly timings: RunTimings;
}

interface TaskSpan {
  readonly dispatched: number;
  readonly began: number;
  readonly reported: number;
  readonly runs: readonly TaskRun[];
}

/**
 * Goes back from the task that was reported last: to that of its dependencies which was reported last, and so on.
 * @param started When the plan was started (epoch ms).
 * @returns The chain, first task first; empty where no run has reported.
 */
export function decisiveChain(
  plan: Plan,
  { runs, started }: { readonly runs: readonly TaskRun[]; readonly started: number },
): readonly ChainLink[] {
  const spans = spansOf(runs);
  const dependencies = new Map<string, readonly TaskId[]>(plan.tasks.map((task) => [task.id, task.dependencies]));
  const chain: ChainLink[] = [];
  let task = latest([...spans.keys()], spans);
  while (task !== undefined) {
    const span = spans.get(task);
    if (!span) break;
    const before = latest(dependencies.get(task) ?? [], spans);
    const freed = (before === undefined ? undefined : spans.get(before)?.reported) ?? started;
    chain.unshift(linkOf(task, { span, freed }));
    task = before;
  }
  return chain;
}

function spansOf(runs: readonly TaskRun[]): ReadonlyMap<string, TaskSpan> {
  const spans = new Map<string, TaskSpan>();
  for (const [task, own] of Map.groupBy(runs, (run) => run.task)) {
    const ended = own.flatMap(({ timings: { reported } }) => (reported === undefined ? [] : [reported]));
    if (ended.length === 0) continue;
    spans.set(task, {
      dispatched: Math.min(...own.map(({ created }) => created)),
      began: Math.min(...own.map(({ timings }) => timings.began)),
      reported: Math.max(...ended),
      runs: own,
    });
  }
  return spans;
}

function latest(tasks: readonly string[], spans: ReadonlyMap<string, TaskSpan>): string | undefined {
  const reported = (task: string) => spans.get(task)?.reported ?? 0;
  return tasks.filter((task) => spans.has(task)).sort((a, b) => reported(b) - reported(a))[0];
}

function linkOf(task: string, { span, freed }: { readonly span: TaskSpan; readonly freed: number }): ChainLink {
  const steps: Record<string, number> = {};
  for (const { timings } of span.runs)
    for (const [name, took] of timings.steps)
      if (name !== 'Report' && !isWhole(name)) steps[name] = (steps[name] ?? 0) + took;
  const inSteps = Object.values(steps).reduce((sum, took) => sum + took, 0);
  return {
    task,
    until_dispatch_ms: span.dispatched - freed,
    until_run_ms: span.began - span.dispatched,
    steps_ms: steps,
    other_ms: span.reported - span.began - inSteps,
  };
}

/** A composite action is a step of its own around those that it has. */
function isWhole(name: string): boolean {
  return name.startsWith('Run agent-waves/');
}
