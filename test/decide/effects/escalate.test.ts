import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { failed, scene } from '../scene.ts';

/** Waves 1 (#2: A #4) and 2 (#3: B #5 after A); nothing is started yet. B has failed for good, or what is named. */
function town(settings = '', failing: 'A' | 'B' = 'B') {
  const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'], wave: 2 })]);
  const of = scene({ plan, config: configOf(settings), started: false, records: { [failing]: failed(3) } });
  of.world.tick(600);
  return {
    ...of,
    /** Whoever is given the issue, and what people read there. */
    asked: () => {
      const { effects } = of.look();
      const assigned = effects.flatMap((effect) => (effect.kind === 'assign' ? effect.logins : []));
      const said = effects.flatMap((effect) =>
        effect.key.startsWith('escalate:') && effect.kind === 'comment' ? [effect.body] : [],
      );
      return { assigned, said };
    },
  };
}

describe('help is asked of', () => {
  it.each([
    ['the task itself', 5],
    ['its wave', 3],
    ['the plan', 1],
  ])('whoever started %s', (_, issue) => {
    const { world, asked } = town();
    world.label(issue, LABEL.start, WRITER);

    expect(asked().assigned).toEqual([WRITER]);
    expect(asked().said.join()).toContain(`@${WRITER}`);
  });

  it('whoever started what needs the task', () => {
    const { world, asked } = town('', 'A');
    world.label(5, LABEL.start, WRITER);

    expect(asked().assigned).toEqual([WRITER]);
  });

  it('whoever started the wave before, where the plan goes on by itself', () => {
    const [alone, auto] = [town(), town('advance: auto\n')];
    for (const { world } of [alone, auto]) world.label(2, LABEL.start, WRITER);

    expect(alone.asked().assigned).toEqual([]);
    expect(auto.asked().assigned).toEqual([WRITER]);
  });

  it('nobody by name where nobody started it, or the app put the label back', () => {
    const { world, asked } = town();
    expect(asked()).toMatchObject({ assigned: [], said: [expect.any(String)] });
    world.label(1, LABEL.start, APP);

    expect(asked().assigned).toEqual([]);
    expect(asked().said.join()).not.toContain('@');
  });

  it('those whom the configuration names, of whom ten people are given the issue and no team', () => {
    const people = Array.from({ length: 12 }, (_, nth) => `p${nth}`);
    const { asked } = town(`escalate_to: [acme/leads, ${people.join(', ')}]\n`);

    expect(asked().assigned).toEqual(people.slice(0, 10));
    expect(asked().said.join()).toContain('@acme/leads');
  });

  it('once after each dispatch', () => {
    const { world, asked, look } = town();
    world.label(1, LABEL.start, WRITER);
    world.apply(look(), { answer: 'named' });

    expect(asked()).toEqual({ assigned: [], said: [] });
  });
});
