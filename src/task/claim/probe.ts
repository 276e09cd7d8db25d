import { toFailure } from '../../github/errors.ts';
import { type Client, ONCE } from '../../github/octokit.ts';
import { readBindingRules } from '../../github/read/preflight/binding-rules.ts';
import { MAX_SENTENCE } from '../../state/cause.ts';
import { TASK_WORKFLOW_PATH } from '../../state/names.ts';
import { judgeProbe } from '../../state/preflight/judge-probe.ts';
import { preflightKey } from '../../state/preflight/judge-setup.ts';
import { readTaskWorkflow } from '../../state/preflight/task-workflow.ts';
import { readBlob } from '../git/workspace.ts';
import { readStage } from '../handoff/stage.ts';
import { type Conclusion, failedBecause } from '../protocol/assignment.ts';
import { say, warning } from '../protocol/workflow-commands.ts';
import { tellProbed } from './claim-ref.ts';
import type { ClaimedContext } from './claimed-context.ts';
import type { Settings } from './settings.ts';

interface Probing {
  readonly held: ClaimedContext & { readonly client: Client };
  readonly settings: Settings;
  /** Tip of the default branch. */
  readonly head: string;
  /** Name of the branch that work lands on. */
  readonly branch: string;
}

/** Nothing was found, and the claim says so; or the run ends here. */
export type Probed =
  | { readonly kind: 'passed'; readonly claim: string }
  | { readonly kind: 'refused'; readonly conclusion: Conclusion };

/**
 * Looks whether work could land and be paid for, before an agent is: what this job is told by GitHub and is given by its
 * workflow.
 *
 * That contents may be written the claim has just shown, by a real push. A dry push to the base would show nothing more:
 * it ends before the remote asks its rules, which it does when something really arrives. So the rules are read, as they
 * bind GITHUB_TOKEN. What no look can tell: rules for what is in a commit, whether an app bypasses a rule, whether a key is
 * taken and has money, and, where a task goes through several jobs, what the token of a later one may do.
 */
export async function probe({ held, settings, head, branch }: Probing): Promise<Probed> {
  const { job, repository, environment, client } = held;
  const { config, plan } = settings;
  const { landing } = config;
  const stage = readStage(environment);
  const text = await readBlob(repository, `${head}:${TASK_WORKFLOW_PATH}`);
  const locator = { owner: job.owner, repo: job.repository };
  const [bound, noPulls] = await Promise.all([
    unlessUntold('the rules of the base', readBindingRules({ client, locator, branch })),
    stage === 'all' && landing !== 'push' ? refusedPulls(held, branch) : undefined,
  ]);
  const refused = judgeProbe({
    config,
    plan,
    workflow: text === undefined ? undefined : readTaskWorkflow(text),
    url: job.remote,
    stage,
    isGiven: (input) => environment[`HAS_${input.replaceAll('-', '_').toUpperCase()}`] === 'true',
    rules: bound?.rules,
    base: bound?.base ?? { branch, exists: true },
    noPulls,
  });
  if (refused.length === 0) {
    say('Nothing keeps work from landing that could be looked at before the agent is started');
    return {
      kind: 'passed',
      claim: await tellProbed(repository, { dispatch: held.dispatch, run: job.run, claim: held.commit }),
    };
  }
  const cause = {
    kind: 'probe',
    key: preflightKey(config),
    refused: refused.map(({ what, fix, page }) => ({ what: cut(what), fix: cut(fix), page: cut(page) })),
  } as const;
  return { kind: 'refused', conclusion: { outcome: 'infrastructure', ...failedBecause(cause, '') } };
}

function cut(text: string): string {
  return text.slice(0, MAX_SENTENCE).toWellFormed();
}

/** What GitHub does not answer is not known, and keeps nothing from going on. */
async function unlessUntold<T>(what: string, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (problem) {
    warning('Not looked at', `${what}: ${problem instanceof Error ? problem.message : String(problem)}`);
    return undefined;
  }
}

/**
 * Asks for a pull request that nobody can open, from a branch to itself: who may open none is told that, and everybody
 * else that there is nothing to propose.
 * @returns GitHub's words where it is the first.
 */
async function refusedPulls({ job, client }: Probing['held'], branch: string): Promise<string | undefined> {
  try {
    await client.request('POST /repos/{owner}/{repo}/pulls', {
      owner: job.owner,
      repo: job.repository,
      title: 'Nothing to propose',
      head: branch,
      base: branch,
      request: ONCE,
    });
    return undefined;
  } catch (error) {
    const failure = toFailure(error);
    return failure.kind === 'refused' && failure.status === 403 ? failure.message : undefined;
  }
}
