import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { scene } from '../scene.ts';

/** Waves 1 (#2: A #4) and 2 (#3: B #5); wave 1 alone is started. */
function town(settings = '') {
  const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', wave: 2 })]);
  const of = scene({ plan, config: configOf(settings), started: false });
  const { world, settle } = of;
  world.label(2, LABEL.start, WRITER);
  settle();
  world.tick(60);
  return {
    ...of,
    said: () => world.comments.filter(({ issue, author }) => issue === 2 && author === APP).map(({ body }) => body),
    wave: () => readGroupRecord(world.issue(2).body),
    done: () => {
      world.close(4, 'completed');
      settle();
      world.tick(60);
    },
  };
}

describe('a wave that is done', () => {
  it('is summed up once, in its record and in a comment', () => {
    const { done, said, wave, settle } = town();
    expect([said(), wave()?.summary]).toEqual([[], undefined]);
    done();
    settle();

    expect(said()).toHaveLength(1);
    expect(wave()?.summary).toContain('A');
    expect(wave()?.goesOn).toBeUndefined();
  });

  it('says which one starts next, where that is by itself', () => {
    const [alone, auto, started] = [town(), town('advance: auto\n'), town('advance: auto\n')];
    started.world.label(3, LABEL.start, WRITER);
    for (const one of [alone, auto, started]) one.done();

    expect(alone.said().join()).not.toContain('Wave 2');
    expect(auto.said().join()).toContain('Wave 2');
    expect(started.said().join()).not.toContain('Wave 2');
  });

  it('says of no next one where nothing of that is left', () => {
    const { world, done, said, settle } = town('advance: auto\n');
    world.close(5, 'completed');
    settle();
    done();

    expect(said().join()).not.toContain('Wave 2');
  });

  it('is summed up again when it has come to its end again', () => {
    const { world, done, said, settle, wave } = town();
    done();
    world.reopen(4);
    settle();
    expect(wave()?.goesOn).toBe(true);
    expect(world.issue(2).open).toBe(true);
    world.tick(60);
    world.comment(4, WRITER, '/skip');
    settle();

    expect(said()).toHaveLength(2);
    expect(wave()?.goesOn).toBeUndefined();
    expect(world.issue(2).open).toBe(false);
  });

  it('stays as it is where a person closed it before', () => {
    const { world, said, settle, wave } = town();
    world.close(2, 'completed', WRITER);
    settle();
    world.close(4, 'completed');
    settle();

    expect([said(), wave()?.summary]).toEqual([[], undefined]);
  });
});
