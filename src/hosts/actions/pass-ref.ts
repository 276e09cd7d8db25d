import { moveCommitRef, readCommitRef, type SaidCommit } from '../../github/commit-ref.ts';
import { toFailure, unlessMissing } from '../../github/errors.ts';
import { dateOf } from '../../github/graphql.ts';
import type { Locator } from '../../github/locator.ts';
import { API_VERSION, type Client, ONCE } from '../../github/octokit.ts';
import { NO_RUN } from '../../state/names.ts';
import { type Holder, lockText, readLock } from './lock.ts';
import type { LockStore } from './pass-hold.ts';

/** The ref by which jobs take turns: the lock is the message of its commit, what passes remember is a file of its tree. */
const PASS_REF = 'refs/agent-waves/pass';

const MEMORY_FILE = 'memory.json';

interface Source {
  readonly client: Client;
  readonly locator: Locator;
}

export interface PassRef extends LockStore {
  /** What was kept last; undefined where nothing is there, or too much for one answer. */
  readonly remembered: () => Promise<string | undefined>;
  /** Goes along with the next change of the lock. */
  readonly remember: (text: string) => Promise<void>;
}

export function passRef(source: Source): PassRef {
  let seen: SaidCommit | undefined;
  let kept: string | undefined;
  return {
    read: async () => {
      seen = await readCommitRef(source, PASS_REF);
      if (!seen) return { lock: undefined, commit: undefined, date: await dateNow(source) };
      kept ??= seen.tree;
      return { lock: readLock(seen.message), commit: seen.oid, date: seen.date };
    },
    swap: async ({ commit: from }, to) => {
      // A commit has a tree: that of the first one remembers nothing.
      kept ??= await makeTree(source, '{}');
      return moveCommitRef(source, { ref: PASS_REF, from, message: lockText(to), tree: kept });
    },
    isOver: (holder) => isOver(source, holder),
    remembered: async () => (seen ? readMemory(source, seen.oid) : undefined),
    remember: async (text) => {
      kept = await makeTree(source, text);
    },
  };
}

async function dateNow({ client }: Source): Promise<number> {
  const { headers } = await client.request('GET /rate_limit', { headers: API_VERSION });
  return dateOf(headers);
}

async function makeTree({ client, locator }: Source, content: string): Promise<string> {
  const { data } = await client.request('POST /repos/{owner}/{repo}/git/trees', {
    ...locator,
    tree: [{ path: MEMORY_FILE, mode: '100644', type: 'blob', content }],
    headers: API_VERSION,
    request: ONCE,
  });
  return data.sha;
}

async function readMemory({ client, locator }: Source, commit: string): Promise<string | undefined> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...locator,
      path: MEMORY_FILE,
      ref: commit,
      headers: API_VERSION,
    });
    return 'content' in data && data.content !== '' ? Buffer.from(data.content, 'base64').toString('utf8') : undefined;
  } catch (error) {
    // Somebody made the ref by hand.
    if (toFailure(error).kind === 'refused') return undefined;
    throw error;
  }
}

async function isOver({ client, locator }: Source, { run, attempt }: Holder): Promise<boolean> {
  // A person's command line is no run that GitHub knows of: its silence alone tells that it is over.
  if (run === NO_RUN) return false;
  const asked = { ...locator, run_id: run, headers: API_VERSION };
  const found = await unlessMissing(client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', asked));
  // It was deleted, which only an ended one can be.
  if (!found) return true;
  return found.data.status === 'completed' || (found.data.run_attempt ?? attempt) > attempt;
}
