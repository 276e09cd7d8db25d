import { describe, expect, it } from 'vitest';
import { rehearsed } from './support/stage.ts';

const DIAMOND = [
  { id: 'A-001' },
  { id: 'A-002', needs: ['A-001'] },
  { id: 'A-003', needs: ['A-001'] },
  { id: 'A-004', needs: ['A-002', 'A-003'] },
];

/** Requests of the app after which its process is killed: while it makes issues, dispatches, concludes, closes. */
const MOMENTS = deaths({ seed: 20261123, count: 8, upTo: 14 });

describe.concurrent('a plan is finished, each task once, although', () => {
  it('every webhook is dropped: the timer and the periodic pass see it through', () =>
    rehearsed(
      { tasks: DIAMOND, faults: [{ on: 'webhook', deliver: 'never', count: Number.POSITIVE_INFINITY }] },
      async ({ session, finished, landings }) => {
        await session.start();
        await finished();

        expect(session.github.webhooksSent()).toBe(0);
        expect((await landings()).map(({ task }) => task).sort()).toEqual(['A-001', 'A-002', 'A-003', 'A-004']);
      },
    ));

  it(`the app is killed and started again after ${MOMENTS.join(', ')} further requests`, () =>
    rehearsed({ tasks: DIAMOND }, async ({ session, finished, landings, record, comments, eventually }) => {
      const { app, requests } = session;
      const asked = () => requests.filter(({ actor }) => actor === 'agent-waves[bot]').length;
      await session.start();
      let kills = 0;
      for (const moment of MOMENTS) {
        const from = asked();
        await eventually('the app comes so far', () => asked() >= from + moment || session.planIssueClosed());
        if (session.planIssueClosed()) break;
        await app.end('SIGKILL');
        await app.start();
        kills += 1;
      }
      await finished();

      expect(kills).toBeGreaterThanOrEqual(4);
      expect((await landings()).map(({ task }) => task).sort()).toEqual(['A-001', 'A-002', 'A-003', 'A-004']);
      for (const { id } of DIAMOND) {
        expect(record(id)).toMatchObject({ attempt: 1, dispatch: 1 });
        expect(comments(id)).toHaveLength(1);
      }
    }));
});

/** Numbers from 1 to `upTo`, the same for the same seed. */
function deaths({ seed, count, upTo }: { seed: number; count: number; upTo: number }): readonly number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return 1 + (Math.floor(state / 2 ** 16) % upTo);
  });
}
