import * as z from 'zod/mini';
import type { TaskId } from '../../plan/plan.ts';
import { PROGRESS_BRANCH } from '../../state/names.ts';
import { fetchedCommit, fetchRefs } from '../git/fetch.ts';
import type { Repository } from '../git/git.ts';
import { readBlob } from '../git/workspace.ts';
import type { Assignment } from '../protocol/assignment.ts';
import { type PollPolicy, pollUntil } from '../protocol/clock.ts';
import { parseJson } from '../protocol/json.ts';
import type { StepContext } from '../protocol/step.ts';

/**
 * A pass follows the result within a second or two, and closes the issue itself once it has committed progress: nothing waits
 * for this run to see that, and each look costs a fetch. It looks after 0.6, 2, 4.8, 10.4, 20.4 … s, for a minute.
 */
const MIN_WAIT_MS = 600;
const POLLING: PollPolicy = { firstMs: 1_400, factor: 2, maxMs: 10_000, limitMs: 60_000 - MIN_WAIT_MS };

export interface Expected extends Pick<StepContext, 'clock' | 'signal'> {
  readonly assignment: Assignment;
}

/** @returns Whether the plan file on the base came to say that the task is completed. Asks git only: no request. */
export async function awaitProgress(repository: Repository, { assignment, clock, signal }: Expected): Promise<boolean> {
  const { base, rules, dispatch } = assignment;
  let seen = '';
  const poll = async (): Promise<true | undefined> => {
    const heads = await fetchProgress(repository, base.branch);
    if (heads.join() === seen) return undefined;
    seen = heads.join();
    const texts = await Promise.all(heads.map((head) => readBlob(repository, `${head}:${rules.plan}`)));
    return texts.some((text) => text !== undefined && saysCompleted(text, dispatch.task)) ? true : undefined;
  };
  try {
    await clock.sleep(MIN_WAIT_MS);
    return (await pollUntil(poll, { patience: POLLING, clock })) === true;
  } catch (error) {
    // Cancelled while it waited: the work has landed, and its issue is closed all the same.
    if (signal.aborted) return false;
    throw error;
  }
}

const LOCAL = 'refs/agent-waves/progress';

/**
 * Where a pass may commit progress: the branch that work lands on, the default branch, or beside both, where a rule
 * keeps the app from these. The star lets git skip a branch that is not there.
 */
async function fetchProgress(repository: Repository, branch: string): Promise<readonly string[]> {
  const sources = [`refs/heads/${branch}:${LOCAL}/base`, `HEAD:${LOCAL}/default`];
  const progressBranch = `refs/heads/${PROGRESS_BRANCH}*:${LOCAL}/aside*`;
  const answer = await fetchRefs(repository, { refspecs: [...sources, progressBranch].map((source) => `+${source}`) });
  if (!answer.ok) throw new Error(`progress cannot be fetched from ${repository.remote}: ${answer.stderr.trim()}`);
  const heads = await Promise.all(
    ['base', 'default', 'aside'].map((name) => fetchedCommit(repository, `${LOCAL}/${name}`)),
  );
  return [...new Set(heads.filter((head) => head !== undefined))];
}

/** Of a plan file, as little as is asked of it here: the rest is for others to understand. */
const listedTasks = z.object({ tasks: z.array(z.unknown()) });
const listedTask = z.object({ id: z.string(), status: z.string() });

function saysCompleted(text: string, task: TaskId): boolean {
  // A plan that somebody broke says nothing until it is fixed.
  const tasks = parseJson(text.replace(/^\ufeff/, ''), listedTasks)?.tasks ?? [];
  return tasks.some((entry) => {
    const listed = listedTask.safeParse(entry);
    return listed.success && listed.data.id === task && listed.data.status === 'completed';
  });
}
