import { describe, expect, it } from 'vitest';
import { MAX_SLICES } from '../../../src/state/attempts.ts';
import { describeCause } from '../../../src/state/describe-cause.ts';
import { ACTIONS_LOGIN, dispatchTitle, LABEL } from '../../../src/state/names.ts';
import type { PullView } from '../../../src/state/pull-view.ts';
import { readGroupRecord, type TaskRecord } from '../../../src/state/record.ts';
import type { Outcome } from '../../../src/state/result.ts';
import type { RunView, Snapshot } from '../../../src/state/snapshot.ts';
import { resultText } from '../../support/adversary.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { at, keys, LIVE, past, scene, TASK_RUN } from '../scene.ts';

/** Task A (#3) runs as d2 since 09:00, B (#4) comes after it, C (#5) is free; it is 09:00:30. */
function running(record: Partial<TaskRecord> = {}, slots = 1) {
  const tasks = [{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C' }].map(taskOf);
  const of = scene({
    plan: planOf(tasks),
    config: configOf(`max_parallel: ${slots}\n`),
    records: { A: { attempt: 1, slice: 1, dispatch: 2, live: LIVE, ...record } },
  });
  const { attempt = 1, slice = 1 } = record;
  const inputs = { task: tasks[0]?.id ?? ('A' as never), issue: 3, attempt, slice, dispatch: 2 };
  const run: RunView = {
    ...{ id: 900, title: dispatchTitle(inputs), ended: true, conclusion: 'success', actor: APP },
    ...TASK_RUN,
    ...{ createdAt: at(1), updatedAt: at(29) },
  };
  const say = (outcome: Outcome, extra: Parameters<typeof resultText>[2] = {}) => {
    if (outcome === 'completed') of.world.landFor({ id: 900, inputs });
    of.world.comment(3, ACTIONS_LOGIN, resultText({ id: 900, inputs }, outcome, extra));
  };
  of.world.tick(30);
  const look = (change: Partial<Snapshot> = {}) => of.look({ runs: [run], ...change });
  /** Makes passes until there is nothing to do. */
  const pass = (change: Partial<Snapshot> = {}) => {
    let decision = look(change);
    for (let left = 5; left > 0 && decision.effects.length > 0; left--) {
      of.world.apply(decision, { answer: 'silent' });
      decision = look(change);
    }
    return decision;
  };
  return { ...of, inputs, run, say, look, pass };
}

describe('a slice that ended at its limit', () => {
  it('goes on at once in the next slice of the same attempt', () => {
    const { say, look, view } = running();
    say('continued');

    const decision = look();

    expect(view('A', decision).record).toMatchObject({ attempt: 1, slice: 2, dispatch: 3, live: { agent: 'A1' } });
    expect(view('A', decision).record.failure).toBeUndefined();
    expect(keys(decision, 'dispatch')).toEqual(['dispatch:3:3:1']);
  });

  it.each([
    ['goes on', {}, 'part 2 goes on where part 1 stopped'],
    [
      'had no turn to land',
      { cause: { kind: 'base-busy' } },
      'part 2 lands what part 1 finished: the base moved too fast for it',
    ],
  ] as const)(
    'waits as one that %s, without the mark of a failure, while another task has the slot',
    (_, extra, reason) => {
      const { say, look, view, world, number } = running();
      world.comment(number('A'), WRITER, '/pause');
      say('continued', extra);
      const paused = look();
      expect(view('A', paused).state).toBe('held');
      world.apply(paused, { answer: 'silent' });
      world.tick();
      world.comment(number('A'), WRITER, '/resume');

      const decision = look();

      expect(view('C', decision).state).toBe('running');
      expect([view('A', decision).state, view('A', decision).reason]).toEqual(['retrying', reason]);
      expect(keys(decision, 'add-labels')).not.toContain(`label:3:${LABEL.failed}`);
    },
  );

  it('keeps a conflict that was given back for the brief', () => {
    const { say, look, view } = running();
    say('continued', { failure: { what: 'conflict given back: src/a.ts', output: 'src/a.ts' } });

    const { record } = view('A', look());

    expect([record.failure?.what, record.slice]).toEqual(['conflict given back: src/a.ts', 2]);
  });

  it(`counts as a failed attempt when it is number ${MAX_SLICES}`, () => {
    const slices = Array.from({ length: MAX_SLICES - 1 }, (_, index) =>
      past({ dispatch: 1, slice: index + 1, outcome: 'continued' }),
    );
    const { say, look, view } = running({ slice: MAX_SLICES, history: slices });
    say('continued');

    const { state, reason, record } = view('A', look());

    expect(state).toBe('retrying');
    expect(reason).toBe('attempt 1 ended: 20 runs and not done; tried again after 09:01');
    expect(record.history.at(-1)?.outcome).toBe('agent');
  });

  it('is repeated under its own number when its run dies', () => {
    const { look, view, world } = running({ slice: 3 });
    world.tick(600);

    const { record } = view('A', look());

    expect([record.history.at(-1)?.outcome, record.attempt, record.slice, record.dispatch]).toEqual([
      ...['infrastructure', 1, 3, 3],
    ]);
  });
});

it('/retry fresh leaves aside every checkpoint so far', () => {
  const { say, look, view, world } = running();
  say('verification');
  world.comment(3, WRITER, '/retry fresh use the other library');

  const { record } = view('A', look());

  expect([record.fresh, record.guidance, record.dispatch]).toEqual([2, 'use the other library', 3]);
});

describe('a limit of the model provider', () => {
  it('holds every task of the same provider until it ends, and no longer', () => {
    const { say, pass, view, world } = running();
    say('quota', { until: at(6_000) });

    const decision = pass();

    expect(view('A', decision).reason).toBe('attempt 1 ended: quota it was; tried again after 10:40');
    expect([view('C', decision).state, view('C', decision).reason]).toEqual([
      'held',
      "the model's limit for claude ends at 10:40",
    ]);
    expect(decision.wakeAt).toBe(Date.parse(at(6_000)));
    world.tick(5_970);
    expect(pass().tasks.map(({ state }) => state)).toEqual(['running', 'blocked', 'ready']);
  });

  it('uses no attempt, however often it is met', () => {
    const history = [1, 2, 3, 4].map((dispatch) => past({ dispatch, outcome: 'quota', ended: at(-600) }));
    const { say, look, view } = running({ history });
    say('quota', { until: at(60) });

    expect(view('A', look()).state).toBe('retrying');
  });

  it('without an end is waited out as a failure is', () => {
    const { say, look, view } = running();
    say('quota');

    const decision = look();

    expect(view('A', decision).reason).toBe('attempt 1 ended: quota it was; tried again after 09:01');
    expect(view('C', decision).state).toBe('running');
  });
});

describe('a missing dependency', () => {
  it('blocks until the base changes, and uses no attempt', () => {
    const { say, pass, view, world } = running({}, 2);
    say('dependency');
    const waiting = pass();
    expect([view('A', waiting).state, view('A', waiting).reason]).toEqual([
      'blocked',
      'dependency it was; tried again when the base or an issue that it needs changes, at 10:00 at the latest',
    ]);
    world.tick(600);
    expect(view('A', pass()).state).toBe('blocked');
    world.push();

    const { record, state } = view('A', pass());

    expect([state, record.attempt, record.dispatch]).toEqual(['running', 1, 3]);
    expect(record.waits).toBeUndefined();
  });

  it('is looked at again after an hour in any case', () => {
    const { say, pass, view, world } = running({}, 2);
    say('dependency');
    pass();
    world.tick(3_600);

    expect(view('A', pass()).state).toBe('running');
  });
});

describe('a refusal by a repository rule', () => {
  const cause = { kind: 'rule-refused', refusal: 'main takes no push', allowedBy: 'set `landing: review`' } as const;
  const failure = { what: describeCause(cause), output: '' };

  it('holds the plan, says so once, and costs no attempt', () => {
    const { say, look, view, world } = running();
    say('infrastructure', { failure, cause });

    const decision = look();

    expect(view('C', decision).state).toBe('held');
    expect(decision.notice).toBe(`${failure.what}; fix it, then comment \`/resume\` on #1`);
    expect(keys(decision, 'comment')).toEqual(['refused:1']);
    world.apply(decision, { answer: 'silent' });
    expect(keys(look(), 'comment')).toEqual([]);
  });

  it('is over at once when a person says /resume on the plan', () => {
    const { say, pass, view, world } = running();
    say('infrastructure', { failure, cause });
    pass();
    world.tick();
    world.comment(1, WRITER, '/resume');

    const { record } = view('A', pass());

    expect([record.live !== undefined || record.dispatch === 2, record.attempt]).toEqual([true, 1]);
    expect(readGroupRecord(world.issue(1).body)?.refusal).toBeUndefined();
  });
});

describe('work in review', () => {
  const HEAD = 'd'.repeat(40);
  const pull = (given: Partial<PullView> = {}): Partial<Snapshot> => ({
    pulls: new Map([
      [
        31,
        {
          ...{
            number: 31,
            branch: 'agent-waves/task/A',
            base: 'main',
            state: 'open',
            head: HEAD,
            mergeState: 'BLOCKED',
          },
          ...{ mergeCommit: undefined, mergedAt: undefined, closedAt: undefined, reviews: [], failedChecks: [] },
          ...given,
        } as PullView,
      ],
    ]),
  });
  const review = (id: string, author: string, writes: boolean) => ({
    ...{ id, author, writes, changesRequested: true, body: 'Use a map.\nNot a list.' },
  });

  function inReview(slots = 2) {
    const of = running({}, slots);
    of.say('in-review', { pull: { number: 31, head: HEAD } });
    of.pass(pull());
    of.world.tick(60);
    return of;
  }

  it('holds no slot, and its dependents wait for it', () => {
    const { view, look } = inReview();

    const decision = look(pull());

    expect(view('A', decision).reason).toBe('in review as #31 since 09:00');
    expect(view('C', decision).state).toBe('running');
    expect(view('B', decision).reason).toBe('waits for A (#3), in review as #31 since 09:00');
    expect(view('B', decision).stuck).toBe(false);
    expect(decision.effects).toEqual([]);
  });

  it('is looked at once more at once, since nobody has seen its pull request yet', () => {
    const { say, look, world } = running();
    say('in-review', { pull: { number: 31, head: HEAD } });

    expect(look().wakeAt).toBe(world.now);
  });

  it('is completed by a merge though GitHub never noticed that its run had ended', () => {
    const { run, say, pass, view, world, inputs } = running({}, 2);
    const wedged = { runs: [{ ...run, ended: false, conclusion: undefined }] };
    say('in-review', { pull: { number: 31, head: HEAD } });
    const before = pass({ ...wedged, ...pull() });
    world.landFor({ id: 900, inputs });
    const commit = world.base[0]?.oid;

    const after = pass({ ...wedged, ...pull({ state: 'merged', mergeCommit: commit, mergedAt: at(29) }) });

    expect(view('A', before).state).toBe('running');
    expect(view('A', after)).toMatchObject({ state: 'completed', record: { done: { run: 900, commit, pull: 31 } } });
  });

  it('is lost once what was merged is reverted, and stays lost where somebody breaks its record', () => {
    const { say, pass, view, world, inputs, look } = running({}, 2);
    say('in-review', { pull: { number: 31, head: HEAD } });
    pass(pull());
    world.landFor({ id: 900, inputs });
    const commit = world.base[0]?.oid ?? '';
    const merged = pull({ state: 'merged', mergeCommit: commit, mergedAt: at(29) });
    expect(view('A', pass(merged)).state).toBe('completed');
    world.tick(600);
    world.revert(commit);
    expect(view('A', pass(merged)).state).toBe('lost');
    world.editBody(3, '', WRITER);

    const decision = look();

    expect(view('A', decision).state).toBe('lost');
    expect(keys(decision, 'dispatch')).toEqual([]);
  });

  it('is completed by a merge of what was verified', () => {
    const { look, view } = inReview();

    const decision = look(pull({ state: 'merged', mergeCommit: 'c'.repeat(40), mergedAt: at(80) }));

    expect(view('A', decision)).toMatchObject({ state: 'completed', unverified: false, completedAt: at(80) });
    expect(view('A', decision).record.done).toMatchObject({ run: 900, commit: 'c'.repeat(40), pull: 31 });
    expect(keys(decision, 'close-issue')).toEqual(['close:3']);
    expect(decision.effects.find(({ kind }) => kind === 'comment')).toMatchObject({
      body: `Merged as ${'c'.repeat(40)} in #31, as it was verified.`,
    });
  });

  it('is shown as unverified when something else was merged', () => {
    const { look, view } = inReview();

    const decision = look(
      pull({ state: 'merged', mergeCommit: 'c'.repeat(40), mergedAt: at(80), head: 'e'.repeat(40) }),
    );

    expect(view('A', decision)).toMatchObject({ state: 'completed', unverified: true });
    expect(view('A', decision).reason).toContain('merged in #31 with changes that nobody verified');
    expect(view('A', decision).record.done?.checks).toEqual({});
  });

  it('goes on in a next slice when somebody who may write asks for changes, once for each review', () => {
    const { look, view, world, run, inputs } = inReview();
    const asked = pull({ reviews: [review('R1', 'eve', false), review('R2', 'lead', true)] });
    const free = look(asked);
    expect(view('A', free).record).toMatchObject({ attempt: 1, slice: 2, dispatch: 3, answered: ['review:R2'] });
    expect(view('A', free).record.failure).toEqual({
      what: 'lead asked for changes: Use a map.',
      output: 'lead wrote:\nUse a map.\nNot a list.',
    });
    world.apply(free, { answer: 'silent' });
    const next = { ...inputs, slice: 2, dispatch: 3 };
    const again: RunView = { ...run, id: 901, title: dispatchTitle(next) };
    const text = resultText({ id: 901, inputs: next }, 'in-review', { pull: { number: 31, head: 'e'.repeat(40) } });
    world.comment(3, ACTIONS_LOGIN, text);

    const decision = look({ ...asked, runs: [run, again] });

    expect(view('A', decision)).toMatchObject({ state: 'in-review', record: { review: { head: 'e'.repeat(40) } } });
  });

  it('goes on in a next slice when required checks fail', () => {
    const { look, view } = inReview(1);

    const { state, reason, record } = view(
      'A',
      look(pull({ failedChecks: [{ name: 'ci', summary: '2 tests failed', url: 'https://ci/1' }] })),
    );

    expect([state, reason]).toEqual(['retrying', 'part 2 goes on from pull request #31']);
    expect(record.failure).toEqual({
      what: 'required checks of #31 failed: ci',
      output: 'ci (https://ci/1)\n2 tests failed',
    });
  });

  it('needs a person when it was closed unmerged, and no longer once it is open again', () => {
    const { look, view, world } = inReview();
    const decision = look(pull({ state: 'closed', closedAt: at(80), closedBy: WRITER }));
    expect([view('A', decision).state, view('B', decision).stuck]).toEqual(['needs-human', true]);
    expect(keys(decision, 'comment')).toEqual(['escalate:3:2']);
    world.apply(decision, { answer: 'silent' });

    expect(view('A', look(pull())).state).toBe('in-review');
  });

  it('starts over in a fresh attempt after /retry on a closed one', () => {
    const { look, view, world } = inReview();
    const closed = pull({ state: 'closed', closedAt: at(80), closedBy: WRITER });
    world.apply(look(closed), { answer: 'silent' });
    world.tick();
    world.comment(3, WRITER, '/retry smaller steps');

    const { record, state } = view('A', look(closed));

    expect([state, record.attempt, record.slice, record.review]).toEqual(['running', 2, 1, undefined]);
  });

  it('goes on from there after /retry with a word of guidance', () => {
    const { look, view, world } = inReview();
    world.comment(3, WRITER, '/retry name it better');

    const { record, state } = view('A', look(pull()));

    expect([state, record.attempt, record.slice, record.guidance]).toEqual(['running', 1, 2, 'name it better']);
  });
});

it('a disagreement that only a person can end is not tried again, and both views are shown', () => {
  const { say, look, view, world } = running();
  const output = 'The reviewer objects:\n- never closed\n\nThe agent says:\nIt is closed by its owner.';
  say('verification', { needs: 'person', failure: { what: 'code-reviewer still objects', output } });

  const decision = look();

  expect(view('A', decision).state).toBe('needs-human');
  expect(decision.effects.find(({ key }) => key === 'escalate:3:2')).toMatchObject({
    body: expect.stringContaining(output),
  });
  world.apply(decision, { answer: 'silent' });
  world.close(5, 'completed');
  world.tick();
  world.comment(3, WRITER, '/retry close it where it was opened');
  expect(view('A', look()).record).toMatchObject({ guidance: 'close it where it was opened' });
  expect(view('A', look()).state).not.toBe('needs-human');
});

describe('work that was taken back before anybody had seen it land', () => {
  it('is lost, and not done again unasked', () => {
    const { say, look, view, world } = running();
    say('completed');
    world.revert(world.commit());

    const decision = look();

    expect(view('A', decision)).toMatchObject({ state: 'lost', record: { lost: { how: 'reverted' } } });
    expect(keys(decision, 'dispatch')).toEqual(['dispatch:5:1:1']);
  });
});

describe('a run that nobody takes', () => {
  it('is given up after a day, and can land nothing any more', () => {
    const { look, view, world, run } = running();
    const queued = { ...run, ended: false, conclusion: undefined, queued: true };
    expect(look({ runs: [queued] }).wakeAt).toBe(Date.parse(at(24 * 3_600 + 1)));
    world.tick(24 * 3_600);

    const decision = look({ runs: [queued] });

    const cause = view('A', decision).record.history.at(-1)?.cause;
    expect(cause).toEqual({ kind: 'not-taken' });
    expect(cause && describeCause(cause)).toContain('no runner took its run within a day');
    expect(keys(decision, 'bury-claim')).toEqual(['claim:3']);
    expect(keys(decision, 'cancel-run')).toEqual(['cancel:900']);
  });
});

it('/skip on the plan changes nothing and says where it works', () => {
  const { look, world } = running();
  world.comment(1, WRITER, '/skip');

  const decision = look({ runs: [] });

  expect(keys(decision, 'react')).toEqual([]);
  expect(decision.effects.find(({ kind }) => kind === 'comment')).toMatchObject({
    body: expect.stringContaining('comment it on the issue of that task'),
  });
});

it('a record that somebody broke keeps the no that it heard before, and does not answer it again', () => {
  const { look, view, world, say, number } = running();
  world.comment(number('A'), WRITER, '/cancel');
  world.tick();
  say('verification');
  world.editBody(3, 'nothing left', WRITER);

  const decision = look();
  const { state, record } = view('A', decision);

  expect([state, record.hold?.by]).toEqual(['held', WRITER]);
  expect(record.history.map(({ outcome }) => outcome)).toEqual(['verification']);
  expect(decision.effects.filter(({ kind }) => kind === 'comment' || kind === 'react')).toEqual([]);
});
