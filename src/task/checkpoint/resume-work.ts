import { isLeftToLand } from '../../state/finished-work.ts';
import { taskBranch } from '../../state/names.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { Resumed } from '../brief/source.ts';
import { privateRepository } from '../git/private-repository.ts';
import type { Assignment } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import type { Checkpoint } from './checkpoint.ts';
import { fetchBranch, restoreWork } from './restore-work.ts';
import { restoreSession } from './session-files.ts';
import { openStore } from './store.ts';

export interface ResumedWork {
  readonly briefed: Resumed | undefined;
  /** What the assignment knows of it. */
  readonly known: Pick<Assignment, 'resumed' | 'startTree' | 'session' | 'review' | 'finished'>;
}

/** How often a conflict went back to the agent in the newest attempt. */
export function conflictsReturned({ history, attempt }: Pick<TaskRecord, 'history' | 'attempt'>): number {
  return history.filter((past) => past.attempt === attempt && past.cause?.kind === 'conflict-returned').length;
}

/**
 * Goes on where an earlier run of the task stopped: from the pull request that people looked at, or from the
 * checkpoint. A first dispatch has neither, and looks for none.
 */
export async function resumeWork(
  context: StepContext,
  { assignment, record }: { readonly assignment: Assignment; readonly record: TaskRecord },
): Promise<ResumedWork> {
  const { job } = context;
  const repository = privateRepository(job);
  const { head } = assignment.base;
  if (record.review) {
    const { pull } = record.review;
    const work = await fetchBranch(repository, taskBranch(assignment.dispatch.task));
    if (work) {
      const { tree, conflicts } = await restoreWork(repository, { job, kind: 'pull', work, head });
      say(`goes on from pull request #${pull} at ${work.slice(0, 10)}`);
      return {
        briefed: { kind: 'review', pull, conflicts },
        known: { resumed: true, startTree: tree, review: { pull, head: work } },
      };
    }
  }
  const checkpoint = record.history.length > 0 ? await newestCheckpoint(context, { assignment, record }) : undefined;
  if (!checkpoint) return { briefed: undefined, known: {} };
  const { note, workspace, session } = checkpoint;
  const { tree, changed, conflicts } = await restoreWork(repository, {
    job,
    kind: 'checkpoint',
    work: workspace,
    head,
  });
  if (session) await restoreSession(repository, { job, commit: session });
  const isSound = changed.length > 0 && conflicts.length === 0;
  const finished = isSound && isLeftToLand(record, note.dispatch) ? note.finished : undefined;
  say(
    finished
      ? `lands what dispatch ${note.dispatch} has finished, without its agent: ${changed.length} paths changed`
      : `goes on from the checkpoint of dispatch ${note.dispatch}, taken at ${note.at}: ${changed.length} paths changed`,
  );
  return {
    briefed: { kind: 'checkpoint', changed, conflicts },
    known: {
      resumed: true,
      startTree: tree,
      ...(finished ? { finished } : {}),
      ...(session ? { session: note.session } : {}),
    },
  };
}

async function newestCheckpoint(
  context: StepContext,
  { assignment, record }: { readonly assignment: Assignment; readonly record: TaskRecord },
): Promise<Checkpoint | undefined> {
  const store = await openStore(context, { assignment, repository: privateRepository(context.job) });
  try {
    const found = await store.load();
    if (!found || found.note.issue !== assignment.dispatch.issue) return undefined;
    if (record.fresh === undefined || found.note.dispatch > record.fresh) return found;
    say('a person asked to start over: the checkpoint is left aside');
    return undefined;
  } finally {
    await store.close();
  }
}
