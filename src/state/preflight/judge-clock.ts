import { CLOCK_WORKFLOW, PASS_WORKFLOW } from '../names.ts';
import type { RepositoryFacts } from './facts.ts';
import type { JudgedFact } from './judged-fact.ts';

/** Where jobs make the passes: whether one is made though nothing happens. Passes switch the clock on and off themselves. */
export function judgeClock({ workflows, url, defaultBranch }: RepositoryFacts): readonly JudgedFact[] {
  const has = (file: string) => workflows.known && workflows.value.some(({ name }) => name === file);
  if (!has(PASS_WORKFLOW)) return [];
  const page = `${url}/tree/${defaultBranch}/.github/workflows`;
  if (has(CLOCK_WORKFLOW))
    return [{ fact: 'clock', verdict: 'ok', what: 'passes are made by the clock while something is under way', page }];
  const what = `\`${defaultBranch}\` has no \`.github/workflows/${CLOCK_WORKFLOW}\``;
  const advice =
    'without it a plan stands still where the last run died, until somebody says something; run `agent-waves init`';
  return [{ fact: 'clock', verdict: 'ok', what, page, advice }];
}
