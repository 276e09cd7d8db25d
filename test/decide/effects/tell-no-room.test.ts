import { describe, expect, it } from 'vitest';
import { MAX_BODY } from '../../../src/state/body-room.ts';
import { LABEL } from '../../../src/state/names.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { keys, scene } from '../scene.ts';

/** #1 the plan, #2 its wave, #3 task A, #4 task B; what people wrote into one of them leaves no room. */
function filled(number: number) {
  const of = scene();
  const { world } = of;
  const pass = () => {
    const decision = of.look();
    world.apply(decision, { answer: 'named' });
    return decision;
  };
  pass();
  world.tick(600);
  const { body } = world.issue(number);
  world.editBody(number, `${'x'.repeat(MAX_BODY - body.length - 2)}\n\n${body}`, WRITER);
  const said = () => world.comments.filter((each) => each.author === APP && each.issue === number).length;
  return { ...of, pass, said, empty: () => world.editBody(number, body, WRITER) };
}

describe.each([
  ['a wave', 2],
  ['a task', 3],
])('%s in whose issue people left no room', (_, number) => {
  it('is told of once, with the label that asks for a person, and nothing is written there', () => {
    const { pass, said, world } = filled(number);
    // Something is to be remembered there.
    world.comment(number, WRITER, '/pause');

    const decision = pass();
    pass();

    expect(keys(decision)).toEqual(expect.arrayContaining([`no-room:${number}`, `no-room-label:${number}`]));
    expect(keys(decision)).not.toContain(`body:${number}`);
    expect(world.issue(number).labels).toContain(LABEL.needsHuman);
    expect(said()).toBe(1);
  });

  it('has the label no longer once there is room again, and what was said there is heard', () => {
    const { pass, world, empty, view, look } = filled(number);
    world.comment(number, WRITER, '/pause');
    pass();
    world.tick(60);
    empty();

    pass();
    pass();

    expect(world.issue(number).labels).not.toContain(LABEL.needsHuman);
    expect(look().effects).toEqual([]);
    expect(world.issue(number).body).toContain('"pause"');
    expect(view('B').state).not.toBe('running');
  });
});
