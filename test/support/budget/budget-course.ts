import { expect } from 'vitest';
import type { Decision } from '../../../src/decide/effects/effect.ts';
import type { Config } from '../../../src/plan/config.ts';
import type { Plan, TaskId } from '../../../src/plan/plan.ts';
import { isSameLimit, type LimitUse, limitUses, TRIFLE } from '../../../src/state/budget-limits.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import type { Outcome, Result } from '../../../src/state/result.ts';
import type { Snapshot } from '../../../src/state/snapshot.ts';
import type { Spent } from '../../../src/state/spending.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import { resultOf } from '../adversary.ts';
import { Course } from '../course.ts';
import { APP, type PureRun, PureWorld } from '../pure-world.ts';

/** What a run was allowed when it took its claim, and what it truly spent: nobody but the test knows that. */
interface TrueCost {
  readonly wave: number;
  readonly type: string;
  readonly cap: Costs;
  /** Whoever reviews its work, with an allowance of its own. */
  readonly reviewer: string | undefined;
  /** Undefined while it is at work: it may still spend all that it was allowed. */
  spent: Costs | undefined;
}

interface Costs {
  readonly usd: number;
  readonly minutes: number;
  /** Of the reviewer alone. */
  readonly reviewed: number;
}

interface Ending {
  readonly outcome: Outcome;
  /** Parts of what it was allowed that it spent. */
  readonly share: number;
  /** Whether it tells what it cost. */
  readonly isTold: boolean;
  /** What its reviewer needs, in dollars, beyond its part of what it was allowed. */
  readonly review?: number;
}

/** A plan with a budget in a pure world. What its runs truly spend is kept beside, and held against the limits after each act. */
export class BudgetCourse extends Course {
  readonly truth = new Map<number, TrueCost>();
  /** What a task needs beyond what was spent on it, in dollars. */
  readonly needs = new Map<TaskId, number>();

  /** A task was taken out of the plan. */
  hasRemoved = false;

  constructor(plan: Plan, config: Config) {
    super(plan, config, undefined, new PureWorld());
  }

  /** Somebody edits the configuration. */
  configure(config: Config): void {
    (this as { config: Config }).config = config;
    this.plan = { ...this.plan };
  }

  protected override hold(decision: Decision, seen: { readonly snapshot: Snapshot; readonly fresh: boolean }): void {
    super.hold(decision, seen);
    if (!decision.spending) return;
    for (const use of limitUses({ plan: this.plan, config: this.config }, decision.spending))
      expect(
        use.spent + use.reserved,
        `spent and reserved of ${use.scope} ${use.name} in ${use.unit}`,
      ).toBeLessThanOrEqual(use.limit + 10 * TRIFLE);
    this.#holdShares(decision);
    this.holdTruth();
  }

  /**
   * While nothing is known of what tasks take, none gets more than its part. What narrower limits keep from some tasks is
   * left for the others.
   */
  #holdShares({ tasks }: Decision): void {
    const { agents, budget } = this.config;
    const narrower = [...Object.values(budget.wave), ...Object.values(budget.agent)].map(({ usd }) => usd);
    const caps = [...narrower, ...Object.values(agents).map(({ max_usd }) => max_usd)];
    if (budget.plan?.usd === undefined || caps.some((cap) => cap !== undefined)) return;
    if (tasks.some(({ record }) => record.history.length + record.attempt > 1)) return;
    const part = budget.plan.usd / tasks.length;
    for (const { task, record } of tasks)
      expect(record.live?.account?.usd ?? 0, `share of ${task.id}`).toBeLessThanOrEqual(part + TRIFLE);
  }

  /** All that was spent, and all that those at work may still spend, is within every limit. */
  holdTruth(): void {
    for (const use of limitUses({ plan: this.plan, config: this.config }, this.#trueSpending()))
      expect(use.spent, `truly spent of ${use.scope} ${use.name} in ${use.unit}`).toBeLessThanOrEqual(
        use.limit + 10 * TRIFLE,
      );
  }

  #trueSpending() {
    const plan = sum([...this.truth.values()].flatMap(partsOf));
    const waves = new Map(
      this.plan.waves.map(({ number }) => [number, sum(this.#where(({ wave }) => wave === number))]),
    );
    const types = new Set([...this.truth.values()].flatMap(partsOf).map(({ type }) => type));
    const agents = new Map([...types].map((each) => [each, sum(this.#where(({ type }) => type === each))]));
    return { plan, waves, agents };
  }

  #where(isSo: (one: TruePart) => boolean): readonly TruePart[] {
    return [...this.truth.values()].flatMap(partsOf).filter(isSo);
  }

  /** A run takes its claim, and reads there what it may spend. */
  beginRun(run: PureRun): void {
    if (!this.world.claim(run)) {
      this.#say(run, { ...resultOf(run, 'superseded') });
      this.world.end(run, 'success');
      return;
    }
    const account = readTaskRecord(this.world.issue(run.inputs.issue).body)?.live?.account;
    const task = this.plan.tasks.find(({ id }) => id === run.inputs.task);
    const reviewer = account?.reviewer;
    const cap = { usd: account?.usd ?? 0, minutes: account?.minutes ?? 0, reviewed: reviewer?.usd ?? 0 };
    this.truth.set(run.id, {
      wave: account?.wave ?? task?.wave ?? 0,
      type: account?.type ?? '',
      cap,
      reviewer: reviewer?.type,
      spent: undefined,
    });
    this.world.runs.set(run.id, { ...run, step: 'working' });
    this.holdTruth();
  }

  /** A run ends without a word, by its runner's death or by hand. */
  dieRun(run: PureRun, share: number, conclusion: string): void {
    this.#spend(run, share);
    this.world.end(run, conclusion);
  }

  endRun(run: PureRun, { outcome, share, isTold, review }: Ending): void {
    const { issue, task } = run.inputs;
    const known = this.truth.get(run.id);
    const owns = this.world.claims.get(issue)?.run === run.id;
    const spent = this.#spend(run, outcome === 'continued' ? 1 : share, review);
    const commit = owns && outcome === 'completed' ? this.world.land(run) : undefined;
    // A claim stays with its dispatch once an agent was at work: a second run of it has nothing left to spend.
    this.needs.set(task, Math.max(0, (this.needs.get(task) ?? 0) - spent.usd));
    const cause = outcome === 'continued' && known ? ({ kind: 'cap-reached', usd: known.cap.usd } as const) : undefined;
    const result = resultOf(run, owns ? outcome : 'superseded', { commit, ...(cause && { cause }) });
    this.#say(run, {
      ...result,
      agent: {
        ...result.agent,
        type: known?.type ?? result.agent.type,
        seconds: spent.minutes * 60,
        ...(isTold ? { cost_usd: spent.usd + spent.reviewed } : {}),
        ...(known?.reviewer === undefined ? {} : { reviewer: reviewOf(known.reviewer, { spent, isTold }) }),
      },
    });
    this.world.end(run, !owns || ['completed', 'continued'].includes(outcome) ? 'success' : 'failure');
  }

  #spend(run: PureRun, share: number, review = Number.POSITIVE_INFINITY): Costs {
    const known = this.truth.get(run.id);
    if (!known) return { usd: 0, minutes: 0, reviewed: 0 };
    const { usd, minutes, reviewed } = known.cap;
    known.spent = { usd: usd * share, minutes: minutes * share, reviewed: Math.min(reviewed * share, review) };
    return known.spent;
  }

  #say(run: PureRun, result: Result): void {
    this.world.comment(run.inputs.issue, APP, `Result\n\n${writeResult(result)}`);
  }

  /**
   * No more faults: each run does what its task needs, as far as it may.
   * @param tells Whether every run tells its cost; else every third one does not.
   * @returns the last decision.
   */
  calmDown(tells = false): Decision {
    const bound = 60 + 30 * this.plan.tasks.length;
    for (let left = bound; left > 0; left--) {
      const decision = this.settle();
      this.world.tick();
      const open = [...this.world.runs.values()].filter(({ ended }) => !ended);
      for (const run of open) {
        if (run.step === 'queued') this.beginRun(run);
        else this.#finish(run, tells || left % 3 !== 0);
      }
      if (open.length > 0) continue;
      if (decision.wakeAt === undefined) return decision;
      this.world.now = Math.max(this.world.now, decision.wakeAt);
    }
    throw new Error(`no end after ${bound} rounds: ${this.states(this.decide())}`);
  }

  #finish(run: PureRun, isTold: boolean): void {
    const cap = this.truth.get(run.id)?.cap.usd ?? 0;
    const need = this.needs.get(run.inputs.task) ?? 0;
    const isBounded = this.config.budget.plan?.usd !== undefined;
    const review = 0.02;
    if (isBounded && need > cap) this.endRun(run, { outcome: 'continued', share: 1, isTold, review });
    else this.endRun(run, { outcome: 'completed', share: cap === 0 ? 0.1 : Math.min(1, need / cap), isTold, review });
  }

  /** Comments that ask about this limit. */
  questions(use: Pick<LimitUse, 'scope' | 'name' | 'unit'>, decision: Decision): number {
    const uses = decision.spending ? limitUses({ plan: this.plan, config: this.config }, decision.spending) : [];
    const key =
      uses.find((one) => isSameLimit(one, use)) && [use.scope, ...(use.name ? [use.name] : []), use.unit].join('.');
    return this.world.comments.filter(
      ({ author, body }) =>
        author === APP &&
        body.includes('is used up') &&
        body.includes(`\`budget.${key}\``) &&
        body.includes('Raise it, or stop?'),
    ).length;
  }
}

/** What one agent of a run spent, or may still spend. */
interface TruePart extends Pick<TrueCost, 'wave' | 'type'> {
  readonly usd: number;
  readonly minutes: number;
  readonly runs: number;
}

function partsOf({ wave, type, cap, reviewer, spent = cap }: TrueCost): readonly TruePart[] {
  const own = { wave, type, usd: spent.usd, minutes: spent.minutes, runs: 1 };
  return reviewer === undefined ? [own] : [own, { wave, type: reviewer, usd: spent.reviewed, minutes: 0, runs: 0 }];
}

function reviewOf(type: string, { spent, isTold }: { readonly spent: Costs; readonly isTold: boolean }) {
  return { type, model: 'default', seconds: 0, ...(isTold ? { cost_usd: spent.reviewed } : {}) };
}

function sum(costs: readonly TruePart[]): Spent {
  const spent = costs.reduce(
    (all, known) => ({
      usd: all.usd + known.usd,
      minutes: all.minutes + known.minutes,
      runs: all.runs + known.runs,
    }),
    { usd: 0, minutes: 0, runs: 0 },
  );
  return { spent, reserved: { usd: 0, runs: 0, minutes: 0 }, unknown: 0 };
}
