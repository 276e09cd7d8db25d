import type { Octokit } from '@octokit/rest';
import type { Client } from '../../../../src/github/octokit.ts';

const NEVER = new Promise<never>(() => undefined);

/** A process that makes passes, and that may be killed after any of its requests: to GitHub, or to whoever is told. */
export class MortalProcess {
  readonly died: Promise<void>;
  requests = 0;
  isDead = false;
  readonly #killAt: number;
  readonly #die: () => void;

  /** @param killAt It dies with this request; by default it lives. */
  constructor(killAt = Number.POSITIVE_INFINITY) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.died = promise;
    this.#killAt = killAt;
    this.#die = resolve;
  }

  /** One request more was carried out. @returns Whether the process hears of it. */
  outlives(): boolean {
    if (this.isDead) return false;
    this.requests += 1;
    if (this.requests < this.#killAt) return true;
    this.isDead = true;
    this.#die();
    return false;
  }

  /** The client asks nothing more once the process is dead, and hears no answer. */
  owns(client: Client): Client {
    (client as Octokit).hook.wrap('request', async (request, options) => {
      if (this.isDead) return NEVER;
      try {
        const answer = await request(options);
        return this.outlives() ? answer : await NEVER;
      } catch (error) {
        // A refusal is an answer as well.
        return this.outlives() ? Promise.reject(error) : NEVER;
      }
    });
    return client;
  }
}
