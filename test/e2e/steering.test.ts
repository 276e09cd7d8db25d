import { describe, expect, it } from 'vitest';
import { LABEL } from '../../src/state/names.ts';
import { onOneStage } from './support/stage.ts';

/** Each step begins where the one before it ended. */
describe('a lead steers a plan by labels and comments', () => {
  const play = onOneStage(
    {
      tasks: [
        { id: 'ONE-1', wave: 1 },
        { id: 'ONE-2', wave: 1 },
        { id: 'TWO-1', wave: 2, needs: ['ONE-1'] },
        { id: 'TWO-2', wave: 2, needs: ['ONE-1', 'ONE-2'] },
        { id: 'TWO-3', wave: 2, needs: ['TWO-1'] },
        { id: 'THREE-1', wave: 3, needs: ['TWO-3'] },
        { id: 'THREE-2', wave: 3, needs: ['THREE-1'] },
      ],
    },
    async ({ eventually, label, issue }) => {
      await eventually('the wave issues are there', () => issue('wave 3'));
      await label('wave 1', LABEL.start);
    },
  );

  it(
    'only tasks of the started wave run, however ready others are',
    play(async ({ eventually, landings, rest, statuses, runsOf, issue }) => {
      await eventually('wave 1 is closed', () => issue('wave 1').state === 'closed');
      await rest();

      expect((await landings()).map(({ task }) => task).sort()).toEqual(['ONE-1', 'ONE-2']);
      expect(runsOf('TWO-1')).toEqual([]);
      expect(await statuses()).toMatchObject({ 'ONE-1': 'completed', 'TWO-1': 'pending', 'TWO-2': 'pending' });
    }),
  );

  it(
    'a pause label on the plan holds new dispatches while what runs lands',
    play(async ({ closeDoor, openDoor, label, atWork, rest, landings, runsOf, issue, eventually }) => {
      await closeDoor('TWO-1', 'TWO-2');
      await label('wave 2', LABEL.start);
      await Promise.all([atWork('TWO-1'), atWork('TWO-2')]);
      await label('plan', LABEL.pause);
      await openDoor('TWO-1', 'TWO-2');
      await eventually('both are closed', () => ['TWO-1', 'TWO-2'].every((id) => issue(id).state === 'closed'));
      await rest();

      expect((await landings()).map(({ task }) => task)).toEqual(expect.arrayContaining(['TWO-1', 'TWO-2']));
      expect(runsOf('TWO-3')).toEqual([]);
    }),
  );

  it(
    '/why names the pause and how to end it',
    play(async ({ say, comments, eventually }) => {
      await say('TWO-3', '/why');
      const answer = await eventually('an answer', () =>
        comments('TWO-3').find(({ author }) => author.endsWith('[bot]')),
      );

      expect(answer.author).toBe('agent-waves[bot]');
      expect(answer.body).toContain('the plan is paused; remove `agent:pause` or comment `/resume`');
    }),
  );

  it(
    'taking the pause label away lets the plan go on, as far as waves are started',
    play(async ({ unlabel, eventually, issue, rest, runsOf }) => {
      await unlabel('plan', LABEL.pause);
      await eventually('wave 2 is closed', () => issue('wave 2').state === 'closed');
      await rest();

      expect(issue('TWO-3').state_reason).toBe('completed');
      expect(runsOf('THREE-1')).toEqual([]);
    }),
  );

  it(
    '/pause on a wave holds it although it is started, and /resume lets it go on to the end of the plan',
    play(async ({ say, label, rest, runsOf, finished, landings, eventually, record, issue }) => {
      await say('wave 3', '/pause');
      await label('wave 3', LABEL.start);
      await rest();
      expect(runsOf('THREE-1')).toEqual([]);
      await say('wave 3', '/resume');
      await finished();

      expect(await landings()).toHaveLength(7);
      expect(record('THREE-2').done?.commit).toBe((await landings()).at(-1)?.commit);
      await eventually('every issue is closed', () => issue('wave 3').state === 'closed');
    }),
  );
});
