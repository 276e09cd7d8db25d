import { afterEach, describe, expect, it } from 'vitest';
import type { NotifySettings } from '../../../src/hosts/notify/notify-settings.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { eventually } from '../../support/waiting.ts';
import { jobScene } from '../actions/support/job-scene.ts';
import { serveApp } from '../server/support/served-app.ts';
import { startReceiver } from './support/receiver.ts';
import { NOTIFY } from './support/told-scene.ts';

/** Both hosts, each with a receiver that hears and one that never answers. */

const SECRET = 'a key of this test, long enough';
const HOUR = 3_600_000;
const CONFIG = `landing: push\nattempts: 1\n${NOTIFY}  - url_env: AGENT_WAVES_NOTIFY_OTHER\n`;
const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second' },
  ],
};

const open: { readonly close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function kept<Opened extends { readonly close: () => Promise<unknown> }>(one: Opened): Opened {
  open.push(one);
  return one;
}

const receiver = async (...more: Parameters<typeof startReceiver> extends [string, ...infer Rest] ? Rest : never) =>
  kept(await startReceiver(SECRET, ...more));

function settings(urls: Readonly<Record<string, string>>): NotifySettings {
  const addresses = Object.entries(urls).map(([name, url]) => [`AGENT_WAVES_NOTIFY_${name}`, { url, secret: SECRET }]);
  return { addresses: new Map(addresses as never), isPrivateAllowed: true };
}

const planIssue = (scene: Pick<GitHubScene, 'github'>) => {
  const found = scene.github.issuesReport('acme/daw').find(({ body }) => readGroupRecord(body ?? '')?.notices);
  return readGroupRecord(found?.body ?? '')?.notices;
};

describe('a receiver that hangs', () => {
  it('delays nothing on the server, and keeps what it has not heard in the record', async () => {
    const [team, hanging] = [await receiver(), await receiver(() => 'hang')];
    const scene = kept(await githubScene({ plan: PLAN, config: CONFIG }));
    const notify = settings({ TEAM: team.url, OTHER: hanging.url });
    const timings = { ...TIMINGS, resultGrace: 0, runsEvery: 0, progressEvery: 0 };
    kept(await serveApp(scene.town, { timings, period: 30_000, gather: 5, listEvery: HOUR, notify }));
    await eventually('the issues are there', () => scene.github.issuesReport('acme/daw').length >= 2);
    const first = scene.github.issuesReport('acme/daw').find(({ title }) => title.startsWith('Plan'))?.number ?? 0;
    await scene.label(first, 'agent:start');
    await eventually('both run', () => scene.running().length === 2);

    const asked = hanging.asked();
    await scene.run('A').fail();
    await asked;
    // It holds the first notice from here on. Everything that follows is passes that came to their end.
    await scene.run('B').complete();
    await eventually('progress tells of it', async () => {
      const { tasks } = await scene.plan();
      return tasks.find(({ id }: { id: string }) => id === 'B').status === 'completed';
    });
    await eventually('the other one has heard', () => team.heard.length >= 2);

    expect(hanging.heard).toEqual([]);
    expect(hanging.open).toBeGreaterThan(0);
    expect(team.heard.map(({ event }) => event)).toEqual(expect.arrayContaining(['needs-person']));
    expect(planIssue(scene)?.outbox.length).toBeGreaterThan(0);
  });

  it('delays no job but the one that asks it, whose turn is over by then', async () => {
    const hanging = await receiver(() => 'hang');
    const scene = kept(
      await jobScene({
        plan: PLAN,
        config: `landing: push\nattempts: 1\n${NOTIFY}`,
        notify: settings({ TEAM: hanging.url }),
      }),
    );
    await scene.work();
    const plan = scene.github.issuesReport('acme/daw').find(({ title }) => title.startsWith('Plan'))?.number ?? 0;
    await scene.label(plan, 'agent:start');
    await scene.work();
    const run = scene.run('A');
    await run.fail();

    const asked = hanging.asked();
    let isOver = false;
    const first = scene.work({ run: run.id, conclusion: 'failure' }).finally(() => {
      isOver = true;
    });
    await asked;
    await eventually('its turn is over', async () => !(await scene.isHeld()));

    // It still waits for the answer to its first try.
    expect([isOver, hanging.open]).toEqual([false, 1]);
    await hanging.close();
    await first;
  });
});

describe('a job', () => {
  it('sends what its pass left, and takes it out of the record', async () => {
    const team = await receiver();
    const scene = kept(
      await jobScene({
        plan: PLAN,
        config: `landing: push\nattempts: 1\n${NOTIFY}`,
        notify: settings({ TEAM: team.url }),
      }),
    );
    await scene.work();
    const plan = scene.github.issuesReport('acme/daw').find(({ title }) => title.startsWith('Plan'))?.number ?? 0;
    await scene.label(plan, 'agent:start');
    await scene.work();
    const run = scene.run('A');
    await run.fail();

    await scene.work({ run: run.id, conclusion: 'failure' });

    expect(team.heard.map(({ event }) => event)).toEqual(['needs-person']);
    expect(planIssue(scene)).toMatchObject({ last: 1, outbox: [] });
  });
});
