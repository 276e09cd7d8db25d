import type { Context, Probot } from 'probot';
import { z } from 'zod';
import { ACTIONS_LOGIN, TASK_BRANCHES } from '../../state/names.ts';
import type { Host } from './host.ts';
import { repositoriesOf } from './installations.ts';

/** Events after which a repository may want something done. What they say beyond its name is not read. */
const EVENTS = [
  'issues.opened',
  'issues.edited',
  'issues.labeled',
  'issues.unlabeled',
  'issues.closed',
  'issues.reopened',
  'issue_comment.created',
  'push',
  'workflow_run.completed',
  'pull_request.closed',
  'pull_request.reopened',
  'pull_request.synchronize',
  'pull_request_review.submitted',
  'pull_request_review.dismissed',
  'check_run.completed',
] as const;

/** The result of a run arrives as its comment; a run without one is judged later anyway. Share of the period. */
const RUN_END_SHARE = 0.1;

interface Hearing {
  readonly host: Host;
  /** Login under which the app writes. */
  readonly login: string;
  readonly period: number;
}

/** Has webhooks tell the host which repositories want a pass, and which are there no more. */
export function hearEvents(probot: Probot, { host, login, period }: Hearing): void {
  probot.on([...EVENTS], ({ payload, name }: Context<(typeof EVENTS)[number]>) => {
    // Our own writes tell us nothing new, and answering them would make every pass cause another. What a run lands
    // is in its result; it never touches the plan.
    const ours = payload.sender?.login === login || (name === 'push' && payload.sender?.login === ACTIONS_LOGIN);
    if (ours || payload.installation === undefined || isForeign(payload)) return;
    const locator = { owner: payload.repository.owner?.login ?? '', repo: payload.repository.name };
    const delay = name === 'workflow_run' ? period * RUN_END_SHARE : undefined;
    host.request({ installation: payload.installation.id, locator }, delay);
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

const checkRun = z.object({
  check_run: z.object({ check_suite: z.object({ head_branch: z.string() }) }),
});

/** Checks of branches that are none of ours: every push of anybody ends in some. */
function isForeign(payload: object): boolean {
  const check = checkRun.safeParse(payload);
  return check.success && !check.data.check_run.check_suite.head_branch.startsWith(TASK_BRANCHES);
}
