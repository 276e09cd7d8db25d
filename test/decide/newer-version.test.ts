import { describe, expect, it } from 'vitest';
import { ACTIONS_LOGIN, dispatchTitle, LABEL } from '../../src/state/names.ts';
import type { RunView } from '../../src/state/snapshot.ts';
import { VERSION } from '../../src/state/version.ts';
import { resultText } from '../support/adversary.ts';
import { planOf, taskOf } from '../support/course.ts';
import { APP, WRITER } from '../support/pure-world.ts';
import { at, failed, keys, LIVE, scene, TASK_RUN } from './scene.ts';

/** #1 the plan, #2 its wave, #3 task A, #4 task B after it, #5 task C, which failed for good. */
function town() {
  const plan = planOf([{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C' }].map(taskOf));
  return scene({ plan, records: { C: failed(3) } });
}

function writtenByANewerVersion(of: ReturnType<typeof scene>, issue: number): void {
  const body = of.world.issue(issue).body.replace(`"v": ${VERSION}`, `"v": ${VERSION + 1}`);
  expect(body).not.toBe(of.world.issue(issue).body);
  of.world.editBody(issue, body, APP);
}

const NOTICE = (issue: number) =>
  `a newer version of the app wrote the record of #${issue} (form ${VERSION + 1}, and this version knows forms up to ${VERSION}); update this app, or let the newer one alone work here`;

describe('a record that a newer version wrote', () => {
  it.each([
    ['a task', 3],
    ['a wave', 2],
  ])('of %s is not written over, and nothing is dispatched beside it', (_, issue) => {
    const of = town();
    writtenByANewerVersion(of, issue);
    of.world.comment(issue, WRITER, '/retry');
    of.world.label(issue, LABEL.failed, APP);

    const decision = of.look();

    expect(decision.notice).toBe(NOTICE(issue));
    expect(decision.leftAlone).toEqual([issue]);
    expect(keys(decision, 'dispatch')).toEqual([]);
    const touched = decision.effects.flatMap((effect) => ('issue' in effect ? [effect.issue] : []));
    expect(touched).not.toContain(issue);
    // People read why, and the others are still looked after.
    expect(touched).toContain(1);
    expect(keys(decision, 'comment')).toEqual(['escalate:5:3']);
    expect(of.view('A', decision)).toMatchObject({ state: 'held', reason: expect.stringContaining('a newer version') });
  });

  it('is left alone in every pass that follows', () => {
    const of = town();
    writtenByANewerVersion(of, 3);
    const { body } = of.world.issue(3);
    for (let pass = 0; pass < 4; pass++) of.world.apply(of.look(), { answer: 'named' });

    expect(of.look().effects).toEqual([]);
    expect(of.world.issue(3).body).toBe(body);
    expect(of.world.runs.size).toBe(0);
  });

  it('of the plan stops everything: what people said up to now is in there', () => {
    const of = town();
    writtenByANewerVersion(of, 1);
    of.world.comment(1, WRITER, '/start');

    const decision = of.look();

    expect(decision).toMatchObject({ effects: [], notice: NOTICE(1), wakeAt: undefined, leftAlone: [1] });
    expect(of.view('A', decision).state).toBe('held');
  });

  it('does not count where a person wrote the body', () => {
    const of = scene({ plan: planOf([taskOf({ id: 'A' })]) });
    of.set(3, { author: WRITER });
    of.world.editBody(3, of.world.issue(3).body.replace('"v": 2', '"v": 99'), WRITER);

    expect(of.look().leftAlone).toEqual([]);
  });

  it('of a duplicate keeps the duplicate open', () => {
    const of = town();
    const { title, body, labels, parent } = of.world.issue(3);
    const other = of.world.open({ title, body: body.replace('"v": 2', '"v": 3'), labels, parent, by: APP });

    expect(keys(of.look(), 'close-issue')).not.toContain(`duplicate:${other}`);
  });
});

describe('a result that a newer version of the action wrote', () => {
  function reported(text: (of: string) => string, by = ACTIONS_LOGIN) {
    const of = scene({
      plan: planOf([taskOf({ id: 'A' })]),
      records: { A: { attempt: 1, slice: 1, dispatch: 2, live: LIVE } },
    });
    const inputs = { task: of.plan.tasks[0]?.id ?? ('A' as never), issue: 3, attempt: 1, slice: 1, dispatch: 2 };
    const run: RunView = {
      id: 900,
      title: dispatchTitle(inputs),
      ended: true,
      conclusion: 'success',
      actor: APP,
      ...TASK_RUN,
      createdAt: at(1),
      updatedAt: at(29),
    };
    of.world.comment(3, by, text(resultText({ id: 900, inputs }, 'verification')));
    of.world.tick(30);
    return { ...of, decision: of.look({ runs: [run] }) };
  }

  it('asks a person, and is not tried again: what the run did is not known', () => {
    const { view, decision } = reported((text) =>
      text.replace('"v": 2', '"v": 3').replace('verification', 'perfected'),
    );

    expect([view('A', decision).state, view('A', decision).reason]).toEqual([
      'needs-human',
      'its result has the form 3 of a newer action, and this app knows forms up to 2: update the app; decide, and comment `/retry` with what you decided',
    ]);
    expect(view('A', decision).record.history.at(-1)).toMatchObject({ outcome: 'infrastructure', needs: 'person' });
  });

  it('does not count when somebody else wrote it', () => {
    const { view, decision } = reported((text) => text.replace('"v": 2', '"v": 3'), WRITER);

    expect(view('A', decision).state).toBe('running');
  });

  it('counts as it stands where only its cause is unknown here', () => {
    const cause = '"cause": { "kind": "sunspots", "flares": 3 },\n "failure"';
    const { view, decision } = reported((text) => text.replace('"failure"', cause));

    expect(view('A', decision).record.history.at(-1)).toMatchObject({
      outcome: 'verification',
      cause: { kind: 'other', message: 'verification it was' },
    });
    expect(view('A', decision).state).toBe('retrying');
  });
});
