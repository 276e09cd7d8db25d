import { expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { useGithub } from './support/github-mock.ts';
import { applyEffects } from './support/under-test.ts';

const github = useGithub();

const LIST = 'GET /repos/acme/daw/pulls';
const withdraw: Effect = { kind: 'close-pull', key: 'it', branch: 'agent-waves/task/A', reason: 'a person said no' };

it('takes a pull request out of queue and auto-merge and closes it, in one request, whether it waited there or not', async () => {
  github.answers(LIST, { body: [{ number: 9, node_id: 'PR_9' }] });
  const errors = [{ path: ['queue'], message: 'Pull request is not in a merge queue' }];
  github.answers('graphql Withdraw', {
    body: { data: { queue: null, auto: {}, closed: { pullRequest: { number: 9 } } }, errors },
  });

  const outcomes = await applyEffects([withdraw]);

  expect(outcomes.get('it')).toEqual({ kind: 'applied' });
  expect(github.requests[0]?.query).toEqual({ state: 'open', head: 'acme:agent-waves/task/A' });
  expect(github.requests[1]?.body).toMatchObject({ variables: { pull: 'PR_9' } });
});

it('is skipped where nothing is open', async () => {
  github.answers(LIST, { body: [] });

  const outcomes = await applyEffects([withdraw]);

  expect(outcomes.get('it')?.kind).toBe('skipped');
});

it('fails in GitHub’s words where it stays open', async () => {
  github.answers(LIST, { body: [{ number: 9, node_id: 'PR_9' }] });
  const errors = [{ path: ['closed'], message: 'Resource not accessible by integration' }];
  github.answers('graphql Withdraw', { body: { data: { queue: null, auto: null, closed: null }, errors } });

  const outcomes = await applyEffects([withdraw]);

  expect(outcomes.get('it')).toEqual({
    kind: 'failed',
    why: '#9 could not be closed: Resource not accessible by integration',
  });
});
