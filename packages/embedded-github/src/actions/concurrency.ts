import type { RepositoryRecord, RunRecord } from '../model/records.ts';
import type { Concurrency } from '../model/runner.ts';

interface Member extends Concurrency {
  readonly repository: RepositoryRecord;
}

/**
 * Runs of one group go one at a time. One may wait; a newer one takes its place, and the one that waited is cancelled
 * (https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency).
 */
export class ConcurrencyGroups {
  /** Runs that are live, in the order in which they came. */
  readonly #members = new Map<RunRecord, Member>();
  readonly #waiting = new Set<RunRecord>();

  /** @returns Whether it starts at once, and which runs are to be cancelled for it. */
  enter(
    run: RunRecord,
    concurrency: Concurrency,
  ): { readonly starts: boolean; readonly cancelled: readonly RunRecord[] } {
    const member = { ...concurrency, repository: run.repository };
    const others = [...this.#members].filter(([, other]) => isSameGroup(other, member)).map(([other]) => other);
    this.#members.set(run, member);
    if (others.length === 0) return { starts: true, cancelled: [] };
    this.#waiting.add(run);
    const replaced = others.filter((other) => this.#waiting.has(other));
    return { starts: false, cancelled: concurrency.cancelInProgress ? others : replaced };
  }

  /** @returns The run that may start now that this one is over. */
  leave(run: RunRecord): RunRecord | undefined {
    const member = this.#members.get(run);
    this.#members.delete(run);
    const wasWaiting = this.#waiting.delete(run);
    if (!member || wasWaiting) return undefined;
    const next = [...this.#waiting].find((other) => {
      const waiting = this.#members.get(other);
      return waiting !== undefined && isSameGroup(waiting, member);
    });
    if (next) this.#waiting.delete(next);
    return next;
  }
}

/** "Concurrency group names are case insensitive", and one repository knows nothing of another's. */
function isSameGroup(one: Member, other: Member): boolean {
  return one.repository === other.repository && one.group.toLowerCase() === other.group.toLowerCase();
}
