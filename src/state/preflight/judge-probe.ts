import type { Config } from '../../plan/config.ts';
import type { RepositoryFacts } from './facts.ts';
import { hasOwnToken, judgeBindingRules, noPullRequests } from './judge-landing.ts';
import { type GivenKeys, judgeGivenKeys } from './judge-secrets.ts';
import type { RefusedFact } from './judged-fact.ts';

/** What the first run of a plan finds in its job before its agent is started. */
export interface ProbeFacts extends GivenKeys {
  readonly config: Config;
  /** The rules of the base as they bind GITHUB_TOKEN; undefined where that is not what work lands under, or nobody told. */
  readonly rules: RepositoryFacts['rules'] | undefined;
  readonly base: RepositoryFacts['base'];
  /** GitHub's words where it would open no pull request for the job. */
  readonly noPulls: string | undefined;
}

/**
 * What keeps work from landing or from being paid for, of what a job can find out without doing it. It is silent on what
 * shows only when a branch is really pushed to, what a key is worth, and what a job after this one may do.
 */
export function judgeProbe(facts: ProbeFacts): readonly RefusedFact[] {
  const { url, config, workflow, rules, base, noPulls } = facts;
  const { landing } = config;
  const bound = rules && !hasOwnToken(workflow) ? judgeBindingRules({ url, base, rules }, landing) : undefined;
  return [
    ...judgeGivenKeys(facts),
    ...(bound ? [bound] : []),
    ...(noPulls === undefined ? [] : [noPullRequests(url, landing, noPulls)]),
  ];
}
