import type { CreateBranch, Effect, MergeBranch, OpenPull } from '../../decide/effects/effect.ts';
import { type Failure, toFailure } from '../errors.ts';
import { API_VERSION, ONCE } from '../octokit.ts';
import type { ApplyInput, Outcome } from './apply.ts';

/** Branches of a plan and pull requests of its waves, over REST. What GitHub would not do is remembered: asking again would only be refused again. */
export async function applyToBranch(effect: Effect, input: ApplyInput): Promise<Outcome | undefined> {
  switch (effect.kind) {
    case 'create-branch':
      return createBranch(effect, input);
    case 'merge-branch':
      return mergeBranch(effect, input);
    case 'open-pull':
      return openPull(effect, input);
    default:
      return undefined;
  }
}

const WRITE = { headers: API_VERSION, request: ONCE } as const;

async function createBranch({ branch, from }: CreateBranch, input: ApplyInput): Promise<Outcome> {
  const { client, locator, memory } = input;
  try {
    const ref = `refs/heads/${branch}`;
    await client.request('POST /repos/{owner}/{repo}/git/refs', { ...locator, ref, sha: from, ...WRITE });
    memory.made.set(branch, { from, at: input.snapshot.now });
    memory.branchesRefused.delete(branch);
    return { kind: 'applied' };
  } catch (error) {
    const failure = toFailure(error);
    if (isThere(failure)) {
      memory.made.set(branch, { from, at: input.snapshot.now });
      return { kind: 'skipped', why: failure.message };
    }
    if (failure.kind === 'refused') memory.branchesRefused.set(branch, failure.message);
    return { kind: 'failed', why: failure.message };
  }
}

/** 201 with a merge commit, or 204 where there was nothing to bring over; both leave nothing to do. */
async function mergeBranch({ into, from, head }: MergeBranch, input: ApplyInput): Promise<Outcome> {
  const { client, locator, memory } = input;
  try {
    await client.request('POST /repos/{owner}/{repo}/merges', {
      ...{ ...locator, base: into, head: from, commit_message: `Merge ${from} into ${into}` },
      ...WRITE,
    });
    memory.compared = { head, behind: false };
    return { kind: 'applied' };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind !== 'refused') return { kind: 'failed', why: failure.message };
    memory.compared = { head, behind: true, conflict: failure.message };
    return { kind: 'skipped', why: failure.message };
  }
}

async function openPull({ branch, base, title, body }: OpenPull, input: ApplyInput): Promise<Outcome> {
  const { client, locator, memory } = input;
  try {
    const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', {
      ...{ ...locator, head: branch, base, title, body },
      ...WRITE,
    });
    memory.opened.set(branch, { number: data.number });
    return { kind: 'applied' };
  } catch (error) {
    const failure = toFailure(error);
    if (isThere(failure)) return findPull(branch, input, failure);
    if (failure.kind !== 'refused') return { kind: 'failed', why: failure.message };
    memory.opened.set(branch, { refused: failure.message });
    return { kind: 'skipped', why: failure.message };
  }
}

/** It was opened before, by a process that is no more. */
async function findPull(branch: string, { client, locator, memory }: ApplyInput, failure: Failure): Promise<Outcome> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', {
    ...{ ...locator, state: 'open', head: `${locator.owner}:${branch}`, per_page: 1 },
    headers: API_VERSION,
  });
  const [found] = data;
  // Not shown yet: a later pass looks again.
  if (!found) return { kind: 'failed', why: failure.message };
  memory.opened.set(branch, { number: found.number });
  return { kind: 'skipped', why: failure.message };
}

function isThere(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.status === 422 && /already exists/i.test(failure.message);
}
