import * as z from 'zod/mini';
import { git, type Repository } from '../git/git.ts';
import { commitTree } from '../git/merge-trees.ts';
import { dispatchInputs, finishedWork } from '../protocol/assignment.ts';
import { parseJson } from '../protocol/json.ts';

/** Unfinished work, saved so that another run can go on. Commits live in our own repository; stores carry them away. */

/** What is written down beside the work; the message of its commit. */
const checkpointNote = z.extend(dispatchInputs, {
  run: z.number(),
  /** ISO 8601: when it was taken. */
  at: z.string(),
  /** Session of the agent, for agents that can resume one. */
  session: z.optional(z.string()),
  /** Where the agent was done with it, and nothing was found wrong with it. */
  finished: z.optional(finishedWork),
});

export type CheckpointNote = Readonly<z.infer<typeof checkpointNote>>;

export interface Checkpoint {
  readonly note: CheckpointNote;
  /** Commit with the files of the workspace; its parent is the commit of the base that the work started from. */
  readonly workspace: string;
  /** Commit with the files of the agent's session, where the store keeps them. */
  readonly session?: string;
}

/** Where checkpoints of one issue are kept. Each store keeps one, the newest, of the highest dispatch. */
export interface CheckpointStore {
  /** Whether session files belong into it: a git ref can be read by everybody who can read the repository. */
  readonly keepsSessions: boolean;
  /** @returns False when a later dispatch has its checkpoint there: this run is superseded and saves no more. */
  readonly save: (checkpoint: Checkpoint) => Promise<boolean>;
  /** Brings the checkpoint's commits into our repository. */
  readonly load: () => Promise<Checkpoint | undefined>;
  readonly remove: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param tree The files; @param parent Where the work started, absent for session files. */
export function commitCheckpoint(
  repository: Repository,
  { tree, parent, note }: { readonly tree: string; readonly parent?: string; readonly note: CheckpointNote },
): Promise<string> {
  const parents = parent === undefined ? [] : [parent];
  return commitTree(repository, { tree, parents, message: JSON.stringify(note) });
}

/** @returns undefined for a commit that no run of ours made: such a checkpoint is not gone on from. */
export async function readCheckpointNote(repository: Repository, commit: string): Promise<CheckpointNote | undefined> {
  const answer = await git(repository, ['log', '-1', '--format=%B', commit]);
  return answer.ok ? parseJson(answer.stdout, checkpointNote) : undefined;
}
