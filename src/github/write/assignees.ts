import { applied, type EffectOf, type RequestExecutor, skipped, WRITE } from './executor.ts';

/** GraphQL assigns by node id, and would have to be asked for those of people first. */
export const assign: RequestExecutor<EffectOf<'assign'>> = {
  phase: 'references',
  request: async ({ issue, logins }, { client, locator }) => {
    await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
      ...locator,
      issue_number: issue,
      assignees: [...logins],
      ...WRITE,
    });
    return applied();
  },
  // They are mentioned as well: nothing is worth asking again for.
  onFailure: ({ kind, message }) => (kind === 'refused' ? skipped(message) : undefined),
};
