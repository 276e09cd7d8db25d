import { repositoryBody } from '../bodies/repository.ts';
import type { RepositoryRecord } from '../model/records.ts';
import type { WorkflowRecord } from '../model/workflows.ts';
import type { Platform } from '../platform.ts';
import { nextDue } from './cron.ts';
import { recordWorkflow, workflowFiles } from './workflows.ts';

/**
 * A schedule of a public repository without activity for so long is switched off (ms): "automatically disabled when no
 * repository activity has occurred in 60 days". What counts as activity is said nowhere: here it is a push to a branch or
 * tag, and that somebody enables the workflow
 * (https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-a-workflow).
 */
const IDLE_LIMIT = 60 * 86_400_000;

/**
 * Starts workflows by their schedules: on the newest commit of the default branch, none that is disabled, and one run of
 * each for all the moments that went by since it was last asked for. GitHub may be late as well, which is asking late,
 * and drop some, which is a fault
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
    const { workflows, runs, addresses, faults } = this.#platform;
    const ref = `refs/heads/${repository.defaultBranch}`;
    const sha = await repository.objects.commitId(ref);
    for (const file of sha === null ? [] : await workflowFiles(repository, sha)) {
      const { schedules = [] } = workflows.read(file);
      if (schedules.length === 0 || sha === null) continue;
      const workflow = recordWorkflow(this.#platform, { repository, file });
      if (isIdle({ repository, workflow }, span.until) && workflow.state === 'active')
        workflow.state = 'disabled_inactivity';
      const schedule = schedules.find((cron) => nextDue(cron, span) !== undefined);
      if (schedule === undefined || workflow.state !== 'active') continue;
      if (faults.forSchedule({ workflow: file.path, schedule, at: span.until })) continue;
      const payload = { schedule, repository: repositoryBody(addresses, repository) };
      // GitHub names whoever changed the schedule last; here that is the owner.
      const actor = repository.owner;
      runs.create({ repository, file, event: 'schedule', payload, inputs: {}, ref, sha, actor });
    }
  }
}

function isIdle(
  { repository, workflow }: { readonly repository: RepositoryRecord; readonly workflow: WorkflowRecord },
  now: number,
): boolean {
  return !repository.private && now - Math.max(repository.pushedAt, workflow.enabledAt) >= IDLE_LIMIT;
}
