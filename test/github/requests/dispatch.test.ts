import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import { type Answer, LOST, refusal, useGithub } from './support/github-mock.ts';
import { applyEffects } from './support/under-test.ts';

/** A dispatch is the one write that costs money when it is sent twice, and a task when it is lost. */

const github = useGithub();

const DISPATCHES = 'POST /repos/acme/daw/actions/workflows/agent-task.yml/dispatches';
const DOCS = 'https://docs.github.com/rest';

/** Sends the dispatches of these issues, each with its body, and answers them in that order. @returns what became of each. */
async function send(issues: readonly number[], ...answers: readonly Answer[]) {
  const effects = issues.flatMap((issue): readonly Effect[] => {
    const inputs = { task: `T${issue}` as TaskId, issue, attempt: 1, slice: 1, dispatch: 4 };
    return [
      { kind: 'write-body', key: `body:${issue}`, issue, body: 'sent', reason: 'a test says so' },
      { kind: 'dispatch', key: `dispatch:${issue}`, requires: `body:${issue}`, inputs, reason: 'a test says so' },
    ];
  });
  github.answers('graphql Apply', { body: { data: Object.fromEntries(issues.map((_, nth) => [`m${nth}`, {}])) } });
  github.answers(DISPATCHES, ...answers);
  const outcomes = await applyEffects(effects);
  return issues.map((issue) => outcomes.get(`dispatch:${issue}`));
}

/** How often a dispatch went out. */
function sent(): number {
  return github.routes().filter((route) => route === DISPATCHES).length;
}

describe('an answer that tells the run', () => {
  it('names the run at once', async () => {
    const details = {
      workflow_run_id: 501,
      run_url: 'https://api.github.com/…/501',
      html_url: 'https://github.com/…/501',
    };

    const outcomes = await send([2], { body: details });

    expect(outcomes).toEqual([{ kind: 'applied', run: 501 }]);
  });

  it('is not waited for where GitHub answers 204, as GitHub Enterprise Server does', async () => {
    const outcomes = await send([2], { status: 204 });

    expect(outcomes).toEqual([{ kind: 'applied' }]);
  });

  it('belongs to the dispatch that it answers, where several go out together', async () => {
    const answerOf = ({ body }: { readonly body: unknown }) => {
      const { issue } = (body as { readonly inputs: { readonly issue: string } }).inputs;
      return { body: { workflow_run_id: 500 + Number(issue) } };
    };

    const outcomes = await send([3, 2], answerOf, answerOf);

    expect(outcomes).toEqual([
      { kind: 'applied', run: 503 },
      { kind: 'applied', run: 502 },
    ]);
  });
});

describe('sends a dispatch once, and says that it may have been carried out, after', () => {
  const UNCLEAR: readonly (readonly [string, Answer, string])[] = [
    ['a 500', refusal(500, 'Server Error'), `Server Error - ${DOCS}`],
    [
      'a 502 with a page of HTML',
      { status: 502, body: '<p>Oops</p>', headers: { 'content-type': 'text/html' } },
      '<p>Oops</p>',
    ],
    [
      'a 503',
      refusal(503, 'Service unavailable', { headers: { 'retry-after': '5' } }),
      `Service unavailable - ${DOCS}`,
    ],
    ['a 504', refusal(504, 'We could not respond in time'), `We could not respond in time - ${DOCS}`],
    ...Object.entries(LOST).map(([name, error]) => [name, error, error.message] as const),
  ];

  it.each(UNCLEAR)('%s', async (_, answer, words) => {
    const outcomes = await send([2], answer);

    expect(outcomes).toEqual([{ kind: 'failed', why: `ambiguous: ${words}` }]);
    expect([sent(), github.waits]).toEqual([1, []]);
  });
});

describe('sends a dispatch once, and says that it was refused, after', () => {
  const REFUSED: readonly (readonly [number, string])[] = [
    [400, 'Problems parsing JSON'],
    [401, 'Bad credentials'],
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found'],
    [409, 'Conflict'],
    [410, 'Gone'],
    [422, "Workflow does not have 'workflow_dispatch' trigger"],
    [422, 'No ref found for: main'],
    [422, "Event 'workflow_dispatch' is not allowed to trigger this workflow"],
    [451, 'Repository access blocked'],
  ];

  it.each(REFUSED)('%i %s', async (status, message) => {
    const outcomes = await send([2], refusal(status, message));

    expect(outcomes).toEqual([{ kind: 'failed', why: `refused: ${message} - ${DOCS}` }]);
    expect([sent(), github.waits]).toEqual([1, []]);
  });

  it.each([
    [400, 'Problems parsing JSON'],
    [422, 'Invalid request.\n\n"return_run_details" is not a permitted key.'],
  ])('%i of an older GitHub Enterprise Server that does not know return_run_details', async (status, words) => {
    const outcomes = await send([2], refusal(status, words));

    // What happens today: the task waits for people, though the same dispatch without that key would have been taken.
    expect(outcomes).toEqual([{ kind: 'failed', why: `refused: ${words} - ${DOCS}` }]);
    expect(sent()).toBe(1);
  });
});

describe('a dispatch that a limit refuses was not carried out', () => {
  const secondary = (seconds: string) =>
    refusal(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', {
      headers: { 'retry-after': seconds },
    });

  it('and is sent again once, after the wait that GitHub names', async () => {
    const outcomes = await send([2], secondary('20'), { body: { workflow_run_id: 501 } });

    expect(outcomes).toEqual([{ kind: 'applied', run: 501 }]);
    expect([sent(), github.waits]).toEqual([2, [20]]);
  });

  it('and is left to the next pass when the limit still holds after that wait', async () => {
    const outcomes = await send([2], secondary('20'), secondary('20'));

    expect(outcomes[0]).toMatchObject({ kind: 'failed', why: expect.stringMatching(/^limited: You have exceeded/) });
    expect([sent(), github.waits]).toEqual([2, [20]]);
  });

  it('and is left to the next pass when the wait is longer than a minute', async () => {
    const outcomes = await send([2], secondary('61'));

    expect(outcomes[0]).toMatchObject({ kind: 'failed', why: expect.stringMatching(/^limited: You have exceeded/) });
    expect([sent(), github.waits]).toEqual([1, []]);
  });

  it('and is ambiguous like any other when the second answer is lost', async () => {
    const outcomes = await send([2], secondary('20'), refusal(502, 'Server Error'));

    expect(outcomes).toEqual([{ kind: 'failed', why: `ambiguous: Server Error - ${DOCS}` }]);
    expect(sent()).toBe(2);
  });
});

it('sends the other dispatches of a pass though one of them is refused', async () => {
  const outcomes = await send(
    [1, 2, 3],
    ...[1, 2, 3].map(() => (request: { readonly body: unknown }) => {
      const refused = (request.body as { inputs: { issue: string } }).inputs.issue === '2';
      return refused ? refusal(422, 'No ref found for: main') : { status: 204 };
    }),
  );

  expect(outcomes.map((outcome) => outcome?.kind)).toEqual(['applied', 'failed', 'applied']);
});

it('sends no dispatch whose body was not written', async () => {
  github.answers('graphql Apply', refusal(502, 'Server Error'));
  const inputs = { task: 'A' as TaskId, issue: 2, attempt: 1, slice: 1, dispatch: 4 };

  const outcomes = await applyEffects([
    { kind: 'write-body', key: 'body:2', issue: 2, body: 'sent', reason: 'a test says so' },
    { kind: 'dispatch', key: 'dispatch:2', requires: 'body:2', inputs, reason: 'a test says so' },
  ]);

  expect(outcomes.get('dispatch:2')).toEqual({ kind: 'skipped', why: expect.stringContaining('body:2') });
  expect(github.routes()).toEqual(['graphql Apply']);
});
