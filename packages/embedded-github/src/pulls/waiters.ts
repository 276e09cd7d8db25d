import { isPullRequest, type PullRequest } from '../model/pull.ts';
import type { Store } from '../model/store.ts';

/** Lets scripted people wait for pull requests; looked at whenever something has happened. */
export class PullWatch {
  readonly #store: Store;
  readonly #watchers = new Set<() => void>();

  constructor(store: Store) {
    this.#store = store;
  }

  look(): void {
    for (const look of [...this.#watchers]) look();
  }

  /** Settles with the first one for which `matches` holds, now or after a later event. */
  waitFor(matches: (pull: PullRequest) => boolean): Promise<PullRequest> {
    return new Promise((resolve) => {
      const look = () => {
        const all = [...this.#store.repositories.values()].flatMap(({ issues }) => issues.filter(isPullRequest));
        const found = all.find(matches);
        if (!found) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }
}
