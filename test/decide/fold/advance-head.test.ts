import { describe, expect, it } from 'vitest';
import { writeTrailers } from '../../../src/state/landing-trailers.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import type { BaseCommit } from '../../../src/state/snapshot.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { WRITER } from '../../support/pure-world.ts';
import { keys, LIVE, scene } from '../scene.ts';

/** Task A (#3) runs as d1, everything is written, and the last look was at `since`. */
function town() {
  const of = scene({
    plan: planOf([taskOf({ id: 'A' })]),
    planRecord: { head: 'e'.repeat(40) },
    records: { A: { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, run: 900 } } },
  });
  const { world } = of;
  const since = 'e'.repeat(40);
  const { repository } = world.snapshot({ plan: undefined, config: undefined, progress: undefined });
  /** Newest first. */
  const commits: BaseCommit[] = [];
  const pass = ({ whole = false } = {}) => {
    const head = commits[0]?.oid ?? since;
    // A reading from the beginning holds the last look as well.
    const all = whole ? [...commits, { oid: since, message: 'Begin', parents: [] }] : [...commits];
    const decision = of.look({ base: { commits: all, since, whole }, repository: { ...repository, head } });
    world.apply(decision, { answer: 'named' });
    return keys(decision);
  };
  const push = (times: number, message = 'Tidy up') => {
    for (let left = times; left > 0; left--)
      commits.unshift({ oid: String(commits.length + 1).padStart(40, 'c'), message, parents: [] });
  };
  pass();
  pass();
  return {
    world,
    pass,
    push,
    since,
    tip: () => commits[0]?.oid,
    land: (dispatch: number, task = 'A', issue = 3) => {
      const inputs = { task: task as never, issue, attempt: 1, slice: 1, dispatch };
      push(1, `Work\n\n${writeTrailers({ dispatch: inputs, run: 900, checks: [] })}`);
    },
    head: () => readGroupRecord(world.issue(1).body)?.head,
  };
}

describe('the last look at the base', () => {
  it('is worth no write of its own until a hundred commits came since', () => {
    const { push, pass, head, since, tip } = town();
    push(100);

    expect([pass(), head()]).toEqual([[], since]);
    push(1);
    expect(pass()).toEqual(['body:1']);

    expect(head()).toBe(tip());
  });

  it('is worth one where the base had to be read from its beginning', () => {
    const { push, pass, head, since, tip } = town();
    expect([pass({ whole: true }), head()]).toEqual([[], since]);
    push(1);

    expect(pass({ whole: true })).toEqual(['body:1']);

    expect(head()).toBe(tip());
  });

  it('moves along with what is written anyway', () => {
    const { push, pass, head, tip, world } = town();
    push(3);
    world.comment(1, WRITER, '/pause');

    pass();

    expect(head()).toBe(tip());
  });

  it('does not move past work that no record tells of yet', () => {
    const { push, pass, head, land, since, world } = town();
    land(1);
    push(101);
    pass();
    world.comment(1, WRITER, '/pause');

    pass();

    expect(head()).toBe(since);
  });

  it.each<[string, [number, string?, number?]]>([
    ['of a dispatch that there never was', [0]],
    ['of another issue', [1, 'A', 30]],
    ['of a task that nobody knows', [1, 'X', 3]],
  ])('moves past work %s', (_, landing) => {
    const { push, pass, head, land, tip } = town();
    land(...landing);
    push(101);

    pass();

    expect(head()).toBe(tip());
  });
});
