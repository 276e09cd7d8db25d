import type { Plan, Task, TaskId } from '../../src/plan/plan.ts';
import { wavesOf } from '../../src/plan/waves.ts';
import { newTaskRecord, type PastDispatch, type TaskRecord } from '../../src/state/record.ts';
import { type Instant, instant } from '../../src/state/snapshot.ts';
import type { TaskView } from '../../src/state/task-view.ts';

/** Values for tests of what is shown: a plan in short, and tasks in any state. */

export type TaskInShort = Partial<Omit<Task, 'id' | 'dependencies'>> & {
  readonly id: string;
  readonly dependencies?: readonly string[];
};

export function planOf(
  name: string,
  tasks: readonly TaskInShort[],
  titles: Readonly<Record<number, string>> = {},
): Plan {
  const whole = tasks.map((task) => taskOf(task));
  const waves = wavesOf(
    whole,
    Object.entries(titles).map(([number, title]) => ({ number: Number(number), title })),
  );
  return { id: 'plan', name, waves, tasks: whole };
}

export function taskOf(task: TaskInShort): Task {
  return {
    title: `Work on ${task.id}`,
    description: '',
    wave: 1,
    minutes: 60,
    acceptance: [],
    outputs: [],
    touches: [],
    status: 'pending',
    ...task,
    id: task.id as TaskId,
    dependencies: (task.dependencies ?? []) as readonly TaskId[],
  };
}

/** Minutes after the start of the example: 2026-03-02 09:00 UTC. */
export function at(minutes: number): Instant {
  return instant(Date.UTC(2026, 2, 2, 9, minutes));
}

export type ViewInShort = Partial<Omit<TaskView, 'record'>> & { readonly record?: Partial<TaskRecord> };

export function viewOf(task: Task, given: ViewInShort = {}): TaskView {
  const state = given.state ?? 'ready';
  return {
    task,
    state,
    reason: 'every dependency is done',
    issue: undefined,
    satisfied: state === 'completed',
    unverified: false,
    stuck: false,
    startedAt: undefined,
    completedAt: undefined,
    run: undefined,
    ...given,
    record: { ...newTaskRecord('DAW', task.id), ...given.record },
  };
}

export function past(given: Partial<PastDispatch> & Pick<PastDispatch, 'sent' | 'ended'>): PastDispatch {
  return { dispatch: 1, attempt: 1, slice: 1, run: 900, agent: 'A1', outcome: 'completed', ...given };
}

/** A task that ran on a slot from one minute to another and was verified. */
export function completed(task: Task, ran: { from: number; to: number; slot: string; issue: number }): TaskView {
  return viewOf(task, {
    state: 'completed',
    reason: `landed ${at(ran.to)}`,
    issue: ran.issue,
    startedAt: at(ran.from),
    completedAt: at(ran.to),
    record: {
      attempt: 1,
      slice: 1,
      dispatch: 1,
      history: [past({ sent: at(ran.from), ended: at(ran.to), agent: ran.slot, run: 9000 + ran.issue })],
      done: {
        run: 9000 + ran.issue,
        commit: ran.issue.toString(16).padStart(2, '0').repeat(20),
        at: at(ran.to),
        checks: {
          compile: 'passed',
          test: 'passed',
          lint: 'passed',
          integration: 'absent',
          guard: 'passed',
          progress: 'waiting',
        },
        summary: '',
      },
    },
  });
}

export function running(
  task: Task,
  ran: { from: number; slot: string; issue: number; run?: number; attempt?: number },
): TaskView {
  return viewOf(task, {
    state: 'running',
    reason: `running on ${ran.slot} since ${at(ran.from).slice(11, 16)}`,
    issue: ran.issue,
    startedAt: at(ran.from),
    run: ran.run,
    record: {
      attempt: ran.attempt ?? 1,
      slice: 1,
      dispatch: ran.attempt ?? 1,
      live: { agent: ran.slot, sent: at(ran.from), sends: 1, ...(ran.run === undefined ? {} : { run: ran.run }) },
    },
  });
}
