import { privateRepository } from '../git/private-repository.ts';
import type { Assignment, FinishedWork } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say, warning } from '../protocol/workflow-commands.ts';
import { captureWorkspace } from './capture-workspace.ts';
import { type Checkpoint, type CheckpointNote, type CheckpointStore, commitCheckpoint } from './checkpoint.ts';
import type { SaveOutcome } from './checkpoint-timer.ts';
import { captureSession } from './session-files.ts';
import { openStore } from './store.ts';

export interface SaveRequest {
  /** The agent's session, where it has named it. */
  readonly session?: string | undefined;
  /** The work, where it is not what the workspace holds now. */
  readonly tree?: string | undefined;
  /** The commit that it started from, where that is not the run's own. */
  readonly from?: string | undefined;
  /** Where nothing is left to do but to verify and land it. */
  readonly finished?: FinishedWork | undefined;
}

/** Saves the workspace as it is, again and again. Opens the store with the first save, and keeps it open. */
export class CheckpointSaver {
  readonly #context: StepContext;
  readonly #assignment: Assignment;
  #store: CheckpointStore | undefined;
  #kept = '';
  /** The commit with what was saved last. */
  #commit: string | undefined;

  constructor(context: StepContext, assignment: Assignment) {
    this.#context = context;
    this.#assignment = assignment;
  }

  /** Whether anything has been saved. */
  get kept(): boolean {
    return this.#kept !== '';
  }

  /** The commit that was saved last, where everybody finds it who may read the repository. */
  get commit(): string | undefined {
    return this.#store?.keepsSessions === false ? this.#commit : undefined;
  }

  /** @throws when the files or the store cannot be reached. */
  async save({ session, tree: given, from, finished }: SaveRequest): Promise<SaveOutcome> {
    const { job, clock, user } = this.#context;
    const { dispatch, base } = this.#assignment;
    const repository = privateRepository(job);
    const { tree, skipped } = given ? { tree: given, skipped: [] } : await captureWorkspace(repository, job, user);
    this.#store ??= await openStore(this.#context, { assignment: this.#assignment, repository });
    const home = this.#store.keepsSessions ? await captureSession(repository, job, user) : undefined;
    const content = `${tree} ${home ?? ''}`;
    if (content === this.#kept) return 'unchanged';
    const note: CheckpointNote = {
      ...dispatch,
      run: job.run,
      at: new Date(clock.now()).toISOString(),
      ...(session === undefined ? {} : { session }),
      ...(finished === undefined ? {} : { finished }),
    };
    const checkpoint: Checkpoint = {
      note,
      workspace: await commitCheckpoint(repository, { tree, parent: from ?? base.head, note }),
      ...(home ? { session: await commitCheckpoint(repository, { tree: home, note }) } : {}),
    };
    if (!(await this.#store.save(checkpoint))) return 'superseded';
    this.#kept = content;
    this.#commit = checkpoint.workspace;
    const without = skipped.length > 0 ? `; too large to be kept: ${skipped.slice(0, 5).join(', ')}` : '';
    say(`checkpoint ${checkpoint.workspace.slice(0, 10)} saved${without}`);
    return 'kept';
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }
}

/**
 * Saves the work once, as far as that can be done: what is reported is reported all the same.
 * @returns The commit of it; undefined where it is not saved, or not in the repository.
 */
export async function saveCheckpoint(
  context: StepContext,
  { assignment, work }: { readonly assignment: Assignment; readonly work: SaveRequest },
): Promise<string | undefined> {
  const saver = new CheckpointSaver(context, assignment);
  try {
    await saver.save(work);
    return saver.commit;
  } catch (problem) {
    warning(
      'The work is not saved',
      `${problem instanceof Error ? problem.message : problem}; another run starts anew`,
    );
    return undefined;
  } finally {
    await saver.close();
  }
}

/** The work has landed, or is on a branch of its own: what was saved on the way is of no more use. */
export async function removeCheckpoint(context: StepContext, assignment: Assignment): Promise<void> {
  const store = await openStore(context, { assignment, repository: privateRepository(context.job) });
  try {
    await store.remove();
  } finally {
    await store.close();
  }
}
