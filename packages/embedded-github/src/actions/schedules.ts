import { repositoryBody } from '../bodies/repository.ts';
import type { RepositoryRecord } from '../model/records.ts';
import type { Platform } from '../platform.ts';
import { nextDue } from './cron.ts';
import { recordWorkflow, workflowFiles } from './workflows.ts';

/**
 * Starts workflows by their schedules: on the newest commit of the default branch, none that is disabled, and one run of
 * each for all the moments that went by since it was last asked for. GitHub may be late as well, and drop some
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule).
 */
export class Schedules {
  readonly #platform: Platform;
  #last: number;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#last = platform.clock();
  }

  /** @param now Epoch milliseconds; moments up to it are due. */
  async startDue(now: number): Promise<void> {
    const span = { after: this.#last, until: now };
    this.#last = Math.max(this.#last, now);
    for (const repository of this.#platform.store.repositories.values()) await this.#startDueIn(repository, span);
  }

  async #startDueIn(
    repository: RepositoryRecord,
    span: { readonly after: number; readonly until: number },
  ): Promise<void> {
    const { workflows, runs, addresses } = this.#platform;
    const ref = `refs/heads/${repository.defaultBranch}`;
    const sha = await repository.objects.commitId(ref);
    for (const file of sha === null ? [] : await workflowFiles(repository, sha)) {
      const schedule = workflows.read(file).schedules?.find((cron) => nextDue(cron, span) !== undefined);
      if (schedule === undefined || sha === null) continue;
      if (recordWorkflow(this.#platform, { repository, file }).state !== 'active') continue;
      const payload = { schedule, repository: repositoryBody(addresses, repository) };
      // GitHub names whoever changed the schedule last; here that is the owner.
      const actor = repository.owner;
      runs.create({ repository, file, event: 'schedule', payload, inputs: {}, ref, sha, actor });
    }
  }
}
