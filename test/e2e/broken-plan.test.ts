import { describe, expect, it } from 'vitest';
import { PLAN_PATH, planText } from './support/repository.ts';
import { onOneStage } from './support/stage.ts';

const TASKS = [{ id: 'FIRST' }, { id: 'SECOND' }, { id: 'THIRD', needs: ['FIRST'] }];
const CYCLE = [{ id: 'FIRST', needs: ['THIRD'] }, { id: 'SECOND' }, { id: 'THIRD', needs: ['FIRST'] }];

describe('a plan that breaks while it runs', () => {
  const play = onOneStage({ tasks: TASKS }, async ({ session, closeDoor, atWork }) => {
    await closeDoor('FIRST', 'SECOND');
    await session.start();
    await Promise.all([atWork('FIRST'), atWork('SECOND')]);
  });

  it(
    'stops new dispatches and says so on the plan issue; what runs lands',
    play(async ({ write, issue, openDoor, eventually, landings, passes, comments, runsOf }) => {
      await write(PLAN_PATH, planText(CYCLE));
      await eventually('the plan issue names the cycle', () => issue('plan').body?.includes('FIRST → THIRD → FIRST'));
      await openDoor('FIRST');
      await eventually('FIRST lands', async () => (await landings()).some(({ task }) => task === 'FIRST'));
      await eventually('it reports', () => comments('FIRST').some(({ body }) => body.includes('completed')));
      await passes(3);

      expect(runsOf('THIRD')).toEqual([]);
      expect(issue('plan').body).toContain(`${PLAN_PATH}:`);
    }),
  );

  it(
    'goes on to its end when it is mended',
    play(async ({ write, openDoor, finished, landings, issue }) => {
      await write(PLAN_PATH, planText(TASKS));
      await openDoor('SECOND');
      await finished();

      expect((await landings()).map(({ task }) => task).sort()).toEqual(['FIRST', 'SECOND', 'THIRD']);
      expect(issue('plan').body).not.toContain('→ FIRST');
    }),
  );
});
