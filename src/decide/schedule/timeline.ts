import type { TaskId } from '../../plan/plan.ts';

/** A task to be laid out. Times are epoch milliseconds, durations milliseconds. */
export interface TimelineJob {
  readonly id: TaskId;
  readonly duration: number;
  /** Of several that can start, the one that ranks highest does; of equal ones, the first given. */
  readonly rank: number;
  /** Other jobs given here that must have ended before. */
  readonly needs: readonly TaskId[];
  /** Started already: when it ends, and the slot that it holds until then, if any. */
  readonly running?: { readonly end: number; readonly slot: string | undefined };
}

export interface TimelineEntry {
  readonly id: TaskId;
  readonly start: number;
  readonly end: number;
  readonly slot: string | undefined;
}

/**
 * One time line for people, on slots with names: no slot idles while a job could start on it. Jobs that need each other
 * in a circle are left out. Which order is best is the search's business (`ListScheduler`).
 *
 * @returns Running jobs, then the others in order of start.
 */
export function layOutTimeline(input: {
  readonly jobs: readonly TimelineJob[];
  readonly slots: number;
  readonly from: number;
}): readonly TimelineEntry[] {
  const placed: TimelineEntry[] = [];
  const free = freeSlots(input);
  const waiting = new WaitingJobs(input.jobs, input.from);
  for (const job of input.jobs) {
    if (!job.running) continue;
    placed.push({ id: job.id, start: job.running.end - job.duration, end: job.running.end, slot: job.running.slot });
    waiting.ended(job.id, job.running.end);
  }
  for (;;) {
    const slot = free.reduce((first, other) => (other.at < first.at ? other : first));
    const next = waiting.take(slot.at);
    if (!next) return placed;
    const start = Math.max(slot.at, next.release);
    const end = start + next.job.duration;
    placed.push({ id: next.job.id, start, end, slot: slot.name });
    waiting.ended(next.job.id, end);
    slot.at = end;
  }
}

/** A1..AN with the moment each is free; a job on a slot beyond N (there were more once) takes none of them. */
function freeSlots({ jobs, slots, from }: { jobs: readonly TimelineJob[]; slots: number; from: number }) {
  const taken = new Map(jobs.flatMap(({ running }) => (running?.slot ? [[running.slot, running.end] as const] : [])));
  return Array.from({ length: Math.max(1, slots) }, (_, index) => {
    const name = `A${index + 1}`;
    return { name, at: Math.max(from, taken.get(name) ?? from) };
  });
}

interface Released {
  readonly job: TimelineJob;
  /** When everything that it needs has ended. */
  readonly release: number;
  readonly given: number;
}

/** Jobs that have not started: those whose needs have an end, and those that wait for one. */
class WaitingJobs {
  readonly #released: Released[] = [];
  readonly #open = new Map<
    TaskId,
    { readonly job: TimelineJob; readonly given: number; missing: number; release: number }
  >();
  readonly #dependents = new Map<TaskId, TaskId[]>();

  constructor(jobs: readonly TimelineJob[], from: number) {
    for (const [given, job] of jobs.entries()) {
      if (job.running) continue;
      if (job.needs.length === 0) this.#released.push({ job, given, release: from });
      else this.#open.set(job.id, { job, given, missing: job.needs.length, release: from });
      for (const need of job.needs) {
        const dependents = this.#dependents.get(need);
        if (dependents) dependents.push(job.id);
        else this.#dependents.set(need, [job.id]);
      }
    }
  }

  ended(id: TaskId, at: number): void {
    for (const dependent of this.#dependents.get(id) ?? []) {
      const open = this.#open.get(dependent);
      if (!open) continue;
      open.missing--;
      open.release = Math.max(open.release, at);
      if (open.missing > 0) continue;
      this.#open.delete(dependent);
      this.#released.push(open);
    }
  }

  /** The best job that can start at that moment; where there is none, the one that can start soonest. */
  take(at: number): Released | undefined {
    let best: { readonly released: Released; readonly index: number } | undefined;
    for (const [index, released] of this.#released.entries()) {
      if (!best || comparedAt(at, { first: released, second: best.released }) < 0) best = { released, index };
    }
    if (best) this.#released.splice(best.index, 1);
    return best?.released;
  }
}

/** Below 0 when the first is to start before the second on a slot that is free then. */
function comparedAt(at: number, { first, second }: { readonly first: Released; readonly second: Released }): number {
  const soonest = Math.max(first.release, at) - Math.max(second.release, at);
  return soonest || second.job.rank - first.job.rank || first.given - second.given;
}
