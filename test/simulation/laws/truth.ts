import type { GitCommit } from '../../../packages/embedded-github/src/git/commits.ts';
import { readTrailers } from '../../../src/state/landing-trailers.ts';
import type { DrawnPlan } from '../world/files.ts';

export interface Landed {
  readonly task: string;
  readonly issue: number;
  readonly dispatch: number;
  readonly run: number;
  readonly commit: string;
  readonly at: number;
}

/** Reads after writes are stale for a minute; a pass that sits through rate limits takes long. What is younger may be unseen. */
export const MAY_BE_UNSEEN = 20 * 60_000;

/** What people have truly said and what truly landed: told by what they did, never by what the app wrote down. */
export class Truth {
  plan: DrawnPlan;
  /** Issues of each task, the first that the app made first. */
  readonly issues = new Map<string, number[]>();
  readonly landed: Landed[] = [];
  /** Commits of work that passed its checks. */
  readonly verified = new Set<string>();
  /** Tasks to which a person said no, and when; a yes since takes it out. */
  readonly refused = new Map<string, number>();
  /** Tasks that a person let go on without their work. */
  readonly waived = new Map<string, number>();
  /** Tasks that a person listed as completed in the plan. */
  readonly listed = new Set<string>();
  /** Closings by other workflows under the app's name: issue and moment. */
  readonly forged = new Set<string>();
  /** When somebody last asked for a task to be done again, or undid it. */
  readonly redone = new Map<string, number>();
  /** Issues whose work stands on the base. */
  #standing: ReadonlySet<number> = new Set();
  /** Moments at which a task's work was last seen in effect on the base. */
  readonly stood = new Map<string, number>();
  /** Moments at which a task's work was first seen to be gone from the base. */
  readonly gone = new Map<string, number>();
  /** What tasks needed at some time: edits of the plan may not have been read yet. */
  readonly needs = new Map<string, Set<string>[]>();

  constructor(plan: DrawnPlan) {
    this.plan = plan;
    this.sawPlan(plan);
  }

  sawPlan(plan: DrawnPlan): void {
    this.plan = plan;
    for (const { id, dependencies } of plan.tasks) {
      const known = this.needs.get(id) ?? [];
      this.needs.set(id, [...known, new Set(dependencies)]);
    }
  }

  taskOf(issue: number): string | undefined {
    for (const [task, issues] of this.issues) if (issues.includes(issue)) return task;
    return undefined;
  }

  no(task: string, at: number): void {
    this.refused.set(task, at);
  }

  yes(task: string, at: number): void {
    this.refused.delete(task);
    this.redone.set(task, at);
  }

  /** Nobody has to do anything for it any more. */
  isDone(task: string): boolean {
    return this.listed.has(task) || (this.issues.get(task) ?? []).some((issue) => this.#standing.has(issue));
  }

  isSatisfied(task: string, now: number): boolean {
    if (this.waived.has(task) || this.listed.has(task)) return true;
    return now - (this.stood.get(task) ?? Number.NEGATIVE_INFINITY) <= MAY_BE_UNSEEN;
  }

  /** @param history Of the base, newest first. @returns Issues whose work stands there. */
  standingOn(history: readonly GitCommit[]): ReadonlySet<number> {
    const undone = new Set<string>();
    const standing = new Set<number>();
    for (const { oid, message } of history) {
      const reverted = /This reverts commit ([0-9a-f]{40})/.exec(message)?.[1];
      if (reverted !== undefined) undone.add(reverted);
      if (!undone.has(oid)) for (const issue of this.#issuesOf(oid, message)) standing.add(issue);
    }
    return standing;
  }

  #issuesOf(oid: string, message: string): readonly number[] {
    const known = this.#told.get(oid) ?? readTrailers(message).map(({ issue }) => issue);
    this.#told.set(oid, known);
    return known;
  }

  /** Issues that the messages of commits name, by id. */
  readonly #told = new Map<string, readonly number[]>();

  /** What stands on the base now. */
  sawStanding(issues: ReadonlySet<number>, now: number): void {
    for (const issue of this.#standing) {
      const task = issues.has(issue) ? undefined : this.taskOf(issue);
      if (task !== undefined) this.gone.set(task, now);
    }
    this.#standing = issues;
    for (const issue of issues) {
      const task = this.taskOf(issue);
      if (task !== undefined) this.stood.set(task, now);
    }
  }
}

/** The plan without what the app writes there. */
export function statedPlan(text: string): string {
  const plan = JSON.parse(text) as { tasks: Record<string, unknown>[] };
  for (const task of plan.tasks)
    for (const key of ['status', 'agent_id', 'started_at', 'completed_at']) delete task[key];
  return JSON.stringify(plan);
}
