import { fullName } from '../../github/locator.ts';
import { readViewer } from '../../github/read/viewer.ts';
import { isPassWorkflowOn } from '../../hosts/actions/workflows.ts';
import { ACTIONS_LOGIN, PASS_WORKFLOW } from '../../state/names.ts';
import type { GitHubAccess } from '../init/github-facts.ts';
import { type Observation, observe } from '../observe/observe.ts';

/** Who makes the passes over a plan, and what whoever holds a token can do about one. */
export type PassHost =
  /** Nobody else: the person makes them, under this login. */
  | { readonly kind: 'here'; readonly login: string }
  /** Jobs of the repository: they can be asked for one. */
  | { readonly kind: 'jobs'; readonly defaultBranch: string }
  /** Somebody else. What is the matter, and what to do: a sentence each. */
  | { readonly kind: 'elsewhere'; readonly why: string; readonly fix: string };

/** One host alone works on a plan: the one under whose name it is kept. Undefined where there is no plan. */
export async function findPassHost(access: GitHubAccess): Promise<PassHost | undefined> {
  const observation = await observe(access);
  const { plan } = observation;
  if (!plan) return undefined;
  const { keeper } = observation;
  const login = await readViewer(access.client);
  const hasJobs = await isPassWorkflowOn(access);
  if (keeper?.endsWith('[bot]') && keeper !== ACTIONS_LOGIN) return elsewhere(observation, SERVER);
  if (hasJobs) return { kind: 'jobs', defaultBranch: plan.snapshot.repository.defaultBranch };
  if (keeper === ACTIONS_LOGIN && login !== ACTIONS_LOGIN) return elsewhere(observation, jobsAreOff(access));
  if (keeper !== undefined && keeper !== login) return elsewhere(observation, `sync with a token of ${keeper}`);
  return { kind: 'here', login };
}

const SERVER = 'its server makes a pass at each event, and every minute';

function jobsAreOff({ locator }: GitHubAccess): string {
  return `enable .github/workflows/${PASS_WORKFLOW} of ${fullName(locator)} under Actions, or copy it from the templates`;
}

function elsewhere({ keeper, plan }: Observation, howToGoOn: string): PassHost {
  const issue = plan?.decision.planIssue;
  const number = issue ?? plan?.decision.leftAlone[0];
  const where = number === undefined ? '' : ` in #${number}`;
  const anew = number === undefined ? '' : `; or finish the plan, or close #${number}, to begin anew here`;
  return {
    kind: 'elsewhere',
    why: `${keeper ?? 'Nobody'} keeps this plan${where}, and one host alone works on a plan: nothing was done.`,
    fix: `To go on: ${howToGoOn}${anew}.`,
  };
}
