import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';
import { insiderWords } from '../support/insider-words.ts';

let scene: GitHubScene;
afterEach(() => scene.close());

interface Seen {
  readonly repository: {
    readonly issue: {
      readonly comments: {
        readonly nodes: readonly { readonly body: string; readonly minimizedReason: string | null }[];
      };
    };
  };
}

async function fails(): Promise<void> {
  const run = scene.run('A');
  await run.claim();
  await run.report('verification', { failure: { what: '`npm test` failed', output: 'expected 1, got 2' } });
  await run.end('failure');
  await scene.settle();
  scene.later(3_600_000);
  await scene.settle();
}

/** Of each comment of a run on the task: why it is folded, as GitHub tells it. */
async function folded(): Promise<readonly (string | null)[]> {
  const { repository } = await scene.lead.graphql<Seen>(
    `query($owner: String!, $repo: String!, $number: Int!) {
      repository(owner: $owner, name: $repo) {
        issue(number: $number) { comments(first: 50) { nodes { body minimizedReason } } }
      }
    }`,
    { ...scene.repository, number: scene.issue('A').number },
  );
  return repository.issue.comments.nodes.flatMap(({ body, minimizedReason }) =>
    body.includes('<!-- agent-waves:result') ? [minimizedReason] : [],
  );
}

it('folds what earlier attempts reported once a later one has, and no comment twice', async () => {
  scene = await githubScene({ plan: { name: 'Once', tasks: [{ id: 'A', title: 'Ground' }] } });
  await scene.start();

  await fails();
  expect(await folded()).toEqual([null]);
  await fails();
  expect(await folded()).toEqual(['outdated', null]);
  await fails();
  expect(await folded()).toEqual(['outdated', 'outdated', null]);
  await scene.settle();

  const asked = scene.comments('A').filter(({ body }) => body.includes('needs a person'));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body.match(/npm test/g)).toHaveLength(2);
  expect(scene.issue('A').body?.match(/<details><summary>3 runs, the last one: a check failed/g)).toHaveLength(1);
});

it('folds all of them once the task has landed, and ends with a checklist on which nothing waits', async () => {
  scene = await githubScene({ plan: { name: 'Once', tasks: [{ id: 'A', title: 'Ground' }] } });
  await scene.start();
  await fails();

  await scene.run('A').complete();
  await scene.settle();

  expect(await folded()).toEqual(['outdated', null]);
  const { body, state } = scene.issue('A');
  expect(state).toBe('closed');
  expect(body).toMatch(/\*\*Checklist\*\*\n\n(?:- (?:✅|–).*\n){4}- ✅ progress recorded\n/);
  expect(body).not.toMatch(/⏳|waiting for/);
});

it('says nothing in words of its makers', async () => {
  scene = await githubScene({ plan: { name: 'Once', tasks: [{ id: 'A', title: 'Ground' }] } });
  await scene.start();
  for (let attempt = 1; attempt <= 3; attempt++) await fails();
  for (const words of ['/help', '/why', '/status', '/tell more']) await scene.comment('A', words);
  await scene.comment('plan', '/status');
  await scene.settle();

  // What runs say is words of this test here; the rehearsal has the real ones.
  const texts = scene.issues().flatMap(({ number, body }) => [
    body,
    ...scene
      .comments(number)
      .filter(({ author }) => author === 'waves[bot]')
      .map((each) => each.body),
  ]);
  expect(texts.length).toBeGreaterThan(8);
  expect([...texts, await scene.read('PROGRESS.md')].flatMap((text) => insiderWords(text ?? ''))).toEqual([]);
});
