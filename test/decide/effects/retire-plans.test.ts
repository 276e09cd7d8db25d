import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { WRITER } from '../../support/pure-world.ts';
import { PLAN, town } from '../town.ts';

describe('the issue of a plan that another one has replaced', () => {
  /** A person closes plan #1 before it is over, and #6 is the plan after it. */
  function replaced(change: (world: ReturnType<typeof town>['world']) => void = () => undefined) {
    const { world, settle } = town();
    const next = { ...PLAN, id: 'next' };
    settle(next);
    change(world);
    world.close(1, 'not_planned');
    for (const run of [...world.runs.values()]) if (!run.ended) world.end(run, 'cancelled');
    world.tick(600);
    settle(next);
    return { world, settle: () => settle(next) };
  }

  it('says which one took its place, how far it had come, and nothing of a question any more', () => {
    const { world } = replaced();
    const after = world.kind(LABEL.plan).find(({ number }) => number !== 1);

    const { body } = world.issue(1);

    expect(body).toContain(`#${after?.number}`);
    expect(body).not.toContain('Nothing new is dispatched until');
    expect(body).not.toContain('"question"');
  });

  it('keeps what people wrote there', () => {
    const { world } = replaced((of) => of.editBody(1, `Ours, by hand.\n\n${of.issue(1).body}`, WRITER));

    expect(world.issue(1).body).toMatch(/^Ours, by hand\.\n\n/);
    expect(world.issue(1).body).toContain('#6');
  });

  it('is written once', () => {
    const { world, settle } = replaced();
    const { body } = world.issue(1);

    settle();

    expect(world.issue(1).body).toBe(body);
  });
});
