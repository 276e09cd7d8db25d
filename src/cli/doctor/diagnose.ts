import { fullName } from '../../github/locator.ts';
import { readPlanAt } from '../../github/read/plan-at-commit.ts';
import { readRepositoryFacts } from '../../github/read/preflight/repository-facts.ts';
import { defaultConfig } from '../../plan/config.ts';
import { formatProblem } from '../../plan/load.ts';
import type { LoadedProject } from '../../plan/load-project.ts';
import { checkPlan } from '../../planning/check/check.ts';
import { judgeSetup } from '../../state/preflight/judge-setup.ts';
import type { JudgedFact } from '../../state/preflight/judged-fact.ts';
import type { GitHubAccess } from '../init/github-facts.ts';

export interface Diagnosis {
  /** `owner/name`. */
  readonly repository: string;
  /** As whom GitHub was asked. */
  readonly login: string;
  readonly facts: readonly JudgedFact[];
}

/** Reads the plan as it is on the default branch, and how the repository is set up for it. Writes nothing. */
export async function diagnose({ client, locator }: GitHubAccess): Promise<Diagnosis> {
  const { loaded } = await readPlanAt({ client, locator, oid: 'HEAD' });
  const facts = await readRepositoryFacts({ client, locator, base: loaded.location.base });
  const config = loaded.ok ? loaded.project.config : (loaded.config ?? defaultConfig());
  const plan = loaded.ok ? loaded.project.plan : { tasks: [] };
  return {
    repository: fullName(locator),
    login: facts.viewer.login,
    facts: [judgePlan(loaded, `${facts.url}/blob/HEAD`), ...judgeSetup(facts, { config, plan })],
  };
}

/** As `check` judges it. */
function judgePlan(loaded: LoadedProject, files: string): JudgedFact {
  const { files: read, location } = loaded;
  const page = `${files}/${location.plan}`;
  if (!loaded.ok) {
    const [first, ...more] = loaded.problems;
    const others = more.length === 0 ? '' : `, and ${more.length} more`;
    const what = `the plan cannot be read: ${first ? formatProblem(first) : 'nobody knows why'}${others}`;
    const fix = '`agent-waves check` lists everything; `agent-waves init` makes a plan where there is none';
    return { fact: 'plan', verdict: 'refused', what, fix, page };
  }
  const { plan, config } = loaded.project;
  const text = read.plan?.text ?? '';
  const { findings } = checkPlan({ plan, config, source: { file: location.plan, text } });
  const what = `the plan can be read: ${plan.tasks.length} tasks`;
  if (findings.length === 0) return { fact: 'plan', verdict: 'ok', what, page };
  return {
    fact: 'plan',
    verdict: 'ok',
    what,
    page,
    advice: `\`agent-waves check\` warns of ${findings.length} things`,
  };
}
