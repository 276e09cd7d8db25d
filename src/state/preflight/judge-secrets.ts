import type { Config } from '../../plan/config.ts';
import { FALLBACK_AGENT, fallbackAgent } from '../../plan/default-routes.ts';
import type { Plan } from '../../plan/plan.ts';
import { routeTask } from '../../plan/route.ts';
import type { RepositoryFacts, Told } from './facts.ts';
import { usesEnvironment } from './judge-environment.ts';
import { type JudgedFact, type RefusedFact, withPermission } from './judged-fact.ts';
import type { TaskJob, TaskWorkflow } from './task-workflow.ts';

type Runner = ReturnType<typeof routeTask>['run'];

/** Inputs of the action of which one brings the key of an agent; the others need none, or bring their own. */
const KEY_INPUTS: Readonly<Partial<Record<Runner, readonly string[]>>> = {
  claude: ['anthropic-api-key', 'anthropic-oauth-token'],
  codex: ['openai-api-key'],
  gemini: ['gemini-api-key'],
};

const PROGRAMS: Readonly<Record<Runner, string>> = {
  claude: 'Claude Code',
  codex: 'Codex',
  gemini: 'Gemini CLI',
  copilot: 'Copilot CLI',
  command: 'a command',
};

interface SecretsOf {
  readonly config: Config;
  readonly plan: Pick<Plan, 'tasks'>;
  readonly workflow: TaskWorkflow | undefined;
}

/** Whether each agent of the plan has a key, by the names of secrets alone. */
export function judgeSecrets(facts: RepositoryFacts, { config, plan, workflow }: SecretsOf): readonly JudgedFact[] {
  if (!workflow) return [];
  return runnersOf(plan, config).flatMap((runner) => judgeKey(facts, { runner, workflow }));
}

/** How the agents are run that have something left to do, and whoever reviews. */
function runnersOf({ tasks }: Pick<Plan, 'tasks'>, config: Config): readonly Runner[] {
  const left = tasks.filter(({ status }) => status !== 'completed');
  const routed = left.map((task) => routeTask(task, config).run);
  const { agents, review } = config;
  const reviewer = review === 'off' ? [] : [(agents[review] ?? agents[FALLBACK_AGENT] ?? fallbackAgent).run];
  return [...new Set([...routed, ...reviewer])].sort();
}

function judgeKey(
  facts: RepositoryFacts,
  { runner, workflow }: { readonly runner: Runner; readonly workflow: TaskWorkflow },
): readonly JudgedFact[] {
  const inputs = KEY_INPUTS[runner];
  if (!inputs) return [];
  const fact = 'secrets';
  const isInEnvironment = usesEnvironment(workflow);
  const page = `${facts.url}/settings/${isInEnvironment ? 'environments' : 'secrets/actions'}`;
  const program = PROGRAMS[runner];
  const given = workflow.jobs.map((job) => job.given);
  const isCloud = runner === 'claude' && given.some((each) => (each['anthropic-cloud'] ?? '') !== '');
  const names = [...new Set(given.flatMap((each) => inputs.flatMap((input) => secretsIn(each[input]))))];
  if (isCloud || names.length === 0) {
    const what = isCloud ? `${program} is paid by a cloud` : `the workflow gives ${program} no key from a secret`;
    return [{ fact, verdict: 'unknown', what, page, tells: 'the first run would' }];
  }
  const places = placesOf(facts, isInEnvironment);
  const found = names.filter((name) => places.some((place) => place.known && place.value.includes(name)));
  if (found.length > 0) {
    const what = `the secret ${quoted(found)} for ${program} is there`;
    if (found.length === 1) return [{ fact, verdict: 'ok', what, page }];
    const fix = 'remove one of them, since only one can be billed';
    return [{ fact, verdict: 'refused', what: `${program} has more than one key: ${quoted(found)}`, fix, page }];
  }
  const untold = places.flatMap((place) => (place.known ? [] : [place.permission]));
  if (untold.length > 0) {
    const what = `nobody told whether ${program} has its key, ${quoted(names, ' or ')}`;
    return [{ fact, verdict: 'unknown', what, page, tells: withPermission([...new Set(untold)].join('`, `')) }];
  }
  const where = isInEnvironment ? 'of the environment `agent-waves`' : 'of the repository';
  const what = `${program} has no key: no secret ${where} is called ${quoted(names, ' or ')}`;
  return [{ fact, verdict: 'refused', what, fix: `add the secret ${quoted(names, ' or ')} there`, page }];
}

export interface GivenKeys extends SecretsOf {
  /** Address of the repository for people. */
  readonly url: string;
  /** The part of a task that the asking job does. */
  readonly stage: string;
  /** Whether an input of the action is not empty in that job. */
  readonly isGiven: (input: string) => boolean;
}

/** The same as a job finds it, where its workflow gives it keys from secrets: by what it is given, never by what that is. */
export function judgeGivenKeys({ url, config, plan, workflow, stage, isGiven }: GivenKeys): readonly RefusedFact[] {
  const jobs = workflow?.jobs ?? [];
  const job = jobs.find(({ given }) => (given.stage ?? 'all') === stage);
  const agents = jobs.find(({ given }) => ['all', 'agent'].includes(given.stage ?? 'all'));
  if (!workflow || !job || !agents) return [];
  const page = `${url}/settings/${usesEnvironment(workflow) ? 'environments' : 'secrets/actions'}`;
  return runnersOf(plan, config).flatMap((runner): readonly RefusedFact[] => {
    const inputs = KEY_INPUTS[runner] ?? [];
    const names = secretsOf(job, inputs);
    const isCloud = runner === 'claude' && (agents.given['anthropic-cloud'] ?? '') !== '';
    // Where the job of the agent takes other secrets than this one asks for, this one can say nothing of them.
    if (isCloud || names.length === 0 || names.join() !== secretsOf(agents, inputs).join()) return [];
    const program = PROGRAMS[runner];
    const refused = (what: string, fix: string) => [{ fact: 'secrets', verdict: 'refused', what, fix, page } as const];
    const given = inputs.filter(isGiven);
    if (given.length === 1) return [];
    if (given.length > 1)
      return refused(
        `${program} has more than one key: ${quoted(given)}`,
        'remove one of their secrets, since only one can be billed',
      );
    const where = usesEnvironment(workflow) ? 'of the environment `agent-waves`' : 'of the repository';
    const what = `${program} has no key: the secret ${quoted(names, ' or ')} is empty in the job`;
    return refused(what, `add the secret ${quoted(names, ' or ')} ${where}`);
  });
}

function placesOf({ secrets }: RepositoryFacts, isInEnvironment: boolean): readonly Told<readonly string[]>[] {
  const { environment, repository, organization } = secrets;
  return [...(isInEnvironment ? [environment] : []), repository, organization];
}

function secretsOf({ given }: TaskJob, inputs: readonly string[]): readonly string[] {
  return [...new Set(inputs.flatMap((input) => secretsIn(given[input])))];
}

/** Names in `${{ secrets.NAME }}`, in capitals as GitHub keeps them. */
function secretsIn(expression: string | undefined): readonly string[] {
  const names = (expression ?? '').matchAll(/\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)/g);
  return [...names].map(([, name = '']) => name.toUpperCase());
}

function quoted(names: readonly string[], between = ', '): string {
  return names.map((name) => `\`${name}\``).join(between);
}
