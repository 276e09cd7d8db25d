import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { LABEL } from '../../../src/state/names.ts';
import { ownPart } from '../../../src/state/own-part.ts';
import { newGroupRecord, newTaskRecord, writeGroupRecord, writeTaskRecord } from '../../../src/state/record.ts';
import { instant } from '../../../src/state/snapshot.ts';
import {
  askedOf,
  issue,
  locator,
  NOW,
  page,
  refusal,
  repository,
  type SentRequest,
  useGithub,
} from './support/github-mock.ts';
import { processOf } from './support/under-test.ts';

/** What a pass asks over GraphQL before it decides, page by page. */

const github = useGithub();

const OID = 'e'.repeat(40);
const BLOB = `GET /repos/acme/daw/git/blobs/${OID}`;

const sentTo = (route: string): readonly SentRequest[] => github.requests.filter((request) => request.route === route);

describe('the query for files, heads, labels and issues', () => {
  it('reads as it does in its golden file', async () => {
    github.answers('graphql Observe', repository(), repository());

    expect(await processOf()()).toMatchObject({ kind: 'no-plan' });

    const { query, variables } = askedOf(github.requests[0]);
    await expect(`${query}\n`).toMatchFileSnapshot('golden/observe.graphql');
    expect(variables).toEqual({
      ...locator,
      since: null,
      config: 'HEAD:.github/agent-waves.yml',
      otherConfig: 'HEAD:.github/agent-waves.yaml',
      plan: 'HEAD:docs/planning/tasks.json',
      progress: 'HEAD:PROGRESS.md',
      pictures: 'HEAD:PROGRESS-pictures',
    });
  });

  it('asks for everything once, then for what has changed since two minutes before the last look', async () => {
    github.answers('graphql Observe', repository(), repository(), repository());
    const pass = processOf();

    await pass();
    await pass();

    const since = instant(NOW - 120_000);
    expect(github.requests.map((request) => askedOf(request).variables.since)).toEqual([null, since, since]);
  });

  it('is asked again for the files that the configuration names', async () => {
    const config = { oid: OID, text: 'plan: plan.yml\nprogress: docs/STATUS.md\n', isTruncated: false };
    github.answers('graphql Observe', ...[1, 2, 3].map(() => repository({ config })));

    expect(await processOf()()).toMatchObject({ kind: 'no-plan' });

    const asked = github.requests.map((request) => askedOf(request).variables);
    expect(asked.map(({ plan, progress }) => [plan, progress])).toEqual([
      ['HEAD:docs/planning/tasks.json', 'HEAD:PROGRESS.md'],
      ['HEAD:plan.yml', 'HEAD:docs/STATUS.md'],
      ['HEAD:plan.yml', 'HEAD:docs/STATUS.md'],
    ]);
  });

  it('asks for a file that GraphQL cuts by what it is, once, and for its text no more', async () => {
    const cut = repository({ plan: { oid: OID, byteSize: 600_000, text: '{', isTruncated: true } });
    const same = repository({ plan: { oid: OID, byteSize: 600_000, isTruncated: true } });
    github.answers('graphql Observe', cut, same, same);
    github.answers('graphql Apply', { body: { data: { m0: {} } } }, { body: { data: { m0: {} } } });
    github.answers(BLOB, { body: { content: `${Buffer.from('{ "name"').toString('base64')}\n`, encoding: 'base64' } });
    const pass = processOf();

    expect(await pass()).toMatchObject({ kind: 'refused', problems: [{ message: expect.stringMatching(/JSON|`:`/) }] });
    await pass();

    expect(sentTo(BLOB)).toMatchObject([{ headers: { 'x-github-api-version': '2022-11-28' } }]);
    const plans = sentTo('graphql Observe').map((sent) => /^ +plan: .*/m.exec(askedOf(sent).query)?.[0].trim());
    expect(plans).toEqual([
      'plan: object(expression: $plan) { ... on Blob { oid byteSize text isTruncated } }',
      'plan: object(expression: $plan) { ... on Blob { oid byteSize isTruncated } }',
      'plan: object(expression: $plan) { ... on Blob { oid byteSize isTruncated } }',
    ]);
  });

  it('asks for the text again where a file that was cut is another, however short that is', async () => {
    const cut = repository({ plan: { oid: OID, byteSize: 600_000, text: '{', isTruncated: true } });
    const short = repository({ plan: { oid: 'f'.repeat(40), byteSize: 2, isTruncated: false } });
    github.answers('graphql Observe', cut, short, repository({ plan: null }));
    github.answers('graphql Apply', { body: { data: { m0: {} } } });
    github.answers(BLOB, { body: { content: 'e30K', encoding: 'base64' } });
    github.answers(`GET /repos/acme/daw/git/blobs/${'f'.repeat(40)}`, {
      body: { content: 'e30=', encoding: 'base64' },
    });
    const pass = processOf();

    await pass();
    await pass();

    const [last] = sentTo('graphql Observe').slice(-1);
    expect(askedOf(last).query).toContain(
      'plan: object(expression: $plan) { ... on Blob { oid byteSize text isTruncated } }',
    );
  });

  it('refuses a plan that is larger than what one commit takes, and does not ask for it', async () => {
    const plan = { oid: OID, byteSize: 25_000_001, text: '{', isTruncated: true };
    github.answers('graphql Observe', ...[1, 2].map(() => repository({ plan })));
    github.answers('graphql Apply', { body: { data: { m0: {} } } });

    expect(await processOf()()).toMatchObject({
      kind: 'refused',
      problems: [{ file: 'docs/planning/tasks.json', message: expect.stringContaining('larger than the 25 MB') }],
    });
  });

  it('ends the pass where the rest of a file cannot be had: half of a plan decides nothing', async () => {
    github.answers(
      'graphql Observe',
      repository({ plan: { oid: OID, byteSize: 600_000, text: '{', isTruncated: true } }),
    );
    github.answers(BLOB, refusal(404, 'Not Found'));

    await expect(processOf()()).rejects.toThrow('Not Found');
  });
});

it('reads the labels of more than a hundred waves page by page, where everything is read', async () => {
  const first = page([{ id: 'L_1', name: 'wave:1' }], 'after-1');
  github.answers('graphql Observe', repository({ waves: first }), repository({ waves: first }));
  const second = page([{ id: 'L_101', name: 'wave:101' }]);
  github.answers('graphql ObserveLabels', { body: { data: { repository: { labels: second } } } });

  const { memory } = await processOf()();

  expect([...memory.cache.labels]).toEqual([
    ['wave:1', 'L_1'],
    ['wave:101', 'L_101'],
  ]);
  expect(sentTo('graphql ObserveLabels').map((sent) => askedOf(sent).variables)).toEqual([
    { ...locator, after: 'after-1' },
  ]);
});

describe('pages of issues', () => {
  const at = instant(NOW - 60_000);
  const byApp = { __typename: 'ClosedEvent', createdAt: at, actor: { login: 'waves', __typename: 'Bot' } };
  const closed = { state: 'CLOSED', stateReason: 'DUPLICATE', closedAt: at, stateChanges: { nodes: [byApp] } };

  it('are read from the beginning where the newest changes are not all, kind by kind, in the words of their golden file', async () => {
    const first = repository({
      waveIssues: page([issue(2, LABEL.wave)], 'after-2'),
      taskIssues: page([issue(4, LABEL.task, closed)], 'after-4'),
    });
    github.answers('graphql Observe', first, repository());
    github.answers(
      'graphql ObserveMore',
      { body: { data: { repository: { issues: page([issue(2, LABEL.wave), issue(3, LABEL.wave)]) } } } },
      { body: { data: { repository: { issues: page([issue(5, LABEL.task, closed)], 'after-5') } } } },
      { body: { data: { repository: { issues: page([issue(6, LABEL.task, closed)]) } } } },
    );

    expect(await processOf()()).toMatchObject({ kind: 'no-plan' });

    const asked = sentTo('graphql ObserveMore').map(askedOf);
    expect(asked.map(({ variables }) => variables)).toEqual([
      { ...locator, since: null, label: LABEL.wave, after: null },
      { ...locator, since: null, label: LABEL.task, after: null },
      { ...locator, since: null, label: LABEL.task, after: 'after-5' },
    ]);
    await expect(`${asked[0]?.query}\n`).toMatchFileSnapshot('golden/observe-more.graphql');
  });

  it('end the pass where one of them cannot be had: half of the issues decide nothing', async () => {
    github.answers('graphql Observe', repository({ taskIssues: page([issue(4, LABEL.task, closed)], 'after-4') }));
    const lost = refusal(502, 'Server Error');
    github.answers('graphql ObserveMore', lost, lost, lost, lost);

    await expect(processOf()()).rejects.toThrow('Server Error');
  });
});

describe('pull requests', () => {
  it('that somebody waits for are asked for beside everything else, in the words of their golden file', async () => {
    const at = instant(NOW - 60_000);
    const review = { pull: 31, head: 'a'.repeat(40), run: 501, at, checks: {}, summary: 'Done.' };
    const task = ownPart(writeTaskRecord({ ...newTaskRecord('daw', 'A' as TaskId), review }));
    const pull = { branch: 'agent-waves/daw-wave-1' };
    const wave = ownPart(writeGroupRecord({ ...newGroupRecord('daw', 1), pull }));
    const waiting = repository({
      taskIssues: page([issue(4, LABEL.task, { body: task })]),
      waveIssues: page([issue(3, LABEL.wave, { body: wave })]),
    });
    github.answers('graphql Observe', waiting, waiting);

    expect(await processOf()()).toMatchObject({ kind: 'no-plan' });

    const [, asked] = github.requests.map((sent) => askedOf(sent));
    const pulls = asked?.query.slice(asked.query.indexOf('    pull0:'), asked.query.indexOf('  }\n}\n'));
    expect(asked?.query).toContain('$pull0: Int!, $branch0: String!');
    expect(asked?.variables).toMatchObject({ pull0: 31, branch0: 'agent-waves/daw-wave-1' });
    await expect(pulls).toMatchFileSnapshot('golden/observe-pulls.graphql');
  });
});
