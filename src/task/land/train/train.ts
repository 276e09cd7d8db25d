import * as z from 'zod/mini';
import { parseJson } from '../../protocol/json.ts';

/**
 * The works that wait for their turn to land, each verified on top of those before it. It says who builds on whom and
 * nothing else: what may land is decided by the landing push alone, so that a wrong train costs time and no correctness.
 */
export interface Train {
  /** Grows with every change; the ref is never deleted. */
  readonly seq: number;
  readonly entries: readonly Entry[];
}

/** The ref that points at the newest commit of the train: its message is the train, its parents are the works. */
export const TRAIN_REF = 'refs/agent-waves/train';

export const NO_TRAIN: Train = { seq: 0, entries: [] };

/** More tasks than this never run at the same time, and every waiting run merges each. */
const MAX_ENTRIES = 100;
const MAX_LIMIT_SECONDS = 6 * 60 * 60;

const count = z.number().check(z.int(), z.gte(0));
const objectId = z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));

const entry = z.object({
  issue: count,
  dispatch: count,
  run: count,
  /** The commit of the claim: the entry lives as long as the claim is this one. */
  claim: objectId,
  /** One commit, on the one that it started from: what the run would land. */
  work: objectId,
  /** Seconds that it may be first without landing before others take it out. */
  limit: z.number().check(z.positive(), z.maximum(MAX_LIMIT_SECONDS)),
});

export type Entry = Readonly<z.infer<typeof entry>>;

const train = z.object({ seq: count, entries: z.array(entry).check(z.maxLength(MAX_ENTRIES)) });

/** @returns The train, of one entry for each issue: that of the higher dispatch. What cannot be read counts as empty. */
export function readTrain(message: string): Train {
  const read = parseJson(message, train);
  return read ? { seq: read.seq, entries: onePerIssue(read.entries) } : NO_TRAIN;
}

export function writeTrain({ seq, entries }: Train): string {
  return JSON.stringify({ seq, entries });
}

function onePerIssue(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(
    (one, index) =>
      !entries.some(
        (other, at) =>
          other.issue === one.issue &&
          (other.dispatch > one.dispatch || (other.dispatch === one.dispatch && at > index)),
      ),
  );
}

/** The run of an entry. */
export function keyOf({ issue, dispatch, run }: Entry): string {
  return `${issue} ${dispatch} ${run}`;
}

/** Whether two entries are the same run's, whatever it would land. */
export function isSameRun(
  one: Pick<Entry, 'issue' | 'dispatch' | 'run' | 'claim'>,
  other: Pick<Entry, 'issue' | 'dispatch' | 'run' | 'claim'>,
): boolean {
  return (
    one.issue === other.issue && one.dispatch === other.dispatch && one.run === other.run && one.claim === other.claim
  );
}
