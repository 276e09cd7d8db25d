import { type BaseEvidence, evidenceOn, landedDispatch } from '../../state/evidence.ts';
import type { TaskRecord } from '../../state/record.ts';
import { millis } from '../../state/snapshot.ts';
import { commitsSince } from '../git/base-commits.ts';
import type { Repository } from '../git/git.ts';

/** A task that is needed, with what its issue remembers. */
export interface NeededTask {
  /** `A-001 (#7)`. */
  readonly name: string;
  readonly issue: number;
  readonly record: TaskRecord;
}

/** A runner's clock may be behind, and a rebase keeps no order. */
const MARGIN_MS = 24 * 60 * 60_000;

/** @returns What of these tasks' work is not on the base, by the rule that passes watch it by: one sentence for each. */
export async function missingOnBase(
  repository: Repository,
  { head, needed }: { readonly head: string; readonly needed: readonly NeededTask[] },
): Promise<readonly string[]> {
  // What is lost and counts all the same, a person has accepted.
  const landed = needed.flatMap((task) =>
    task.record.done && !task.record.lost ? [{ ...task, done: task.record.done }] : [],
  );
  if (landed.length === 0) return [];
  const since = Math.min(...landed.map(({ done }) => millis(done.at))) - MARGIN_MS;
  const evidence = evidenceOn({
    commits: await commitsSince(repository, { head, since }),
    since: undefined,
    whole: true,
  });
  return landed.flatMap((task) => complaint(task, evidence));
}

function complaint(
  { name, issue, record, done }: NeededTask & { readonly done: NonNullable<TaskRecord['done']> },
  evidence: BaseEvidence,
): readonly string[] {
  const standing = evidence.standing({ issue, done, dispatch: landedDispatch(record) });
  const landed = `what ${name} landed${done.commit === undefined ? '' : `, ${done.commit.slice(0, 10)},`}`;
  switch (standing.kind) {
    case 'gone':
      return [`${landed} is not on the base`];
    case 'reverted':
      return [`${landed} was reverted by ${standing.by.slice(0, 10)}`];
    case 'there':
    case 'unquestioned':
      return [];
  }
}
