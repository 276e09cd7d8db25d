import * as z from 'zod';
import { ACTIONS_LOGIN } from '../../../state/names.ts';
import type { BaseRule, RepositoryFacts } from '../../../state/preflight/facts.ts';
import { graphql, parseAnswer } from '../../graphql.ts';
import type { Locator } from '../../locator.ts';
import type { Client } from '../../octokit.ts';
import { classicRules, readRulesets } from './base-rules.ts';
import { RULE_FIELDS, ruledBranch } from './repository-query.ts';

interface Question {
  readonly client: Client;
  readonly locator: Locator;
  readonly branch: string;
}

const QUERY = `
query BindingRules($owner: String!, $repo: String!, $ref: String!, $branch: String!) {
  viewer { login }
  repository(owner: $owner, name: $repo) {
    ref(qualifiedName: $ref) { name ${RULE_FIELDS} }
    mergeQueue(branch: $branch) { id }
  }
}`;

const answer = z.object({
  viewer: z.object({ login: z.string() }),
  repository: z.object({ ref: ruledBranch.nullable(), mergeQueue: z.object({ id: z.string() }).nullable() }),
});

/**
 * The rules of a branch as they bind GITHUB_TOKEN, which bypasses none; undefined for any other token: GitHub does not
 * say clearly whether an app bypasses a rule. By two requests.
 */
export async function readBindingRules({
  client,
  locator,
  branch,
}: Question): Promise<Pick<RepositoryFacts, 'rules' | 'base'> | undefined> {
  const variables = { ...locator, ref: `refs/heads/${branch}`, branch };
  const [{ data }, rulesets] = await Promise.all([
    graphql(client, { query: QUERY, variables }),
    readRulesets({ client, locator, branch }),
  ]);
  const { viewer, repository } = parseAnswer(answer, data);
  if (viewer.login !== ACTIONS_LOGIN) return undefined;
  const queue: readonly BaseRule[] = repository.mergeQueue ? [{ kind: 'merge-queue' }] : [];
  const rules = [...rulesets, ...classicRules(repository.ref?.refUpdateRule)];
  return {
    rules: rules.some(({ kind }) => kind === 'merge-queue') ? rules : [...rules, ...queue],
    base: { branch, exists: repository.ref !== null },
  };
}
