import { jobsLeft } from '../../decide/schedule/jobs-left.ts';
import { paceOf, pathsAtPace } from '../../decide/schedule/pace.ts';
import { mayPay, searchOrder } from '../../decide/schedule/search/search.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import { newTaskRecord, type TaskRecord } from '../../state/record.ts';
import { type Instant, instant } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import { TIMINGS } from '../../state/timings.ts';
import { finishedAmong } from '../../state/wave-past.ts';
import { BEGIN } from '../world/world.ts';
import type { Attempt } from './outcome-model.ts';
import { type Ranks, ranksBy } from './ranks.ts';

export interface OracleInput {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly ranks: Ranks;
  readonly slots: number;
}

/**
 * Finds the order in which ready tasks go first as a pass of `decide` finds it: tasks as a pass would see them, handed to
 * the same search. Tasks are named by their place in the plan; times are seconds since the start.
 */
export class PriorityOracle {
  readonly #input: OracleInput;
  readonly #views: TaskView[];
  #left: number;

  constructor(input: OracleInput) {
    this.#input = input;
    this.#views = input.plan.tasks.map((task) => viewOf(task, input.plan.id));
    this.#left = this.#views.filter(({ satisfied }) => !satisfied).length;
  }

  ready(place: number): void {
    this.#change(place, () => ({ state: 'ready' }));
  }

  started(place: number, { agent, attempt, start }: Pick<Attempt, 'agent' | 'attempt' | 'start'>): void {
    this.#change(place, ({ record }) => ({
      state: 'running',
      record: { ...record, attempt, slice: 1, live: { agent, sent: moment(start), sends: 1 } },
    }));
  }

  /** @param ended.asked A person was asked, and wrote `/retry`. */
  ended(place: number, ended: Attempt & { readonly asked: boolean }): void {
    const { agent, attempt, start, end, failed, asked } = ended;
    const outcome = failed ? 'verification' : 'completed';
    const past = {
      dispatch: attempt,
      attempt,
      slice: 1,
      agent,
      sent: moment(start),
      ended: moment(end),
      outcome,
    } as const;
    const then = ({ live, ...record }: TaskRecord): TaskRecord => ({
      ...record,
      history: [...record.history, past],
      ...(asked ? { retried: moment(end) } : {}),
    });
    if (!failed) this.#left -= 1;
    this.#change(place, ({ record, startedAt }) => ({
      state: failed ? 'retrying' : 'completed',
      record: then(record),
      satisfied: !failed,
      startedAt: startedAt ?? moment(start),
      completedAt: failed ? undefined : moment(end),
    }));
  }

  /** @returns The order for `priorityOf`, and the ranks that go with it. */
  order(now: number): { readonly order: number; readonly ranks: Ranks } {
    const { plan, graph, slots } = this.#input;
    if (!mayPay(this.#left)) return { order: 0, ranks: this.#input.ranks };
    const pace = paceOf([finishedAmong(this.#views)]);
    const ranks = pace.isUniform ? this.#input.ranks : ranksBy(plan, pathsAtPace(plan, { graph, pace }));
    const jobs = jobsLeft({
      plan,
      graph,
      ranks: ranks.byId,
      pace,
      tasks: this.#views,
      timings: TIMINGS,
      now: BEGIN + now * 1_000,
    });
    return { order: searchOrder({ jobs, slots, longest: ranks.longest }).order, ranks };
  }

  #change(place: number, change: (view: TaskView) => Partial<TaskView>): void {
    const view = this.#views[place];
    if (view) this.#views[place] = { ...view, ...change(view) };
  }
}

function viewOf(task: Task, plan: string): TaskView {
  const done = task.status === 'completed';
  return {
    task,
    state: done ? 'completed' : 'blocked',
    reason: '',
    issue: 1,
    record: newTaskRecord(plan, task.id),
    satisfied: done,
    unverified: done,
    stuck: false,
    startedAt: undefined,
    completedAt: undefined,
    run: undefined,
  };
}

function moment(seconds: number): Instant {
  return instant(BEGIN + seconds * 1_000);
}
