import { eventPayload, type Payload } from '../events/payloads.ts';
import { changedPaths } from '../git/changed-files.ts';
import { ZERO_OID } from '../git/refs.ts';
import type { GitHubEvent } from '../model/events.ts';
import type { PullRequest } from '../model/records.ts';
import type { Platform } from '../platform.ts';
import { testMerge } from '../pulls/merge.ts';
import { mergeBase } from '../pulls/open.ts';
import type { World } from '../world.ts';
import { eventPasses } from './event-filters.ts';
import type { NewRun } from './runs.ts';
import { recordWorkflow, workflowFiles } from './workflows.ts';

/** https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs */
const SKIP = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/i;

const TRIGGERS = ['push', 'issues', 'issue_comment', 'pull_request', 'pull_request_review', 'merge_group'] as const;
type Trigger = Extract<GitHubEvent, { name: (typeof TRIGGERS)[number] }>;

/** What a run of an event stands on, and what filters look at. */
interface TriggerContext extends Pick<NewRun, 'ref' | 'sha' | 'head'> {
  /** Branch that `branches` speaks of, null where the event has none. */
  readonly branch: string | null;
  readonly tag: string | null;
  readonly paths: readonly string[] | null;
}

/**
 * Starts the workflows that listen to an event: those of the pushed commit for a push, of the test merge for a pull
 * request, of the merge for a queue's group, of the default branch for the rest. What a run's own GITHUB_TOKEN caused
 * starts none (https://docs.github.com/en/actions/concepts/security/github_token): the runs of pull requests
 * that it opened wait at GitHub for a person's approval, and nobody gives it here.
 */
export function triggerWorkflows(world: Platform, event: GitHubEvent): void {
  if (!isTrigger(event)) return;
  if (event.cause?.kind === 'run') return;
  if (event.name === 'push' && (event.push.after === ZERO_OID || skips(event.push.commits.at(-1)?.message))) return;
  const payload = eventPayload(world.addresses, event);
  world.later(() => startListening(world, { event, payload }));
}

function isTrigger(event: GitHubEvent): event is Trigger {
  if (event.name === 'merge_group') return event.action === 'checks_requested';
  return TRIGGERS.some((name) => name === event.name);
}

function skips(message: string | undefined): boolean {
  return message !== undefined && SKIP.test(message);
}

async function startListening(
  world: Platform,
  { event, payload }: { readonly event: Trigger; readonly payload: Payload },
): Promise<void> {
  const { repository } = event;
  const context = await triggerContext(world, event);
  if (context === null) return;
  const { ref, sha, head } = context;
  for (const file of await workflowFiles(repository, sha)) {
    const { events, filters } = world.workflows.read(file);
    if (!events.includes(event.name) || recordWorkflow(world, { repository, file }).state !== 'active') continue;
    const action = 'action' in event ? event.action : null;
    if (!eventPasses(filters?.[event.name] ?? {}, { ...context, name: event.name, action })) continue;
    const what = { repository, file, event: event.name, payload, inputs: {}, ref, sha, actor: event.sender };
    world.runs.create({ ...what, ...(head && { head }) });
  }
}

async function triggerContext(world: World, event: Trigger): Promise<TriggerContext | null> {
  const { repository } = event;
  switch (event.name) {
    case 'push': {
      const { ref, after, commits } = event.push;
      const paths = commits.flatMap(({ added, removed, modified }) => [...added, ...removed, ...modified]);
      const named = (prefix: string) => (ref.startsWith(prefix) ? ref.slice(prefix.length) : null);
      return { ref, sha: after, branch: named('refs/heads/'), tag: named('refs/tags/'), paths };
    }
    case 'pull_request':
      return pullTriggerContext(world, event.pull);
    case 'pull_request_review':
      return pullTriggerContext(world, event.review.pull);
    case 'merge_group': {
      const { ref, headSha } = event.group;
      return { ref, sha: headSha, branch: event.entry.pull.pull.baseRef, tag: null, paths: null };
    }
    default: {
      const ref = `refs/heads/${repository.defaultBranch}`;
      const sha = await repository.objects.commitId(ref);
      return sha === null ? null : { ref, sha, branch: null, tag: null, paths: null };
    }
  }
}

/** A pull request that conflicts starts nothing; a merged one stands on what it was merged as. */
async function pullTriggerContext(world: World, pull: PullRequest): Promise<TriggerContext | null> {
  const { repository } = pull;
  const { baseRef, baseSha, headRef, headSha, headRepository, merged } = pull.pull;
  const stand = merged ? { ref: `refs/heads/${baseRef}`, sha: merged.commit } : await testMerge(world, pull);
  if (stand === null) return null;
  const files = await changedPaths(repository, {
    from: await mergeBase(repository, { base: baseSha, head: headSha }),
    to: headSha,
  });
  const head = { branch: headRef, sha: headSha, repository: headRepository };
  return { ...stand, head, branch: baseRef, tag: null, paths: files.map(({ path }) => path) };
}
