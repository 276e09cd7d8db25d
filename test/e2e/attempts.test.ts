import { describe, expect, it } from 'vitest';
import { LABEL } from '../../src/state/names.ts';
import { onOneStage } from './support/stage.ts';

describe('a task that keeps failing', () => {
  const play = onOneStage(
    {
      tasks: [
        { id: 'A-001' },
        { id: 'A-002', needs: ['A-001'] },
        { id: 'A-003', needs: ['A-001'] },
        { id: 'A-004', needs: ['A-002', 'A-003'] },
      ],
    },
    async ({ session, spoil }) => {
      await spoil('A-002', 3);
      await session.start();
    },
  );

  it(
    'is tried three times, each time told why the last one failed, and then a person is asked once',
    play(async ({ eventually, labels, comments, record, brief, runsOf }) => {
      await eventually('a person is asked', () => labels('A-002').includes(LABEL.needsHuman));
      await eventually('a comment says why', () =>
        comments('A-002').some(({ body }) => body.includes('needs a person')),
      );

      await eventually('its runs are over', () => runsOf('A-002').every(({ status }) => status === 'completed'));

      expect(record('A-002').history.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
        [1, 'verification'],
        [2, 'verification'],
        [3, 'verification'],
      ]);
      expect(runsOf('A-002').map(({ conclusion }) => conclusion)).toEqual(['failure', 'failure', 'failure']);
      expect(await brief('A-002', 1)).not.toContain('failed');
      expect(await brief('A-002', 2)).toContain('Why attempt 1 failed');
      expect(await brief('A-002', 2)).toContain('spoiled A-002 in attempt 1');
      expect(await brief('A-002', 3)).toContain('spoiled A-002 in attempt 2');
      const asking = comments('A-002').filter(({ body }) => body.includes('needs a person'));
      expect(asking).toHaveLength(1);
      expect(asking[0]?.author).toBe('agent-waves[bot]');
      expect(asking[0]?.body).toContain('spoiled A-002 in attempt 3');
    }),
  );

  it(
    'stops what depends on it and nothing else',
    play(async ({ eventually, statuses, landings, labels, issue, read, rest, runsOf }) => {
      await eventually('A-003 is closed', () => issue('A-003').state === 'closed');
      await rest();

      expect(await statuses()).toEqual({
        'A-001': 'completed',
        'A-002': 'blocked',
        'A-003': 'completed',
        'A-004': 'blocked',
      });
      expect((await landings()).map(({ task }) => task)).toEqual(['A-001', 'A-003']);
      expect(runsOf('A-004')).toEqual([]);
      expect(labels('A-002')).not.toContain(LABEL.running);
      expect(await read('PROGRESS.md')).toContain('/retry');
    }),
  );

  it(
    'goes on after /retry with the next number, and the plan is finished',
    play(async ({ say, finished, landings, record, labels, brief }) => {
      await say('A-002', '/retry Mind the spoils.');
      await finished();

      expect((await landings()).map(({ task, attempt }) => [task, attempt])).toEqual([
        ['A-001', 1],
        ['A-003', 1],
        ['A-002', 4],
        ['A-004', 1],
      ]);
      expect(record('A-002')).toMatchObject({ attempt: 4, dispatch: 4 });
      expect(labels('A-002')).not.toContain(LABEL.needsHuman);
      expect(await brief('A-002', 4)).toContain('Mind the spoils.');
    }),
  );
});
