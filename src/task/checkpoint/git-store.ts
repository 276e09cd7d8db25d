import { checkpointRef } from '../../state/names.ts';
import { fetchRefs, isMissing } from '../git/fetch.ts';
import { gitText, type Repository } from '../git/git.ts';
import { pushRefs } from '../git/push.ts';
import { type Checkpoint, type CheckpointStore, readCheckpointNote } from './checkpoint.ts';

const LOCAL = 'refs/agent-waves/checkpoint';

/** Others write the ref at most once per interval: each try that fails is one of them being faster. */
const MAX_TRIES = 5;

/** Keeps the work in `refs/agent-waves/checkpoints/<issue>` of the repository itself. */
export function gitStore(repository: Repository, issue: number): CheckpointStore {
  const ref = checkpointRef(issue);
  /** What the ref pointed at when it was last seen. */
  let seen = '';

  async function readRef(): Promise<string> {
    const fetched = await fetchRefs(repository, [`+${ref}:${LOCAL}`]);
    if (isMissing(fetched)) seen = '';
    else if (fetched.ok) seen = await gitText(repository, ['rev-parse', LOCAL]);
    else throw new Error(`${ref} cannot be read: ${fetched.stderr.trim()}`);
    return seen;
  }

  async function save({ workspace, note }: Checkpoint): Promise<boolean> {
    for (let left = MAX_TRIES; left > 0; left--) {
      const answer = await pushRefs(repository, [{ ref, from: seen, to: workspace }]);
      if (answer.kind === 'moved') {
        seen = workspace;
        return true;
      }
      if (answer.kind === 'refused') throw new Error(`${ref} cannot be written: ${answer.text}`);
      const there = await readRef();
      if (there === workspace) return true;
      const theirs = there && (await readCheckpointNote(repository, there));
      if (theirs && theirs.dispatch > note.dispatch) return false;
    }
    throw new Error(`${ref} could not be written in ${MAX_TRIES} tries`);
  }

  async function load(): Promise<Checkpoint | undefined> {
    const workspace = await readRef();
    const note = workspace ? await readCheckpointNote(repository, workspace) : undefined;
    return note && { note, workspace };
  }

  async function remove(): Promise<void> {
    const there = await readRef();
    if (there) await pushRefs(repository, [{ ref, from: there, to: '' }]);
    seen = '';
  }

  return { keepsSessions: false, save, load, remove, close: async () => undefined };
}
