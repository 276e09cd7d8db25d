import { describe, expect, it } from 'vitest';
import { withOccasion } from '../../../src/state/occasion.ts';
import { APP, STRANGER } from '../../support/pure-world.ts';
import { failed, keys, scene } from '../scene.ts';

describe('a comment that is due', () => {
  const due = () => scene({ records: { A: failed(3) } });

  it('is not written where this process has written it, though reads do not show it yet', () => {
    const of = due();
    const [key] = keys(of.look(), 'comment');

    expect(key).toBe('escalate:3:3');
    expect(keys(of.look({ said: new Set([`3 ${key}`]) }), 'comment')).toEqual([]);
    expect(keys(of.look({ said: new Set([`4 ${key}`]) }), 'comment')).toEqual([key]);
  });

  it.each([
    ['is not written where the app has written it', APP, []],
    ['is written where somebody else pretends that it was', STRANGER, ['escalate:3:3']],
  ])('%s', (_, author, expected) => {
    const of = due();

    of.world.comment(3, author, withOccasion('Somebody has to look.', 'escalate:3:3'));

    expect(keys(of.look(), 'comment')).toEqual(expected);
  });
});
