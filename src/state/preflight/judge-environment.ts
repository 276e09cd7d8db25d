import { matchesGlob } from '../../plan/glob.ts';
import type { RepositoryFacts } from './facts.ts';
import { type JudgedFact, withPermission } from './judged-fact.ts';
import type { TaskWorkflow } from './task-workflow.ts';

/** The environment that the templates keep keys in. */
export const ENVIRONMENT = 'agent-waves';

/** Whether jobs start that name the environment. */
export function judgeEnvironment(
  { url, defaultBranch, environment }: RepositoryFacts,
  workflow: TaskWorkflow | undefined,
): readonly JudgedFact[] {
  if (!workflow) return [];
  const fact = 'environment';
  const page = `${url}/settings/environments`;
  if (!usesEnvironment(workflow))
    return [{ fact, verdict: 'ok', what: `no job uses the environment \`${ENVIRONMENT}\``, page }];
  if (!environment.known) {
    const what = `nobody told what the environment \`${ENVIRONMENT}\` demands`;
    return [{ fact, verdict: 'unknown', what, page, tells: withPermission(environment.permission) }];
  }
  const found = environment.value;
  if (!found) {
    const what = `there is no environment \`${ENVIRONMENT}\`; GitHub makes one without conditions with the first run`;
    return [{ fact, verdict: 'ok', what, page }];
  }
  const refused = (what: string, fix: string): readonly JudgedFact[] => [{ fact, verdict: 'refused', what, fix, page }];
  const { reviewers, waitMinutes, branches } = found;
  const takesDefault = !Array.isArray(branches) || branches.some((pattern) => matchesGlob(defaultBranch, pattern));
  if (!takesDefault) {
    const fix = `add \`${defaultBranch}\` under Deployment branches and tags`;
    return refused(`the environment \`${ENVIRONMENT}\` takes no runs of \`${defaultBranch}\``, fix);
  }
  if (reviewers.length > 0) {
    const who = reviewers.map((name) => `\`${name}\``).join(', ');
    const what = `every run waits until ${who} approves it, as the environment \`${ENVIRONMENT}\` demands`;
    return refused(what, 'take off "Required reviewers", and limit the environment to the default branch instead');
  }
  if (waitMinutes > 0)
    return refused(
      `every run waits for ${waitMinutes} minutes, as the environment \`${ENVIRONMENT}\` demands`,
      'take off its wait timer',
    );
  const what = `runs may use the environment \`${ENVIRONMENT}\``;
  if (branches !== undefined) return [{ fact, verdict: 'ok', what, page }];
  const advice = `a workflow that somebody pushes to any branch can read its secrets: limit it to \`${defaultBranch}\``;
  return [{ fact, verdict: 'ok', what, page, advice }];
}

export function usesEnvironment({ jobs }: TaskWorkflow): boolean {
  return jobs.some(({ environment }) => environment?.toLowerCase() === ENVIRONMENT);
}
