import { ApiError } from '../model/errors.ts';
import type { RunRecord } from '../model/records.ts';

/**
 * Jobs that wait for the reviewers of their environment. The run is `waiting` meanwhile, for up to 30 days
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#required-reviewers).
 */
export class EnvironmentReviews {
  readonly #waiting = new Map<RunRecord, (() => void)[]>();

  enter(run: RunRecord, environment: string): Promise<void> {
    const { reviewers = [] } = run.repository.environments.get(environment.toLowerCase()) ?? {};
    if (reviewers.length === 0) return Promise.resolve();
    run.status = 'waiting';
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(run, [...(this.#waiting.get(run) ?? []), resolve]);
    return promise;
  }

  approve(run: RunRecord): void {
    const waiting = this.#waiting.get(run);
    if (!waiting || run.status !== 'waiting') throw new ApiError(422, 'No pending deployment requests to approve');
    this.#waiting.delete(run);
    run.status = 'queued';
    for (const goOn of waiting) goOn();
  }
}
