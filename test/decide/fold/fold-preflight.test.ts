import { describe, expect, it } from 'vitest';
import type { RepositoryFacts } from '../../../src/state/preflight/facts.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { WRITER } from '../../support/pure-world.ts';
import { factsWith, untold } from '../../support/repository-facts.ts';
import { keys, scene } from '../scene.ts';

const PUSH = configOf('landing: push\n');
const ARCHIVED: Partial<RepositoryFacts> = { isArchived: true };
/** Nobody tells an app which secrets there are. */
const SECRET: Partial<RepositoryFacts> = {
  secrets: {
    environment: untold('environments: read'),
    repository: untold('secrets: read'),
    organization: untold('secrets: read'),
  },
};

/** #3 is task A, #4 task B; both may start. */
function town(given: Parameters<typeof scene>[0] = {}) {
  const of = scene({ plan: planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' })]), config: PUSH, ...given });
  return {
    ...of,
    record: () => readGroupRecord(of.world.issue(1).body),
    /** A pass that has read how the repository is set up. */
    pass: (facts?: Partial<RepositoryFacts>, change: Parameters<typeof of.look>[0] = {}) => {
      const decision = of.look(facts ? { facts: factsWith(facts), ...change } : change);
      of.world.apply(decision, { answer: 'named' });
      return decision;
    },
  };
}

describe('how a repository is set up', () => {
  it('holds the plan where it keeps work from landing, with what is to be done', () => {
    const { pass, record } = town();

    const decision = pass(ARCHIVED);

    expect(keys(decision, 'dispatch')).toEqual([]);
    expect(decision.notice).toContain('archived');
    expect(record()?.refusal?.cause).toMatchObject({
      kind: 'preflight',
      refused: [{ what: expect.stringContaining('archived'), fix: expect.any(String), page: expect.any(String) }],
    });
    // It stands until somebody has looked again.
    expect(pass().notice).toBe(decision.notice);
  });

  it('lets the plan go on once it is read again and is right', () => {
    const { pass, record } = town();
    pass(ARCHIVED);

    const decision = pass({});

    expect(keys(decision, 'dispatch')).toHaveLength(2);
    expect([decision.notice, record()?.refusal]).toEqual([undefined, undefined]);
    expect(record()?.preflight?.key).toBeDefined();
  });

  it('says nothing against what GitHub itself refused', () => {
    const refusal = { at: '2026-03-02T08:00:00Z', cause: { kind: 'dispatch-refused', message: 'no' } } as const;
    const { pass, record } = town({ planRecord: { refusal } });

    expect(keys(pass({}), 'dispatch')).toEqual([]);
    expect(record()?.refusal).toEqual(refusal);
  });

  it('starts everything where all of it is known', () => {
    expect(keys(town().pass({}), 'dispatch')).toHaveLength(2);
  });
});

describe('where nobody tells whether a run could be paid for', () => {
  it('the first run goes alone and looks, and the others start when its claim says that it found nothing', () => {
    const { pass, record, view } = town();

    const first = pass(SECRET);

    expect(keys(first, 'dispatch')).toHaveLength(1);
    expect(record()?.preflight?.unknown).toEqual(['secrets']);
    expect(view('A', first).record.live?.probe).toBe(true);
    expect(first.wakeAt).toBeDefined();
    expect(keys(pass(), 'dispatch')).toEqual([]);
    const told = pass(undefined, { probed: { issue: 3, dispatch: 1 } });
    expect(keys(told, 'dispatch')).toEqual(['dispatch:4:1:1']);
    expect(record()?.preflight?.unknown).toBeUndefined();
  });

  it('a claim of another dispatch, or of another task, tells nothing', () => {
    const { pass, record } = town();
    pass(SECRET);

    expect(keys(pass(undefined, { probed: { issue: 3, dispatch: 2 } }), 'dispatch')).toEqual([]);
    expect(keys(pass(undefined, { probed: { issue: 4, dispatch: 1 } }), 'dispatch')).toEqual([]);
    expect(record()?.preflight?.unknown).toEqual(['secrets']);
  });

  it('its claim is looked at soon, and later more rarely', () => {
    const { pass, look, world } = town();
    pass(SECRET);

    const waits = [0, 60].map((seconds) => {
      world.tick(seconds);
      return ((look({ runs: [] }).wakeAt ?? 0) - world.now) / 1_000;
    });

    expect(waits).toEqual([10, 15]);
  });

  it('no run has to look where work has landed before', () => {
    const commit = 'c'.repeat(40);
    const done = { run: 900, commit, at: '2026-03-02T09:00:00Z', checks: {}, summary: '' };
    const { pass, world, record } = town({ records: { A: { dispatch: 1, attempt: 1, slice: 1, done } } });
    world.close(3, 'completed', WRITER);

    pass(SECRET);

    expect(record()?.preflight?.unknown).toBeUndefined();
  });
});
