import type { Context, Probot } from 'probot';
import * as z from 'zod';
import { ACTIONS_LOGIN, CONFIG_PATHS, isTaskBranch } from '../../state/names.ts';
import type { Host } from './host.ts';
import { repositoriesOf } from './installations.ts';

/** Events after which a repository may want something done. What they say beyond its name is not read. */
const EVENTS = [
  'issues.opened',
  'issues.edited',
  'issues.labeled',
  'issues.unlabeled',
  'issues.reopened',
  'issue_comment.created',
  'push',
  'pull_request.closed',
  'pull_request.reopened',
  'pull_request.synchronize',
  'pull_request_review.submitted',
  'pull_request_review.dismissed',
  'check_run.completed',
] as const;

/** Of these no issue tells by the moment at which it was last changed: every one is read anew. */
const UNDATED_EVENTS = ['issues.deleted', 'issues.transferred', 'issue_dependencies', 'sub_issues'] as const;

/**
 * What a run says last is no news: its result came as a comment before it closed its issue and ended, and a run without
 * one is judged later anyway. Other events come within this share of the period, and one pass hears of them all.
 */
const RUN_END_SHARE = 0.1;

interface Hearing {
  readonly host: Host;
  /** Login under which the app writes. */
  readonly login: string;
  readonly period: number;
}

/** Has webhooks tell the host which repositories want a pass, and which are there no more. */
export function hearEvents(probot: Probot, { host, login, period }: Hearing): void {
  const isOurs = ({ sender }: Sent) => sender?.login === login;
  probot.on([...EVENTS], ({ payload, name }: Context<(typeof EVENTS)[number]>) => {
    // Our own writes tell us nothing new, and answering them would make every pass cause another. What a run lands
    // is in its result; it never touches the plan.
    if (isOurs(payload) || (name === 'push' && isOfRun(payload))) return;
    if (payload.installation === undefined || isForeign(payload)) return;
    const locator = { owner: payload.repository.owner?.login ?? '', repo: payload.repository.name };
    host.request({ installation: payload.installation.id, locator });
  });
  probot.on('issues.closed', ({ payload }) => {
    const { repository, installation } = payload;
    if (isOurs(payload) || installation === undefined) return;
    const locator = { owner: repository.owner.login, repo: repository.name };
    const delay = isOfRun(payload) ? period * RUN_END_SHARE : undefined;
    host.request({ installation: installation.id, locator }, delay);
  });
  probot.on('workflow_run.completed', ({ payload: { repository, installation, workflow_run: run } }) => {
    if (installation === undefined) return;
    const locator = { owner: repository.owner.login, repo: repository.name };
    host.runEnded({ installation: installation.id, locator }, { run: run.id, delay: period * RUN_END_SHARE });
  });
  probot.on([...UNDATED_EVENTS], ({ payload }: Context<(typeof UNDATED_EVENTS)[number]>) => {
    const { repository, installation, sender } = payload;
    if (sender?.login === login || installation === undefined || repository === undefined) return;
    const locator = { owner: repository.owner.login, repo: repository.name };
    host.requestWhole({ installation: installation.id, locator });
  });
  probot.on(
    ['pull_request.opened', 'pull_request.reopened', 'pull_request.synchronize', 'pull_request.edited'],
    ({ payload }) => {
      const { pull_request: pull, repository, installation } = payload;
      if (payload.sender?.login === login || installation === undefined) return;
      // Of our own are the pull requests of tasks and waves: runs push to them all the time.
      if (pull.base.ref !== repository.default_branch || pull.user?.login === login || isOfTask(pull)) return;
      const locator = { owner: repository.owner.login, repo: repository.name };
      host.requestReview({ installation: installation.id, locator }, { kind: 'pull', number: pull.number });
    },
  );
  probot.on('push', ({ payload }) => {
    const { repository, installation, ref } = payload;
    const ours = payload.sender?.login === login || payload.sender?.login === ACTIONS_LOGIN;
    if (ours || installation === undefined || ref !== `refs/heads/${repository.default_branch}`) return;
    const locator = { owner: repository.owner?.login ?? '', repo: repository.name };
    const paths = new Set([...CONFIG_PATHS, host.planPath(locator)]);
    if (!touches(payload.commits, paths)) return;
    host.requestReview({ installation: installation.id, locator }, { kind: 'head' });
  });
  probot.on(
    ['installation.created', 'installation.unsuspend', 'installation_repositories.added'],
    async ({ payload }) => {
      for (const repository of await repositoriesOf(probot, payload.installation.id)) host.request(repository);
    },
  );
  probot.on(['installation.deleted', 'installation.suspend'], ({ payload }) => host.forget(payload.installation.id));
  probot.on('installation_repositories.removed', ({ payload }) =>
    host.forget(
      payload.installation.id,
      payload.repositories_removed.map(({ full_name }) => full_name),
    ),
  );
}

interface Sent {
  readonly sender?: { readonly login: string } | undefined;
}

/** A run writes as GITHUB_TOKEN. */
function isOfRun({ sender }: Sent): boolean {
  return sender?.login === ACTIONS_LOGIN;
}

interface PushedCommit {
  readonly added?: readonly string[];
  readonly modified?: readonly string[];
  readonly removed?: readonly string[];
}

/** A push that names no commits may have moved the branch anywhere. */
function touches(commits: readonly PushedCommit[], paths: ReadonlySet<string>): boolean {
  if (commits.length === 0) return true;
  return commits.some(({ added = [], modified = [], removed = [] }) =>
    [added, modified, removed].some((files) => files.some((file) => paths.has(file))),
  );
}

interface PullHead {
  readonly head: { readonly ref: string; readonly repo: { readonly id: number } | null };
  readonly base: { readonly repo: { readonly id: number } };
}

/** Work of a task never touches the plan; a stranger may call a branch of a fork the same. */
function isOfTask({ head, base }: PullHead): boolean {
  return isTaskBranch(head.ref) && head.repo?.id === base.repo.id;
}

const checkRun = z.object({
  // Null for a commit that no branch of this repository has, as those of forks are.
  check_run: z.object({ check_suite: z.object({ head_branch: z.string().nullable() }) }),
});

/** Checks of branches that are none of ours, or of no branch: every push of anybody ends in some. */
function isForeign(payload: object): boolean {
  const check = checkRun.safeParse(payload);
  return check.success && !isTaskBranch(check.data.check_run.check_suite.head_branch ?? '');
}
