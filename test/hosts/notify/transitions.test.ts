import { afterEach, describe, expect, it } from 'vitest';
import { NOTIFY, STORY, type ToldScene, toldScene } from './support/told-scene.ts';

/** Real passes on the embedded GitHub, and what a receiver hears of them. */

const SILENT = 'landing: push\nattempts: 1\n';
const CHAIN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let told: ToldScene;
afterEach(() => told.close());

describe('what happens to a plan', () => {
  it('is told once, with what needs a person first, and leaves the record when it has arrived', async () => {
    told = await toldScene();
    const { scene, receiver } = told;
    await scene.start();

    for (const { step } of STORY) {
      await step(scene);
      await told.live();
    }

    expect(told.heard()).toEqual(STORY.flatMap((each) => each.told));
    expect(receiver.heard[0]?.body).toMatchObject({ task: 'A', name: 'First', plan: { id: 'daw', name: 'DAW' } });
    expect(told.ids().size).toBe(4);
    expect(told.recorded()).toEqual([]);
  });

  it('is told again when it happens again', async () => {
    told = await toldScene();
    const { scene } = told;
    await scene.start();

    for (let times = 0; times < 2; times++) {
      await scene.run('A').fail();
      await told.live();
      await scene.comment('A', '/retry');
      scene.later(3_600_000);
      await told.live();
    }

    expect(told.heard()).toEqual(['needs-person', 'stalled', 'needs-person', 'stalled']);
    expect(told.ids().size).toBe(4);
  });

  it('is a stop only where nothing runs and nothing is due', async () => {
    told = await toldScene({ plan: { ...CHAIN, tasks: [...CHAIN.tasks, { id: 'C', title: 'Third' }] } });
    const { scene } = told;
    await scene.start();

    await scene.run('A').fail();
    await told.live();
    expect(told.heard()).toEqual(['needs-person']);
    await scene.run('C').complete();
    await told.live();

    expect(told.heard()).toEqual(['needs-person', 'stalled']);
    expect(told.receiver.heard[1]?.body).toMatchObject({
      waiting: 2,
      text: '1 task needs a person, 1 task waits for others',
    });
  });

  it('is a limit that is used up', async () => {
    told = await toldScene({ plan: CHAIN, config: `${SILENT}${NOTIFY}budget: { plan: { runs: 1 } }\n` });
    const { scene } = told;
    await scene.start();

    await scene.run('A').complete();
    await told.live();

    expect(scene.state('B')).toBe('held');
    expect(told.heard()).toEqual(['budget', 'wave-done']);
    expect(told.receiver.heard[0]?.body).toMatchObject({
      title: 'DAW: nothing more fits into 1 run for the plan',
    });
  });

  it('is no stop where a person holds everything', async () => {
    told = await toldScene({ plan: CHAIN });
    const { scene } = told;
    await scene.start();

    await scene.comment('plan', '/pause');
    await scene.run('A').complete();
    await told.live();

    expect(scene.state('B')).toBe('held');
    expect(told.heard()).toEqual(['wave-done']);
  });

  it('is not told of what was done before anybody asked, but of what waits for somebody', async () => {
    const plan = { ...CHAIN, tasks: CHAIN.tasks.map((task, nth) => ({ ...task, wave: nth + 1 })) };
    told = await toldScene({ plan, config: SILENT });
    const { scene } = told;
    await scene.start();
    await scene.run('A').complete();
    await scene.settle();
    await scene.run('B').fail();
    await told.live();
    expect(told.recorded()).toBeUndefined();
    expect(scene.issue('plan').body).not.toContain('"notices"');

    await scene.push({ '.github/agent-waves.yml': SILENT + NOTIFY });
    await told.live();

    expect(told.heard()).toEqual(['needs-person', 'stalled']);
  });
});

describe('a process that ends', () => {
  it('between sending and the record tells it once more, under the same id', async () => {
    told = await toldScene();
    const { scene } = told;
    await scene.start();
    await scene.run('A').fail();
    await scene.settle();
    await told.send();

    scene.restart();
    told.newProcess();
    await told.live();

    expect(told.heard()).toEqual(['needs-person', 'stalled', 'needs-person', 'stalled']);
    expect(told.ids().size).toBe(2);
    expect(told.recorded()).toEqual([]);
  });

  it('before the record is written has sent nothing, and the next one tells it', async () => {
    told = await toldScene();
    const { scene } = told;
    await scene.start();
    await scene.run('A').fail();

    expect(await scene.passThatDies({ before: 'updateIssue' })).toBe(true);
    told.newProcess();
    await told.send();
    expect(told.heard()).toEqual([]);
    await told.live();

    expect(told.heard()).toEqual(['needs-person', 'stalled']);
  });

  it('that could not write the record sends nothing before it is written', async () => {
    told = await toldScene();
    const { scene } = told;
    await scene.start();
    await scene.run('A').fail();

    await scene.passThatFails({ before: 'updateIssue' });
    await told.send();
    expect(told.heard()).toEqual([]);
    await told.live();

    expect(told.heard()).toEqual(['needs-person', 'stalled']);
  });

  it('and finds nobody who hears of it leaves nothing in the record for ever', async () => {
    told = await toldScene();
    const { scene } = told;
    await scene.start();
    await scene.run('A').fail();
    await scene.settle();
    expect(told.recorded()).toEqual([1, 2]);

    scene.later(6 * 3_600_000);
    await scene.settle();

    expect(told.recorded()).toEqual([]);
  });
});
