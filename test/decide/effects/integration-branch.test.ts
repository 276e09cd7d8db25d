import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/decide/effects/effect.ts';
import { LABEL } from '../../../src/state/names.ts';
import type { PullView } from '../../../src/state/pull-view.ts';
import { type IntegrationBranch, instant, type Snapshot } from '../../../src/state/snapshot.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { BEGIN, TRIAGER, WRITER } from '../../support/pure-world.ts';
import { DONE, keys, scene } from '../scene.ts';

const BASE = 'agent-waves/daw';

/** Waves 1 (A, B) and 2 (C, after A); work lands on a branch of the plan. */
function apart(records: Parameters<typeof scene>[0] = {}) {
  const of = scene({
    plan: planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' }), taskOf({ id: 'C', dependencies: ['A'], wave: 2 })]),
    apart: BASE,
    ...records,
  });
  const seen = (change: Partial<IntegrationBranch>): Partial<Snapshot> => {
    const { repository } = of.world.snapshot({ plan: undefined, config: undefined, progress: undefined });
    const base: IntegrationBranch = { branch: BASE, exists: true, defaultHead: of.world.defaultHead, behind: false };
    return { repository: { ...repository, integrationBranch: { ...base, ...change } } };
  };
  const pass = (): Decision => {
    const decision = of.look();
    of.world.apply(decision, { answer: 'silent' });
    return decision;
  };
  const settle = (): Decision => {
    for (let left = 8; left > 0; left--) if ((pass().wakeAt ?? of.world.now + 1) > of.world.now) break;
    const rest = of.look();
    expect(keys(rest), 'nobody makes a pass that was not asked for').toEqual([]);
    return rest;
  };
  return { ...of, seen, pass, settle };
}

/** Both tasks of wave 1 have landed, and their issues are closed. */
function firstWaveDone() {
  const done = { A: { done: { ...DONE, cost_usd: 0.5 } }, B: { done: { ...DONE, commit: 'd'.repeat(40) } } };
  const of = apart({ records: done });
  of.world.branches.set(BASE, of.world.defaultHead);
  for (const id of ['A', 'B']) of.world.close(of.number(id), 'completed');
  return of;
}

describe('a branch for the plan', () => {
  it('is made from the default branch before anything is dispatched', () => {
    const { pass, look, world } = apart();

    const first = pass();

    expect(first.effects.find(({ kind }) => kind === 'create-branch')).toMatchObject({
      ...{ key: `branch:${BASE}`, branch: BASE, from: world.defaultHead },
    });
    expect([keys(first, 'dispatch'), first.wakeAt]).toEqual([[], world.now]);
    expect(keys(look(), 'dispatch')).toHaveLength(2);
  });

  it('is not made before somebody starts something', () => {
    expect(keys(apart({ started: false }).look(), 'create-branch')).toEqual([]);
  });

  it('holds the plan where GitHub does not let it be made, and is tried again after /resume', () => {
    const { look, seen, world } = apart();
    const refused = seen({ exists: false, refused: 'Repository rule violations found' });

    const held = look(refused);
    world.apply(held, { answer: 'silent' });
    world.tick();
    world.comment(1, WRITER, '/resume');

    expect(held.notice).toContain(`GitHub refused to make the branch ${BASE}: Repository rule violations found`);
    expect(keys(held, 'create-branch')).toEqual([]);
    expect(keys(look(refused), 'create-branch')).toEqual([`branch:${BASE}`]);
  });

  it('is kept current with the default branch', () => {
    const { look, seen, world } = apart();

    const decision = look(seen({ behind: true }));

    expect(keys(decision, 'merge-branch')).toEqual([`merge:${BASE}:${world.defaultHead}`]);
    expect(keys(decision, 'dispatch')).toHaveLength(2);
  });

  it('that conflicts with the default branch is told of once and goes on', () => {
    const { look, seen, world } = apart();
    const conflict = seen({ behind: true, conflict: 'Merge conflict' });
    world.tick();

    const decision = look(conflict);
    world.apply(decision, { answer: 'silent' });

    expect([keys(decision, 'merge-branch'), keys(decision, 'comment')]).toEqual([[], ['conflict:1']]);
    expect(keys(decision, 'dispatch')).toHaveLength(2);
    expect(keys(look(conflict), 'comment')).toEqual([]);
    world.tick();
    world.apply(look(seen({})), { answer: 'silent' });
    expect(keys(look(conflict), 'comment')).toEqual(['conflict:1']);
  });

  it('that may conflict no longer is looked at once more after it is tried, so that the conflict is forgotten', () => {
    const { look, seen, world } = apart();
    world.apply(look(seen({ behind: true, conflict: 'Merge conflict' })), { answer: 'silent' });

    const tried = look(seen({ behind: true }));
    world.apply(tried, { answer: 'silent' });
    const merged = look(seen({}));
    world.apply(merged, { answer: 'silent' });

    expect([keys(tried, 'merge-branch').length, tried.wakeAt]).toEqual([1, world.now]);
    expect(keys(merged)).toEqual(['body:1']);
    expect(keys(look(seen({})))).toEqual([]);
  });
});

describe('a wave that is done', () => {
  it('goes to the default branch by one pull request with its evidence', async () => {
    const { look } = firstWaveDone();

    const opened = look().effects.find((effect) => effect.kind === 'open-pull');

    expect(opened).toMatchObject({ branch: `${BASE}-wave-1`, base: 'main', title: 'Wave 1: Foundation' });
    await expect(opened?.kind === 'open-pull' ? opened.body : '').toMatchFileSnapshot('cases/wave-pull.md');
  });

  it('asks for one pull request, whatever is seen of it when', () => {
    const { settle, world } = firstWaveDone();

    settle();
    settle();

    expect([...world.pulls.values()].map(({ branch }) => branch)).toEqual([`${BASE}-wave-1`]);
    const [wave] = world.kind(LABEL.wave);
    expect([wave?.open, wave?.body]).toEqual([false, expect.stringContaining('merged into the default branch: #7')]);
  });

  it('says so where GitHub does not open it, and asks no more', () => {
    const { look, world } = firstWaveDone();
    const refused = { opened: new Map([[`${BASE}-wave-1`, { refused: 'No commits between main and it' }]]) };

    const decision = look(refused);
    world.apply({ effects: decision.effects.filter(({ kind }) => kind !== 'open-pull') }, { answer: 'silent' });

    expect(keys(decision, 'comment').filter((key) => key.startsWith('pull'))).toEqual([
      `pull-refused:${world.kind(LABEL.wave)[0]?.number}`,
    ]);
    expect([keys(look(refused), 'open-pull'), keys(look(refused), 'comment')]).toEqual([[], []]);
  });

  it('asks a person once when its pull request is closed unmerged', () => {
    const { settle, pass, world } = firstWaveDone();
    settle();
    world.changePull(7, { state: 'closed', closedAt: instant(world.now), closedBy: WRITER });

    const decision = pass();

    expect(keys(decision, 'comment')).toEqual(['pull-closed:2']);
    expect(keys(decision, 'add-labels')).toContain(`label:2:${LABEL.needsHuman}`);
    expect(keys(settle(), 'comment')).toEqual([]);
  });
});

describe('the pull request of a wave that somebody closed who may not write', () => {
  const closedBy = (by: string, seconds: number) =>
    ({ state: 'closed', closedBy: by, closedAt: instant(BEGIN + seconds * 1_000) }) as const;
  const said = ({ world }: ReturnType<typeof apart>) =>
    world.comments.filter(({ issue }) => issue === 2).map(({ body }) => body);

  it('is open again, and that is said once', () => {
    const of = firstWaveDone();
    of.settle();
    const before = said(of).length;
    of.world.tick(60);
    of.world.changePull(7, closedBy(TRIAGER, 60));

    of.settle();

    expect(of.world.pulls.get(7)?.state).toBe('open');
    expect(said(of).slice(before)).toHaveLength(1);
    expect(of.world.issue(2).labels).not.toContain(LABEL.needsHuman);
  });

  it('is closed in the end where it cannot be opened: a person decides what becomes of the wave', () => {
    const of = firstWaveDone();
    of.settle();
    of.world.tick(60);
    of.world.changePull(7, closedBy(TRIAGER, 60));
    of.settle();
    of.world.changePull(7, closedBy(TRIAGER, 60));
    of.world.tick(59);
    of.settle();
    expect(of.world.issue(2).labels).not.toContain(LABEL.needsHuman);
    of.world.changePull(7, closedBy(TRIAGER, 60));
    of.world.tick(1);

    of.settle();

    expect(of.world.issue(2).labels).toContain(LABEL.needsHuman);
  });

  it('is closed again where a person had closed it, and somebody opened it who may not write', () => {
    const of = firstWaveDone();
    of.settle();
    of.world.changePull(7, closedBy(WRITER, 0));
    of.settle();
    of.world.tick(60);
    const open = { state: 'open', closedAt: undefined, closedBy: undefined } as const;
    of.world.changePull(7, { ...open, reopened: { by: TRIAGER, at: instant(of.world.now) } });

    of.settle();

    expect(of.world.pulls.get(7)?.state).toBe('closed');
    expect(of.world.issue(2).labels).toContain(LABEL.needsHuman);
    of.world.changePull(7, { ...open, reopened: { by: WRITER, at: instant(of.world.now) } });
    of.settle();
    expect(of.world.pulls.get(7)?.state).toBe('open');
    expect(of.world.issue(2).labels).not.toContain(LABEL.needsHuman);
  });

  it('is none where it comes from a fork, or is of another branch', () => {
    const of = firstWaveDone();
    const { look, world } = of;
    const pull = { number: 70, branch: `${BASE}-wave-1`, isFromFork: true, state: 'merged', base: 'main' } as PullView;
    world.apply(look(), { answer: 'silent' });
    const decision = look({ pulls: new Map([[70, pull]]), opened: new Map() });

    expect(keys(decision, 'open-pull')).toEqual([`pull:${BASE}-wave-1`]);
  });
});

it('a plan is over when the pull requests of all of its waves are merged', () => {
  const done = { A: { done: DONE }, B: { done: DONE }, C: { done: DONE } };
  const { settle, world, number } = apart({ records: done });
  world.branches.set(BASE, world.defaultHead);
  for (const id of ['A', 'B', 'C']) world.close(number(id), 'completed');
  settle();
  expect(world.pulls.size).toBe(2);
  expect(world.issue(1).open).toBe(true);

  for (const pull of world.pulls.keys()) world.mergePull(pull);
  settle();

  expect(world.issue(1).open).toBe(false);
  expect(world.merged).toBe(world.defaultHead);
});
