import { isPullRequest, type PullRequest } from '../model/records.ts';
import type { Store } from '../model/store.ts';

/** Those who wait for a pull request; `check` is called whenever something has happened. */
export class PullWaiters {
  readonly #store: Store;
  readonly #waiters = new Set<() => void>();

  constructor(store: Store) {
    this.#store = store;
  }

  check(): void {
    for (const check of [...this.#waiters]) check();
  }

  /** Settles with the first one for which `matches` holds, now or after a later event. */
  waitFor(matches: (pull: PullRequest) => boolean): Promise<PullRequest> {
    return new Promise((resolve) => {
      const check = () => {
        const all = [...this.#store.repositories.values()].flatMap(({ issues }) => issues.filter(isPullRequest));
        const found = all.find(matches);
        if (!found) return;
        this.#waiters.delete(check);
        resolve(found);
      };
      this.#waiters.add(check);
      check();
    });
  }
}
