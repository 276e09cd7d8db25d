import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { fingerprintOfText } from '../fingerprint.ts';
import { TASK_WORKFLOW } from '../names.ts';
import type { RepositoryFacts } from './facts.ts';
import { judgeAccess } from './judge-access.ts';
import { judgeActions } from './judge-actions.ts';
import { judgeClock } from './judge-clock.ts';
import { judgeEnvironment } from './judge-environment.ts';
import { judgeLanding } from './judge-landing.ts';
import { judgeSecrets } from './judge-secrets.ts';
import { judgeWorkflow } from './judge-workflow.ts';
import type { JudgedFact } from './judged-fact.ts';
import { readTaskWorkflow } from './task-workflow.ts';

interface Judged {
  readonly config: Config;
  readonly plan: Pick<Plan, 'tasks'>;
}

/**
 * Whether the tasks of a plan could be dispatched, paid for and landed as the repository is set up. Only what is sure to
 * keep them from it is refused: what nobody told is unknown.
 */
export function judgeSetup(facts: RepositoryFacts, { config, plan }: Judged): readonly JudgedFact[] {
  const { landing } = config;
  const files = facts.workflows.known ? facts.workflows.value : [];
  const text = files.find(({ name }) => name === TASK_WORKFLOW)?.text;
  const workflow = text === undefined ? undefined : readTaskWorkflow(text);
  return [
    ...judgeAccess(facts, landing),
    ...judgeActions(facts, workflow),
    ...judgeWorkflow(facts, { landing, workflow }),
    ...judgeClock(facts),
    ...judgeEnvironment(facts, workflow),
    ...judgeSecrets(facts, { config, plan, workflow }),
    ...judgeLanding(facts, { landing, workflow }),
  ];
}

/** What of a configuration the facts are judged by: where it changes, they are read again. */
export function preflightKey({ landing, base, agents, routes, review }: Config): string {
  return fingerprintOfText(JSON.stringify([landing, base, agents, routes, review]));
}
