import { Outbox } from '../../../../src/hosts/notify/outbox.ts';
import { githubScene, type SceneInput } from '../../../support/github-scene.ts';
import { startReceiver, TRIES } from './receiver.ts';

const SECRET = 'a key of this test, long enough';
export const NOTIFY = 'notify:\n  - url_env: AGENT_WAVES_NOTIFY_TEAM\n';
const ONE = { id: 'daw', name: 'DAW', tasks: [{ id: 'A', title: 'First' }] };

/** A plan on the embedded GitHub, passes as a host makes them, and a receiver that hears of it. By default one task. */
export async function toldScene(given: Partial<SceneInput> = {}) {
  const scene = await githubScene({ plan: ONE, config: `landing: push\nattempts: 1\n${NOTIFY}`, ...given });
  const receiver = await startReceiver(SECRET);
  const address = { url: receiver.url, secret: SECRET };
  const open = () =>
    new Outbox({
      settings: { addresses: new Map([['AGENT_WAVES_NOTIFY_TEAM', address]]), isPrivateAllowed: true },
      warn: (what) => {
        throw new Error(what);
      },
      onSettled: (key) => scene.settledNotices.add(key),
      tries: TRIES,
    });
  let outbox = open();
  const send = async () => {
    outbox.offer(scene.outgoing());
    await outbox.idle();
  };
  return {
    scene,
    receiver,
    send,
    /** Another process goes on: what a host knows beside its memory is gone with it. */
    newProcess: () => {
      outbox.stop();
      outbox = open();
    },
    /** Passes, then what they left is sent, and more passes where that is news. */
    live: async () => {
      for (let left = 10; left > 0; left--) {
        await scene.settle();
        const before = [...scene.settledNotices].join();
        await send();
        if ([...scene.settledNotices].join() === before) return;
      }
      throw new Error('notices are settled for ever');
    },
    heard: () => receiver.heard.map(({ event }) => event),
    ids: () => new Set(receiver.heard.map(({ delivery }) => delivery)),
    /** Numbers of what is still to be sent; undefined where nobody is to be told. */
    recorded: () => scene.outgoing()?.notices.map(({ id }) => id),
    close: async () => {
      outbox.stop();
      await scene.close();
      await receiver.close();
    },
  };
}

export type ToldScene = Awaited<ReturnType<typeof toldScene>>;

/** A task fails, a person asks for another try, and everything is done: what is told after each. */
export const STORY: readonly {
  readonly step: (scene: ToldScene['scene']) => Promise<unknown>;
  readonly told: readonly string[];
}[] = [
  { step: (scene) => scene.run('A').fail(), told: ['needs-person', 'stalled'] },
  {
    step: async (scene) => {
      await scene.comment('A', '/retry');
      scene.later(3_600_000);
    },
    told: [],
  },
  { step: (scene) => scene.run('A').complete(), told: ['wave-done', 'plan-done'] },
];
