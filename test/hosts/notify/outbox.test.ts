import { afterEach, describe, expect, it } from 'vitest';
import type { Outgoing } from '../../../src/github/write/outgoing.ts';
import { readNotifySettings } from '../../../src/hosts/notify/notify-settings.ts';
import { JOB_TRIES, Outbox } from '../../../src/hosts/notify/outbox.ts';
import type { NotifyFormat } from '../../../src/plan/notify-fields.ts';
import { type Receiver, startReceiver, TRIES } from './support/receiver.ts';

const SECRET = 'a key of this test, long enough';
const open: { readonly close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function receiver(...given: Parameters<typeof startReceiver> extends [unknown, ...infer Rest] ? Rest : never) {
  const started = await startReceiver(SECRET, ...given);
  open.push(started);
  return started;
}

function settingsOf(environment: Readonly<Record<string, string>>) {
  const read = readNotifySettings(environment);
  if (!read.ok) throw new Error(read.problems.join('; '));
  return read.settings;
}

const to = ({ url }: Pick<Receiver, 'url'>, more: Readonly<Record<string, string>> = {}) =>
  settingsOf({
    AGENT_WAVES_NOTIFY_TEAM: url,
    AGENT_WAVES_NOTIFY_TEAM_SECRET: SECRET,
    NOTIFY_PRIVATE: 'true',
    ...more,
  });

function outgoing(names: readonly string[] = ['AGENT_WAVES_NOTIFY_TEAM'], format: NotifyFormat = 'json'): Outgoing {
  return {
    targets: names.map((url_env) => ({ url_env, format, events: ['plan-done', 'stalled'] })),
    notices: [{ id: 1, at: '2026-03-02T09:00:00Z', about: { event: 'plan-done', completed: 3, skipped: 1 } }],
    plan: { id: 'daw', name: 'DAW', issue: 5 },
    repository: { name: 'acme/daw', url: 'https://github.com/acme/daw' },
  };
}

function outbox(settings: ReturnType<typeof settingsOf>, tries: Partial<typeof TRIES> = {}) {
  const warnings: string[] = [];
  const settled: string[] = [];
  const made = new Outbox({
    settings,
    warn: (what) => warnings.push(what),
    onSettled: (key) => settled.push(key),
    tries: { ...TRIES, ...tries },
  });
  open.push({ close: () => made.stop() });
  return { made, warnings, settled };
}

describe('an outbox', () => {
  it('sends a notice once, signed and under an id of its own, and says that it may leave the record', async () => {
    const team = await receiver();
    const { made, settled } = outbox(to(team));

    made.offer(outgoing());
    made.offer(outgoing());
    await made.idle();

    expect(team.refused).toBe(0);
    expect(team.heard).toEqual([
      {
        event: 'plan-done',
        delivery: 'acme/daw/5.1',
        body: expect.objectContaining({ id: 'acme/daw/5.1', event: 'plan-done', repository: 'acme/daw', completed: 3 }),
      },
    ]);
    expect([settled, [...made.settled]]).toEqual([['5.1'], ['5.1']]);
  });

  it('is refused by a receiver that knows another key', async () => {
    const team = await receiver();
    const { made, warnings } = outbox(to(team, { AGENT_WAVES_NOTIFY_TEAM_SECRET: 'another key, also long' }));

    made.offer(outgoing());
    await made.idle();

    expect([team.refused, team.heard]).toEqual([1, []]);
    expect(warnings).toEqual(['AGENT_WAVES_NOTIFY_TEAM was not told: it answered 401']);
  });

  it('tries again what failed, and gives up in the end', async () => {
    const late = await receiver((nth) => (nth < 2 ? 503 : 204));
    const never = await receiver(() => 500);
    const first = outbox(to(late));
    const second = outbox(to(never), { most: 3 });

    first.made.offer(outgoing());
    second.made.offer(outgoing());
    await Promise.all([first.made.idle(), second.made.idle()]);

    expect([late.heard.length, first.settled, first.warnings]).toEqual([1, ['5.1'], []]);
    expect([never.heard.length, second.settled]).toEqual([0, ['5.1']]);
    expect(second.warnings).toEqual(['AGENT_WAVES_NOTIFY_TEAM was not told: it answered 500']);
  });

  it('leaves to another process what a job could not send', async () => {
    const never = await receiver(() => 500);
    const { made, settled } = outbox(to(never), { ...JOB_TRIES, firstPause: 1 });

    made.offer(outgoing());

    expect(await made.idle()).toBe(false);
    expect(settled).toEqual([]);
  });

  it('lets one that hangs keep nobody else, for a time that is bounded', async () => {
    const [team, hanging] = [await receiver(), await receiver(() => 'hang')];
    const settings = to(team, {
      AGENT_WAVES_NOTIFY_OTHER: hanging.url,
      AGENT_WAVES_NOTIFY_OTHER_SECRET: SECRET,
    });
    const { made, settled, warnings } = outbox(settings, { most: 1, within: 200 });
    const heard = team.asked();

    made.offer(outgoing(['AGENT_WAVES_NOTIFY_OTHER', 'AGENT_WAVES_NOTIFY_TEAM']));
    await heard;
    await made.idle();

    expect(team.heard.length).toBe(1);
    expect(settled).toEqual(['5.1']);
    expect(warnings).toEqual(['AGENT_WAVES_NOTIFY_OTHER was not told: it did not answer within 0.2 s']);
  });

  it('keeps a notice whose address nobody has set, and says so once', async () => {
    const { made, settled, warnings } = outbox(settingsOf({}));

    made.offer(outgoing());
    made.offer({ ...outgoing(), notices: [...outgoing().notices, { ...outgoing().notices[0], id: 2 } as never] });
    await made.idle();

    expect(settled).toEqual([]);
    expect(warnings).toEqual(['AGENT_WAVES_NOTIFY_TEAM is not set for this host: nobody is told there']);
  });

  it('sends nothing of its own form that is not signed', async () => {
    const team = await receiver();
    const settings = settingsOf({ AGENT_WAVES_NOTIFY_TEAM: team.url, NOTIFY_PRIVATE: 'true' });
    const { made, warnings } = outbox(settings);

    made.offer(outgoing());
    await made.idle();

    expect([team.refused, team.heard]).toEqual([0, []]);
    expect(warnings).toEqual([expect.stringContaining('AGENT_WAVES_NOTIFY_TEAM_SECRET is not set')]);
  });

  it('tells whoever wants an event, and nobody else', async () => {
    const team = await receiver();
    const { made, settled } = outbox(to(team));
    const [target] = outgoing().targets;

    made.offer({ ...outgoing(), targets: [{ ...target, events: ['stalled'] } as never] });
    await made.idle();

    expect([team.heard, settled]).toEqual([[], ['5.1']]);
  });
});
