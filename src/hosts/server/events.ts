import type { Context, Probot } from 'probot';
import * as z from 'zod';
import { ACTIONS_LOGIN, CONFIG_PATHS, isTaskBranch } from '../../state/names.ts';
import type { Host } from './host.ts';
import { type AskedRepository, accountName, repositoriesOf } from './installations.ts';
import type { Owners } from './owners.ts';

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
  readonly owners: Owners;
  readonly period: number;
}

/** Has webhooks tell the host which repositories want a pass, and which are there no more. */
export function hearEvents(probot: Probot, { host, login, owners, period }: Hearing): void {
  const isOurs = ({ sender }: Sent) => sender?.login === login;
  const askedBy = (heard: Heard): AskedRepository | undefined => {
    const asked = repositoryIn(heard);
    return asked && owners.allows(asked.locator.owner) ? asked : undefined;
  };
  probot.on([...EVENTS], (event: Context<(typeof EVENTS)[number]>) => {
    const { payload, name } = event;
    // Our own writes tell us nothing new, and answering them would make every pass cause another. What a run lands
    // is in its result; it never touches the plan.
    if (isOurs(payload) || (name === 'push' && isOfRun(payload)) || isForeign(payload)) return;
    const asked = askedBy(event);
    return asked && host.request(asked);
  });
  probot.on('issues.closed', (event) => {
    const asked = isOurs(event.payload) ? undefined : askedBy(event);
    return asked && host.request(asked, isOfRun(event.payload) ? period * RUN_END_SHARE : undefined);
  });
  probot.on('workflow_run.completed', (event) => {
    const asked = askedBy(event);
    return asked && host.runEnded(asked, { run: event.payload.workflow_run.id, delay: period * RUN_END_SHARE });
  });
  probot.on([...UNDATED_EVENTS], (event: Context<(typeof UNDATED_EVENTS)[number]>) => {
    const asked = isOurs(event.payload) ? undefined : askedBy(event);
    return asked && host.requestWhole(asked);
  });
  probot.on(
    ['pull_request.opened', 'pull_request.reopened', 'pull_request.synchronize', 'pull_request.edited'],
    (event) => {
      const { pull_request: pull, repository } = event.payload;
      // Of our own are the pull requests of tasks and waves: runs push to them all the time.
      if (isOurs(event.payload) || pull.user?.login === login || isOfTask(pull)) return;
      const asked = pull.base.ref === repository.default_branch ? askedBy(event) : undefined;
      return asked && host.requestReview(asked, { kind: 'pull', number: pull.number });
    },
  );
  probot.on('push', async (event) => {
    const { repository, ref, commits } = event.payload;
    if (isOurs(event.payload) || isOfRun(event.payload) || ref !== `refs/heads/${repository.default_branch}`) return;
    const asked = askedBy(event);
    if (!asked || !touches(commits, new Set([...CONFIG_PATHS, await host.planPath(asked.locator)]))) return;
    await host.requestReview(asked, { kind: 'head' });
  });
  probot.on(
    ['installation.created', 'installation.unsuspend', 'installation_repositories.added'],
    async ({ id, payload: { installation } }) => {
      if (!owners.allows(accountName(installation.account))) return;
      for (const repository of await repositoriesOf(probot, installation.id))
        await host.request({ ...repository, delivery: id });
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

interface Heard {
  /** Of the delivery. */
  readonly id: string;
  readonly payload: {
    readonly installation?: { readonly id: number } | undefined;
    readonly repository?: { readonly name: string; readonly owner: { readonly login: string } | null } | undefined;
  };
}

function repositoryIn({ id, payload: { installation, repository } }: Heard): AskedRepository | undefined {
  if (!installation || !repository) return undefined;
  const locator = { owner: repository.owner?.login ?? '', repo: repository.name };
  return { installation: installation.id, locator, delivery: id };
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
