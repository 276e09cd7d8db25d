import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { primaryRateLimit, type RequestFault, secondaryRateLimit } from '../../src/faults/faults.ts';
import { octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };

/** A fault of opening an issue. */
function creating(fault: Omit<RequestFault, 'on' | 'method' | 'route'>): RequestFault {
  return { on: 'request', method: 'POST', route: '/repos/{owner}/{repo}/issues', ...fault };
}

let town: Town;

beforeAll(async () => {
  town = await startTown();
});
afterEach(() => town.github.faults.clear());
afterAll(() => town.close());

const create = (title: string) => octokitFor(town.github, town.lead.token).rest.issues.create({ ...at, title });
const titles = () => town.github.issuesReport('acme/daw').map((issue) => issue.title);

test('a 502 before the write leaves nothing, a 502 after it leaves the issue', async () => {
  town.github.faults.push(
    creating({ answer: { status: 502 }, moment: 'before' }),
    creating({ answer: { status: 502 }, moment: 'after' }),
  );

  await expect(create('before')).rejects.toMatchObject({ status: 502 });
  await expect(create('after')).rejects.toMatchObject({ status: 502 });
  await create('unharmed');

  expect(titles()).toEqual(expect.arrayContaining(['after', 'unharmed']));
  expect(titles()).not.toContain('before');
});

test('a rule skips, counts and looks into the request', async () => {
  town.github.faults.push(
    creating({
      when: ({ body, actor }) => actor === 'lead' && String(body.title).startsWith('bad'),
      skip: 1,
      count: 2,
      answer: { status: 500 },
    }),
  );

  const outcomes = await Promise.all(
    ['bad 1', 'good', 'bad 2', 'bad 3', 'bad 4'].map((title) =>
      create(title).then(
        () => 'ok',
        () => 'failed',
      ),
    ),
  );

  expect(outcomes).toEqual(['ok', 'ok', 'failed', 'failed', 'ok']);
});

test('a dropped connection fails the request, over the socket and in process', async () => {
  town.github.faults.push(creating({ drop: true, moment: 'after', count: 2 }));
  const init = {
    method: 'POST',
    headers: { authorization: `bearer ${town.lead.token}` },
    body: JSON.stringify({ title: 'cut' }),
  };
  const url = `${town.github.apiUrl}/repos/acme/daw/issues`;

  await expect(fetch(url, init)).rejects.toThrow('fetch failed');
  await expect(town.github.fetch(url, init)).rejects.toThrow('fetch failed');

  expect(titles().filter((title) => title === 'cut')).toHaveLength(2);
});

test('a delayed request is looked at when the delay is over', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  town.github.faults.push(creating({ when: ({ body }) => body.title === 'slow', delay: promise }));

  const slow = create('slow');
  await create('quick');
  const early = titles().includes('slow');
  resolve();
  await slow;

  expect([early, titles().includes('slow')]).toEqual([false, true]);
});

test('rate limits answer as GitHub does', async () => {
  town.github.faults.push(
    creating({ answer: primaryRateLimit(1_800_000_000_000) }),
    creating({ answer: secondaryRateLimit(60) }),
  );

  await expect(create('one')).rejects.toMatchObject({
    status: 403,
    response: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000000' } },
  });
  await expect(create('two')).rejects.toMatchObject({ status: 403, response: { headers: { 'retry-after': '60' } } });
});

test('GraphQL and git are matched by the routes of the log', async () => {
  const lead = octokitFor(town.github, town.lead.token);
  town.github.faults.push({ on: 'request', route: /^graphql Who/, answer: { status: 502 } });

  await expect(lead.graphql('query Who { viewer { login } }')).rejects.toMatchObject({ status: 502 });
  expect(await lead.graphql('query Who { viewer { login } }')).toEqual({ viewer: { login: 'lead' } });

  const logged = town.requests
    .filter(({ route }) => route.startsWith('graphql'))
    .map(({ actor, method, route, status }) => [actor, method, route, status]);
  expect(logged).toEqual([
    ['lead', 'POST', 'graphql Who', 502],
    ['lead', 'POST', 'graphql Who', 200],
  ]);
});
