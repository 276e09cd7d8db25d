import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { APP, STRANGER, TRIAGER, WRITER } from '../../support/pure-world.ts';
import { scene } from '../scene.ts';

/** #1 the plan, #2 its wave, #3 task A. */
function town() {
  const of = scene({ started: false });
  const { world, settle } = of;
  settle();
  world.tick(60);
  return {
    ...of,
    said: (issue: number) => {
      settle();
      return world.comments.filter((each) => each.issue === issue && each.author === APP).map(({ body }) => body);
    },
  };
}

describe('a label of people that does nothing', () => {
  it.each([
    ['start', LABEL.start],
    ['pause', LABEL.pause],
  ])('since who set it may not write is told of once: %s', (_, label) => {
    const { world, said } = town();
    world.label(3, label, TRIAGER);

    expect(said(3)).toHaveLength(1);
    expect(said(3)[0]).toContain(TRIAGER);
    expect(said(3)).toHaveLength(1);
  });

  it('is told of again when it is set again', () => {
    const { world, said } = town();
    world.label(3, LABEL.start, STRANGER);
    expect(said(3)).toHaveLength(1);
    world.unlabel(3, LABEL.start, STRANGER);
    world.tick(60);
    world.label(3, LABEL.start, STRANGER);

    expect(said(3)).toHaveLength(2);
  });

  it.each([
    ['completed', 'completed'],
    ['not_planned', 'closed'],
  ] as const)('since the wave is closed as %s is told of', (as, words) => {
    const { world, said } = town();
    world.close(2, as);
    const before = said(2).length;
    world.tick(60);
    world.label(2, LABEL.start, WRITER);

    expect(said(2).slice(before)).toEqual([expect.stringContaining(words)]);
  });

  it('since the wave was closed later is no news', () => {
    const { world, said } = town();
    world.label(2, LABEL.start, WRITER);
    const before = said(2).length;
    world.tick(60);
    world.close(2, 'not_planned');

    expect(said(2).slice(before)).toEqual([]);
  });
});

describe('a label of people that counts', () => {
  it('is answered by what it does', () => {
    const { world, said, view } = town();
    world.label(1, LABEL.start, WRITER);
    world.label(3, LABEL.pause, WRITER);

    expect(said(3)).toEqual([]);
    expect(view('A').state).toBe('held');
  });

  it('although nobody knows any more who set it holds a task back, and starts none', () => {
    const old = { labelled: new Map(), labelChanges: [] };
    const { world, set, said, view } = town();
    world.label(3, LABEL.pause, WRITER);
    set(3, old);
    expect([said(3), view('A').state]).toEqual([[], 'held']);
    world.label(4, LABEL.start, WRITER);
    set(4, old);

    expect(said(4)).toHaveLength(1);
  });
});
