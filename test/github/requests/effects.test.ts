import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import { withOccasion } from '../../../src/state/occasion.ts';
import { askedOf, type Reply, type SentRequest, useGithub } from './support/github-mock.ts';
import { applyEffects } from './support/under-test.ts';

/** The exact request that each effect makes, and that one good answer carries it out. */

const github = useGithub();

const HEAD = 'f'.repeat(40);

/** An effect without what every effect has. */
type Bare<E = Effect> = E extends Effect ? Omit<E, 'key' | 'reason'> : never;

function named(effect: Bare): Effect {
  return { ...effect, key: 'it', reason: 'a test says so' } as Effect;
}

describe('over REST, under the version of the API that the code is written for', () => {
  const REST: readonly (readonly [string, Bare, Reply, unknown])[] = [
    [
      'POST /repos/acme/daw/actions/runs/77/cancel',
      { kind: 'cancel-run', run: 77 },
      { status: 202, body: {} },
      undefined,
    ],
    [
      'POST /repos/acme/daw/git/refs',
      { kind: 'create-branch', branch: 'agent-waves/daw', from: HEAD },
      { status: 201, body: {} },
      { ref: 'refs/heads/agent-waves/daw', sha: HEAD },
    ],
    [
      'POST /repos/acme/daw/merges',
      { kind: 'merge-branch', into: 'agent-waves/daw', from: 'main', head: HEAD },
      { status: 201, body: {} },
      { base: 'agent-waves/daw', head: 'main', commit_message: 'Merge main into agent-waves/daw' },
    ],
    [
      'POST /repos/acme/daw/merges',
      { kind: 'merge-branch', into: 'release', from: 'main', head: HEAD },
      // There was nothing to bring over.
      { status: 204 },
      { base: 'release', head: 'main', commit_message: 'Merge main into release' },
    ],
    [
      'POST /repos/acme/daw/pulls',
      { kind: 'open-pull', branch: 'agent-waves/daw-wave-1', base: 'main', title: 'Wave 1', body: 'Both tasks.' },
      { status: 201, body: { number: 31 } },
      { head: 'agent-waves/daw-wave-1', base: 'main', title: 'Wave 1', body: 'Both tasks.' },
    ],
  ];

  it.each(REST)('%s', async (route, effect, answer, body) => {
    github.answers(route, answer);

    const outcomes = await applyEffects([named(effect)]);

    expect(outcomes.get('it')).toEqual({ kind: 'applied' });
    expect(github.requests).toMatchObject([{ route, query: {}, headers: { 'x-github-api-version': '2022-11-28' } }]);
    expect(github.requests[0]?.body).toEqual(body);
  });
});

describe('over GraphQL, as a mutation', () => {
  const ISSUE = 'issue { ...IssueFields }';
  const LABELABLE = 'labelable { ...IssueFields }';
  const REPOSITORY = { repositoryId: 'R_1' };
  const MUTATIONS: readonly (readonly [string, Bare, string, string, unknown])[] = [
    [
      'createLabel',
      { kind: 'create-label', name: 'wave:1', color: 'c5def5', description: 'The first wave' },
      'CreateLabelInput',
      'label { id name }',
      { ...REPOSITORY, name: 'wave:1', color: 'c5def5', description: 'The first wave' },
    ],
    [
      'createIssue',
      { kind: 'create-issue', title: 'C: Third', body: 'Do it.', labels: ['agent:running'], parent: 1 },
      'CreateIssueInput',
      ISSUE,
      { ...REPOSITORY, title: 'C: Third', body: 'Do it.', labelIds: ['LA_agent:running'], parentIssueId: 'I_1' },
    ],
    [
      'createIssue',
      { kind: 'create-issue', title: 'Plan', body: 'All.', labels: [], parent: undefined },
      'CreateIssueInput',
      ISSUE,
      { ...REPOSITORY, title: 'Plan', body: 'All.', labelIds: [] },
    ],
    [
      'updateIssue',
      { kind: 'write-body', issue: 2, body: 'new' },
      'UpdateIssueInput',
      ISSUE,
      // Nothing but the body: labels in this input would replace the whole set, those of people included.
      { id: 'I_2', body: 'new' },
    ],
    [
      'addLabelsToLabelable',
      { kind: 'add-labels', issue: 2, labels: ['agent:running', 'agent:failed'] },
      'AddLabelsToLabelableInput',
      LABELABLE,
      { labelableId: 'I_2', labelIds: ['LA_agent:running', 'LA_agent:failed'] },
    ],
    [
      'removeLabelsFromLabelable',
      { kind: 'remove-labels', issue: 2, labels: ['agent:failed'] },
      'RemoveLabelsFromLabelableInput',
      LABELABLE,
      { labelableId: 'I_2', labelIds: ['LA_agent:failed'] },
    ],
    [
      'addBlockedBy',
      { kind: 'add-blocked-by', issue: 3, blocker: 2 },
      'AddBlockedByInput',
      ISSUE,
      { issueId: 'I_3', blockingIssueId: 'I_2' },
    ],
    [
      'removeBlockedBy',
      { kind: 'remove-blocked-by', issue: 3, blocker: 2 },
      'RemoveBlockedByInput',
      ISSUE,
      { issueId: 'I_3', blockingIssueId: 'I_2' },
    ],
    [
      'addComment',
      { kind: 'comment', issue: 2, body: 'It failed.' },
      'AddCommentInput',
      'clientMutationId',
      { subjectId: 'I_2', body: withOccasion('It failed.', 'it'), clientMutationId: '2 it' },
    ],
    [
      'addReaction',
      { kind: 'react', comment: 'IC_9', content: 'EYES' },
      'AddReactionInput',
      'reaction { content }',
      { subjectId: 'IC_9', content: 'EYES' },
    ],
    [
      'closeIssue',
      { kind: 'close-issue', issue: 2, as: 'completed' },
      'CloseIssueInput',
      ISSUE,
      { issueId: 'I_2', stateReason: 'COMPLETED' },
    ],
    [
      'closeIssue',
      { kind: 'close-issue', issue: 2, as: 'not_planned' },
      'CloseIssueInput',
      ISSUE,
      { issueId: 'I_2', stateReason: 'NOT_PLANNED' },
    ],
    [
      'closeIssue',
      { kind: 'close-issue', issue: 3, as: { duplicateOf: 2 } },
      'CloseIssueInput',
      ISSUE,
      { issueId: 'I_3', stateReason: 'DUPLICATE', duplicateIssueId: 'I_2' },
    ],
  ];

  it.each(MUTATIONS)('%s for %o', async (mutation, effect, input, answer, variables) => {
    github.answers('graphql Apply', { body: { data: { m0: {} } } });

    const outcomes = await applyEffects([named(effect)]);

    expect(outcomes.get('it')).toEqual({ kind: 'applied' });
    const { query, variables: sent } = askedOf(github.requests[0]);
    const [head, call, end] = query.split('\n');
    expect([head, call]).toEqual([`mutation Apply($i0: ${input}!) {`, `m0: ${mutation}(input: $i0) { ${answer} }`]);
    expect([end?.startsWith('}'), query.includes('fragment IssueFields')]).toEqual([
      true,
      answer.includes('IssueFields'),
    ]);
    expect(sent).toEqual({ i0: variables });
  });
});

const label = (name: string): Effect => ({
  ...named({ kind: 'create-label', name, color: 'ffffff', description: '' }),
  key: name,
});

it('sends 25 mutations in a request at most, in order', async () => {
  const names = Array.from({ length: 26 }, (_, nth) => `wave:${nth + 1}`);
  const accept = (sent: SentRequest) => {
    const aliases = Object.keys(askedOf(sent).variables).map((name) => name.replace('i', 'm'));
    return { body: { data: Object.fromEntries(aliases.map((alias) => [alias, {}])) } };
  };
  github.answers('graphql Apply', accept, accept);

  const outcomes = await applyEffects(names.map(label));

  const sent = github.requests.map((request) =>
    Object.values(askedOf(request).variables).map((input) => (input as { name: string }).name),
  );
  expect(sent).toEqual([names.slice(0, 25), names.slice(25)]);
  expect([...outcomes.values()].every(({ kind }) => kind === 'applied')).toBe(true);
});

it('asks nothing of GitHub for an effect that speaks of an issue or a label which is not there', async () => {
  const outcomes = await applyEffects([
    { ...named({ kind: 'write-body', issue: 9, body: 'new' }), key: 'issue' },
    { ...named({ kind: 'add-labels', issue: 2, labels: ['wave:9'] }), key: 'label' },
  ]);

  expect(github.routes()).toEqual([]);
  expect(Object.fromEntries(outcomes)).toEqual({
    issue: { kind: 'skipped', why: 'issue #9' },
    label: { kind: 'skipped', why: 'one of the labels wave:9' },
  });
});

it('sends the dispatch of a task after the body that announces it', async () => {
  github.answers('graphql Apply', { body: { data: { m0: {} } } });
  github.answers('POST /repos/acme/daw/actions/workflows/agent-task.yml/dispatches', { status: 204 });
  const inputs = { task: 'A' as TaskId, issue: 2, attempt: 1, slice: 1, dispatch: 4 };

  await applyEffects([
    { ...named({ kind: 'dispatch', inputs }), key: 'dispatch' },
    { ...named({ kind: 'write-body', issue: 2, body: 'sent' }), key: 'body:2' },
  ]);

  expect(github.requests).toMatchObject([
    { route: 'graphql Apply' },
    {
      headers: { 'x-github-api-version': '2022-11-28' },
      body: {
        ref: 'main',
        inputs: { task: 'A', issue: '2', attempt: '1', slice: '1', dispatch: '4' },
        return_run_details: true,
      },
    },
  ]);
});

describe('a body that remembers what is said on its issue', () => {
  const SAID: Effect = { ...named({ kind: 'comment', issue: 2, body: 'It is cancelled.' }), key: 'said' };
  const OTHER: Effect = { ...named({ kind: 'write-body', issue: 3, body: 'other' }), key: 'other' };
  const BODY: Effect = { ...named({ kind: 'write-body', issue: 2, body: 'new' }), key: 'body' };
  const held = { body: { data: { m0: {}, m1: {} } } };
  const broken = (type: string, message: string) => ({
    body: { data: { m0: null }, errors: [{ type, path: ['m0'], message }] },
  });
  const names = () =>
    github.requests.map((sent) => [...askedOf(sent).query.matchAll(/m\d+: (\w+)\(/g)].map(([, name]) => name));

  it('is written in a request after it', async () => {
    github.answers('graphql Apply', held, held);

    await applyEffects([BODY, OTHER, SAID]);

    expect(names()).toEqual([['addComment'], ['updateIssue', 'updateIssue']]);
  });

  it('waits for the next pass where that failed, and no other does', async () => {
    github.answers('graphql Apply', broken('INTERNAL', 'Something went wrong'), held);

    const outcomes = await applyEffects([BODY, OTHER, SAID]);

    expect(names()).toEqual([['addComment'], ['updateIssue']]);
    expect(Object.fromEntries(outcomes)).toMatchObject({
      said: { kind: 'failed' },
      other: { kind: 'applied' },
      body: { kind: 'skipped', why: 'what it remembers was not said: said' },
    });
  });

  it('waits where people write too much at once', async () => {
    github.answers('graphql Apply', broken('UNPROCESSABLE', 'was submitted too quickly'));

    expect((await applyEffects([BODY, SAID])).get('body')?.kind).toBe('skipped');
  });

  it('waits where whose turn it is was unknown right before that, and known right after', async () => {
    const answers = [false, true, true];
    const isSure = async () => answers.shift() ?? true;
    github.answers('graphql Apply', held);

    const outcomes = await applyEffects([BODY, OTHER, SAID], { turn: { isSure, announce: isSure } });

    expect(names()).toEqual([['updateIssue']]);
    expect(['said', 'other', 'body'].map((key) => outcomes.get(key)?.kind)).toEqual(['skipped', 'applied', 'skipped']);
  });

  it('is written where GitHub will never take the comment', async () => {
    github.answers(
      'graphql Apply',
      broken('UNPROCESSABLE', 'Commenting is disabled on issues with more than 2500'),
      held,
    );

    const outcomes = await applyEffects([BODY, SAID]);

    expect(outcomes.get('body')).toEqual({ kind: 'applied' });
    expect(outcomes.get('said')).toMatchObject({ kind: 'failed', isFinal: true });
  });
});
