import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/rest';
import type { EmbeddedGitHub } from 'embedded-github';

export interface ReviewerOptions {
  readonly github: EmbeddedGitHub;
  readonly owner: string;
  readonly repo: string;
  /** Of the person who reviews. */
  readonly token: string;
  /** Whose own pull requests are left alone. */
  readonly login: string;
  /** Only pull requests to this branch wait for a person; absent: all. */
  readonly base?: string;
}

/** A person who approves the pull requests that wait for one, and merges what GitHub does not merge by itself. */
export interface Reviewer {
  readonly close: () => Promise<void>;
}

type Pull = Awaited<ReturnType<EmbeddedGitHub['waitForPull']>>;

/** How long the person reads a pull request, in milliseconds. */
const READING = 100;

/** Pull requests that the person has open at once: more than tasks run, since some wait for others. */
const AT_ONCE = 32;

/** What cannot be merged yet is looked at again after so many milliseconds, then twice as many, up to a bound. */
const AGAIN_AFTER = 250;
const AGAIN_AT_LAST = 4_000;

export function startReviewer(options: ReviewerOptions): Reviewer {
  const desk = openDesk(options);
  void Promise.all(Array.from({ length: AT_ONCE }, () => desk.work()));
  return { close: desk.close };
}

function openDesk(options: ReviewerOptions) {
  const { github, owner, repo, login, token, base } = options;
  // Answers that the person expects, such as "not yet", are nothing to show on a terminal.
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const client = new Octokit({ auth: token, baseUrl: github.apiUrl, log });
  /** Pull requests with their heads: a new head is looked at again. */
  const seen = new Set<string>();
  const busy = new Set<Promise<void>>();
  const closing = new AbortController();
  const closed = new Promise<undefined>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

  const next = async (): Promise<Pull | undefined> => {
    const awaits = (branch: string) => base === undefined || branch === base;
    const isNew = ({ number, head }: { number: number; head: string }) => !seen.has(`${number} ${head}`);
    for (;;) {
      const found = github.waitForPull(
        ({ state, author, number, pull }) =>
          state === 'open' &&
          !pull.draft &&
          author.login !== login &&
          awaits(pull.baseRef) &&
          isNew({ number, head: pull.headSha }),
      );
      const pull = await Promise.race([found, closed]);
      if (!pull || closing.signal.aborted) return undefined;
      // Somebody else at this desk may have taken it in the same moment.
      if (!isNew({ number: pull.number, head: pull.head.sha })) continue;
      seen.add(`${pull.number} ${pull.head.sha}`);
      return pull;
    }
  };
  return {
    work: async (): Promise<void> => {
      for (let pull = await next(); pull; pull = await next()) {
        const { number } = pull;
        const work = review(client, { owner, repo, pull, closing: closing.signal }).catch((error: Error) => {
          if (!closing.signal.aborted) console.error(`#${number} could not be reviewed: ${error.message}`);
        });
        busy.add(work);
        await work;
        busy.delete(work);
      }
    },
    close: async (): Promise<void> => {
      closing.abort();
      await Promise.all(busy);
    },
  };
}

function ignore(): void {}

interface Review {
  readonly owner: string;
  readonly repo: string;
  readonly pull: Pull;
  readonly closing: AbortSignal;
}

async function review(client: Octokit, { owner, repo, pull, closing }: Review): Promise<void> {
  const target = { owner, repo, pull_number: pull.number };
  const head = pull.head.sha;
  await pause(READING, closing);
  if (closing.aborted) return;
  await client.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    ...target,
    commit_id: head,
    event: 'APPROVE',
    body: 'Looks good.',
  });
  for (let wait = AGAIN_AFTER; !closing.aborted; wait = Math.min(wait * 2, AGAIN_AT_LAST)) {
    const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', target);
    // A new head is noticed by itself.
    if (data.state === 'closed' || data.head.sha !== head) return;
    // What GitHub merges by itself is only watched: it lets go of a pull request that it cannot merge.
    const ready = !data.auto_merge && READY.includes(data.mergeable_state);
    if (ready && (await merged(client, { ...target, head, method: methodFor(pull) }))) return;
    await pause(wait, closing);
  }
}

/** When GitHub's button to merge is green. */
const READY: readonly string[] = ['clean', 'unstable', 'has_hooks'];

/** A task is one commit; a wave keeps the commits of its tasks. */
function methodFor({ head }: Pull): 'squash' | 'merge' {
  return head.ref.startsWith('agent-waves/task/') ? 'squash' : 'merge';
}

interface Merge {
  readonly owner: string;
  readonly repo: string;
  readonly pull_number: number;
  readonly head: string;
  readonly method: 'squash' | 'merge';
}

/** False where it can no longer be merged as it was seen: the base or the head has just moved. */
async function merged(client: Octokit, { head, method, ...target }: Merge): Promise<boolean> {
  try {
    await client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...target,
      sha: head,
      merge_method: method,
    });
    return true;
  } catch (error) {
    const { status } = error as { readonly status?: number };
    if (status === 405 || status === 409) return false;
    throw error;
  }
}

/** Ends early when the person goes home. */
async function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: closing }).catch(() => undefined);
}
