import type { Context, Probot } from 'probot';
import { fullName, type Locator } from '../../github/locator.ts';
import { type Memory, newMemory } from '../../github/memory.ts';
import type { Client } from '../../github/octokit.ts';
import { reconcile } from '../../reconcile.ts';
import { ACTIONS_LOGIN, TASK_BRANCHES } from '../../state/names.ts';
import type { Timings } from '../../state/timings.ts';
import { describePass } from './describe-pass.ts';
import { Passes, type PassReport } from './passes.ts';

/** A run that reported is told by its comment; one that did not is judged later anyway. Share of the period. */
const RUN_END_SHARE = 0.1;

export interface AppOptions {
  readonly timings: Timings;
  /** Milliseconds between two looks at a repository that has a plan, whatever its webhooks say. */
  readonly period: number;
  /** Events within so many milliseconds lead to one pass. */
  readonly gather: number;
}

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

/** Milliseconds before a pass that failed, or found the branch moved, is made again; it doubles each time. */
const FIRST_PAUSE = 300;

/** A repository without a plan is looked at this many times more rarely. */
const IDLE_FACTOR = 20;

export interface App {
  /** The Probot function. */
  readonly load: (probot: Probot) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The app as a Probot function: events, a timer and start-up name repositories; one pass at a time looks at each. */
export function createApp({ timings, period, gather }: AppOptions): App {
  const installations = new Map<string, { readonly id: number; readonly memory: Memory }>();
  let stop: () => Promise<void> = async () => {};

  async function load(probot: Probot): Promise<void> {
    const login = await ownLogin(probot);
    const passes = new Passes({
      pass,
      gather,
      firstPause: FIRST_PAUSE,
      longestPause: 5 * 60_000,
      onError: (locator, error) =>
        probot.log.error({ err: error }, `${fullName(locator)}: the pass failed and is made again`),
    });

    const look = (installation: number, locator: Locator, delay?: number) => {
      const key = fullName(locator);
      if (installations.get(key)?.id !== installation)
        installations.set(key, { id: installation, memory: newMemory() });
      passes.request(locator, delay);
    };
    probot.on([...EVENTS], (context: Context<(typeof EVENTS)[number]>) => {
      const { payload, name } = context;
      // Our own writes tell us nothing new, and answering them would make every pass cause another. What a run lands
      // is told by its result; it never touches the plan.
      const ours = payload.sender?.login === login || (name === 'push' && payload.sender?.login === ACTIONS_LOGIN);
      if (ours || payload.installation === undefined || isForeign(payload)) return;
      const locator = { owner: payload.repository.owner?.login ?? '', repo: payload.repository.name };
      look(payload.installation.id, locator, name === 'workflow_run' ? period * RUN_END_SHARE : undefined);
    });
    probot.on(['installation.created', 'installation_repositories.added'], async (context) => {
      await lookAtInstallation(context.payload.installation.id);
    });

    for (const installation of await installationIds(probot)) await lookAtInstallation(installation);
    const sweep = setInterval(() => {
      for (const locator of passes.locators()) passes.request(locator, period * IDLE_FACTOR);
    }, period * IDLE_FACTOR);
    stop = async () => {
      clearInterval(sweep);
      await passes.stop();
    };

    async function lookAtInstallation(installation: number): Promise<void> {
      for (const locator of await repositoriesOf(await probot.auth(installation))) look(installation, locator);
    }

    async function pass(locator: Locator): Promise<PassReport> {
      const installation = installations.get(fullName(locator));
      if (!installation) return { wakeIn: undefined, again: false };
      const client: Client = await probot.auth(installation.id);
      const made = await reconcile({ client, locator, app: login, memory: installation.memory, timings });
      const { line, level } = describePass(made);
      if (line !== undefined) probot.log[level](`${fullName(locator)}: ${line}`);
      if (made.kind === 'no-plan') return { wakeIn: period * IDLE_FACTOR, again: false };
      if (made.kind === 'refused') return { wakeIn: period, again: false };
      const again = made.progress === 'put off' || made.progress === 'moved' || made.progress === 'failed';
      return { wakeIn: Math.min(made.wakeIn ?? period, period), again };
    }
  }

  return { load, stop: () => stop() };
}

/** Checks of branches that are none of ours: every push of anybody ends in some. */
function isForeign(payload: object): boolean {
  if (!('check_run' in payload)) return false;
  const { check_suite: suite } = payload.check_run as {
    readonly check_suite?: { readonly head_branch?: string | null };
  };
  const branch = suite?.head_branch;
  return typeof branch === 'string' && !branch.startsWith(TASK_BRANCHES);
}

async function ownLogin(probot: Probot): Promise<string> {
  const client = await probot.auth();
  const { data } = await client.request('GET /app');
  if (!data)
    throw new Error('GitHub does not know this app: compare APP_ID and PRIVATE_KEY with the app’s settings page');
  return `${data.slug}[bot]`;
}

const PER_PAGE = 100;

async function installationIds(probot: Probot): Promise<readonly number[]> {
  const client = await probot.auth();
  const ids: number[] = [];
  for (let page = 1; ; page++) {
    const { data } = await client.request('GET /app/installations', { per_page: PER_PAGE, page });
    ids.push(...data.flatMap((installation) => (installation.suspended_at ? [] : [installation.id])));
    if (data.length < PER_PAGE) return ids;
  }
}

async function repositoriesOf(client: Client): Promise<readonly Locator[]> {
  const found: Locator[] = [];
  for (let page = 1; ; page++) {
    const { data } = await client.request('GET /installation/repositories', { per_page: PER_PAGE, page });
    found.push(...data.repositories.map((repository) => ({ owner: repository.owner.login, repo: repository.name })));
    if (data.repositories.length < PER_PAGE) return found;
  }
}
