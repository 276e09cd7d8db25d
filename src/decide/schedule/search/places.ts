import { type Edges, edgesOf } from '../../../plan/edges.ts';
import { type GlobPrefix, globPrefix, prefixesOverlap } from '../../../plan/touches.ts';

/** The places in the repository that jobs change: a glob's folder or file, each once, by index. */
export interface Places {
  readonly count: number;
  /** Places of each job. */
  readonly ofJob: Edges;
  /** For each place those above it that overlap it: whoever holds one of them holds it too. */
  readonly above: Edges;
}

/**
 * Places in order of path, so that all that lies below one stands right behind it: what overlaps is found without
 * comparing all with all, and a job is checked against places above and below, not against jobs.
 *
 * @returns undefined when no job changes anything that is known.
 */
export function placesOf(jobs: readonly { readonly touches: readonly string[] }[]): Places | undefined {
  const parts = new Map<string, GlobPrefix>();
  for (const { touches } of jobs) for (const glob of touches) parts.set(keyOf(globPrefix(glob)), globPrefix(glob));
  if (parts.size === 0) return undefined;
  const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
  const index = new Map(sorted.map(([key], place) => [key, place]));

  const above: number[] = [];
  const open: number[] = [];
  for (const [place, [, part]] of sorted.entries()) {
    const path = (other: number) => sorted[other]?.[1] ?? part;
    for (let last = open.at(-1); last !== undefined && !part.path.startsWith(path(last).path); last = open.at(-1))
      open.pop();
    for (const other of open) if (prefixesOverlap(path(other), part)) above.push(place, other);
    open.push(place);
  }
  const ofJob = jobs.flatMap(({ touches }, job) =>
    [...new Set(touches.map((glob) => index.get(keyOf(globPrefix(glob))) ?? 0))].flatMap((place) => [job, place]),
  );
  return { count: sorted.length, ofJob: edgesOf(ofJob, jobs.length), above: edgesOf(above, sorted.length) };
}

/** A path sorts right before all that lie below it, and before the same path with a wildcard behind it. */
function keyOf({ path, open }: GlobPrefix): string {
  return `${path}\u0000${open ? '*' : ''}`;
}

/** Which places are held by jobs that run. */
export class HeldPlaces {
  readonly #places: Places;
  readonly #held: Int32Array;
  /** How often something below each place is held. */
  readonly #below: Int32Array;

  constructor(places: Places) {
    this.#places = places;
    this.#held = new Int32Array(places.count);
    this.#below = new Int32Array(places.count);
  }

  clear(): void {
    this.#held.fill(0);
    this.#below.fill(0);
  }

  /** True when no running job changes anything that this one changes. */
  areFreeFor(job: number): boolean {
    const { ofJob, above } = this.#places;
    for (let at = ofJob.from[job] as number; at < (ofJob.from[job + 1] as number); at++) {
      const place = ofJob.to[at] as number;
      if (this.#held[place] !== 0 || this.#below[place] !== 0) return false;
      for (let up = above.from[place] as number; up < (above.from[place + 1] as number); up++) {
        if (this.#held[above.to[up] as number] !== 0) return false;
      }
    }
    return true;
  }

  /** @param by 1 when the job starts, -1 when it ends. */
  change(job: number, by: 1 | -1): void {
    const { ofJob, above } = this.#places;
    for (let at = ofJob.from[job] as number; at < (ofJob.from[job + 1] as number); at++) {
      const place = ofJob.to[at] as number;
      this.#held[place] = (this.#held[place] as number) + by;
      for (let up = above.from[place] as number; up < (above.from[place + 1] as number); up++) {
        const higher = above.to[up] as number;
        this.#below[higher] = (this.#below[higher] as number) + by;
      }
    }
  }
}
