import { type Edges, edgesOf } from '../../../plan/edges.ts';
import type { TaskId } from '../../../plan/plan.ts';
import { type Places, placesOf } from './places.ts';

/** A piece of work that is not over yet. */
export interface RemainingJob {
  readonly id: TaskId;
  /** Its place in the plan: of equal jobs the first one there goes first, in whatever order jobs are given. */
  readonly place: number;
  /** Minutes of the longest path through the plan that begins with it, by estimate. */
  readonly rank: number;
  /** A whole number: the highest goes first, whatever the ranks. Absent: 0. */
  readonly priority?: number;
  /** What is left of it, above 0. */
  readonly minutes: number;
  /** What must have ended before it starts; those that are not among the jobs given have. None where it runs. */
  readonly needs: readonly TaskId[];
  /** Globs: jobs whose globs overlap do not run side by side. */
  readonly touches: readonly string[];
  /** `running`: holds a slot from now on. `ready`: may start now. `later`: once its needs have ended, and not now. */
  readonly state: 'running' | 'ready' | 'later';
  /** Of a later job: minutes that must pass in any case. */
  readonly wait?: number;
}

/** Jobs by index, in order of place, with all that a schedule looks at in typed arrays. */
export interface IndexedJobs {
  readonly jobs: readonly RemainingJob[];
  readonly minutes: Float64Array;
  /** Earliest start in minutes from now; -1 for jobs that run. */
  readonly release: Float64Array;
  /** What each job needs, and what needs it. */
  readonly before: Edges;
  readonly after: Edges;
  /** What jobs change; undefined where nothing is known of it. */
  readonly places: Places | undefined;
}

/** A job that nothing but its state holds back starts no sooner than this (minutes), so that nobody counts on it now. */
const SOON = 1;

export function indexJobs(given: readonly RemainingJob[]): IndexedJobs {
  const jobs = given.toSorted((a, b) => a.place - b.place);
  const index = new Map(jobs.map(({ id }, nth) => [id, nth]));
  const forth: number[] = [];
  const back: number[] = [];
  for (const [nth, { needs }] of jobs.entries()) {
    for (const need of needs) {
      const other = index.get(need);
      if (other === undefined) continue;
      forth.push(other, nth);
      back.push(nth, other);
    }
  }
  return {
    jobs,
    minutes: Float64Array.from(jobs, ({ minutes }) => minutes),
    release: Float64Array.from(jobs, releaseOf),
    before: edgesOf(back, jobs.length),
    after: edgesOf(forth, jobs.length),
    places: placesOf(jobs),
  };
}

function releaseOf({ state, wait = 0 }: RemainingJob): number {
  if (state === 'running') return -1;
  return state === 'ready' ? 0 : Math.max(wait, SOON);
}
