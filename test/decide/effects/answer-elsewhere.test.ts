import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { APP, STRANGER, WRITER } from '../../support/pure-world.ts';
import { PLAN, town } from '../town.ts';

describe('a command on an issue of a former plan', () => {
  /** #1 to #5 are of a plan that is over; #6 and on of the one that came after it. */
  function followed() {
    const { world, settle, finish } = town();
    finish(PLAN);
    const next = { ...PLAN, id: 'next' };
    settle(next);
    world.tick(60);
    const said = (issue: number) =>
      world.comments.filter((each) => each.issue === issue && each.author === APP).map(({ body }) => body);
    return { world, pass: () => settle(next), said };
  }

  it('is answered once with where commands count, and moves nothing', () => {
    const { world, pass, said } = followed();
    world.comment(3, WRITER, '/retry');

    pass();
    pass();

    expect(said(3)).toHaveLength(1);
    expect(said(3)[0]).toContain('#6');
    expect(world.issue(3)).toMatchObject({ open: false, labels: [LABEL.task, 'wave:1'] });
  });

  it.each([
    ['words alone', WRITER, 'Well done'],
    ['somebody who may not write', STRANGER, '/retry'],
  ])('is none where it is by %s', (_, by, text) => {
    const { world, pass, said } = followed();
    world.comment(3, by, text);

    pass();

    expect(said(3)).toEqual([]);
  });
});
