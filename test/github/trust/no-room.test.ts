import { afterEach, describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** GitHub takes 65,536 characters as a body, and nothing of what people wrote there is cut. */

const PLAN = {
  name: 'DAW',
  waves: [{ number: 1, title: 'Ground' }],
  tasks: [
    { id: 'A', title: 'First', wave: 1 },
    { id: 'B', title: 'Second', wave: 1, description: `What is to be done. ${'And how. '.repeat(400)}` },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

const written = async (length: number, title = 'b - lower') => {
  const { data } = await scene.lead.rest.issues.create({ ...scene.repository, title, body: 'x'.repeat(length) });
  return data.number;
};
/** The person adds so much text that the body has this length. */
const fill = async (name: string, length: number) => {
  const body = scene.issue(name).body ?? '';
  await scene.edit(name, { body: `${'x'.repeat(length - body.length - 2)}\n\n${body}` });
};
const empty = (name: string) => scene.edit(name, { body: (scene.issue(name).body ?? '').replace(/x{9,}/, 'short') });
const said = (name: string | number) => scene.comments(name).filter(({ author }) => author === 'waves[bot]');

it('gives a task an issue of its own where a lead labels one whose text leaves no room, and says so once', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.settle();
  const long = await written(65_000);
  await scene.label(long, LABEL.task);

  await scene.start();
  await scene.run('A').complete();
  scene.restart();
  await scene.settle();

  expect(scene.issue(long).body).toBe('x'.repeat(65_000));
  expect(scene.view('B').issue).not.toBe(long);
  expect(said(long)).toMatchObject([{ body: expect.stringContaining(`own: #${scene.view('B').issue}`) }]);
  expect(scene.running()).toEqual(['B']);
});

it('adopts an issue with a long text, and goes on with it whatever it has to say', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.settle();
  const long = await written(40_000);
  await scene.label(long, LABEL.task);

  await scene.start();
  await scene.run('B').complete();
  await scene.settle();

  expect(scene.issue(long)).toMatchObject({ state: 'closed', body: expect.stringMatching(/^x{40000}\n/) });
});

it('keeps the record alone where a text has no room for more, and says all of it again when it has', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.settle();
  await scene.start();
  await fill('B', 65_536);

  await scene.run('B').fail();
  await scene.settle();
  const short = scene.issue('B').body ?? '';

  expect(short).toMatch(/^x{60000}/);
  expect([short.includes('There is no room here'), short.includes('What is to be done')]).toEqual([true, false]);
  expect([readTaskRecord(short)?.history.length, said('B')]).toEqual([1, []]);
  await empty('B');
  await scene.settle();
  expect(scene.issue('B').body).toContain('What is to be done');
});

describe('an issue with a text that leaves no room even for the record', () => {
  it.each([
    ['wave 1', ['A', 'B']],
    ['plan', []],
  ])('of a %s holds what is below it, once said, until the text is shorter', async (name, started) => {
    scene = await githubScene({ plan: PLAN });
    await scene.settle();
    if (started.length > 0) await scene.label('plan', LABEL.start);
    await stuff(name);
    if (started.length === 0) await scene.label('plan', LABEL.start);

    await scene.settle();
    await scene.comment(name, '/pause');
    await scene.settle();
    scene.restart();
    await scene.settle();

    expect([scene.running(), said(name).length]).toEqual([[], 1]);
    await empty(name);
    await scene.settle();
    expect(scene.labels(name)).not.toContain(LABEL.needsHuman);
    await scene.comment(name, '/resume');
    await scene.settle();
    expect(scene.running()).toEqual(['A', 'B']);
  });

  it('of a task ends its run where a person says no to it', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.start();
    const run = await scene.run('B').outlast();
    await run.claim();
    await stuff('B');

    await scene.edit('B', { state: 'closed', state_reason: 'not_planned' });
    await scene.pass();

    expect(await run.wasCancelled()).toBe(true);
    expect((await run.land()).kind).toBe('superseded');
  });

  it('of a task is left for later, said once, and its results count as soon as the text is shorter', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.start();
    await stuff('B');

    await scene.run('B').fail();
    await scene.settle();
    scene.restart();
    await scene.run('A').complete();
    await scene.settle();

    expect(said('B')).toMatchObject([{ body: expect.stringContaining('Shorten it') }]);
    expect([scene.state('A'), scene.labels('B').includes(LABEL.needsHuman)]).toEqual(['completed', true]);
    await empty('B');
    await scene.settle();
    expect(readTaskRecord(scene.issue('B').body ?? '')?.history).toMatchObject([{ outcome: 'verification' }]);
    expect([scene.state('B'), scene.labels('B').includes(LABEL.needsHuman), said('B').length]).toEqual([
      'retrying',
      false,
      1,
    ]);
  });
});

/** Leaves the record, and no character more. */
async function stuff(name: string): Promise<void> {
  const body = scene.issue(name).body ?? '';
  const begin = '<!-- agent-waves:begin -->';
  const part = body.slice(body.indexOf(begin));
  const record = part.slice(part.search(/<!-- agent-waves:\w+-record/));
  const short = `${begin}\n${record}`;
  await scene.edit(name, { body: `${'x'.repeat(65_536 - short.length - 2)}\n\n${short}` });
}
