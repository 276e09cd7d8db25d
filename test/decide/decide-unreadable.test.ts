import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import type { FileProblem } from '../../src/plan/plan.ts';
import { MAX_BODY } from '../../src/state/body-room.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { LABEL } from '../../src/state/names.ts';
import { projectFromRecords } from '../../src/state/plan-from-records.ts';
import { readTaskRecord } from '../../src/state/record.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { VERSION } from '../../src/state/version.ts';
import { Course, configOf, planOf, taskOf } from '../support/course.ts';
import { APP, PureWorld, STRANGER, TRIAGER, WRITER } from '../support/pure-world.ts';
import { begun } from './laws.ts';
import { DONE, failed, keys, LIVE, scene } from './scene.ts';

const PROBLEMS = [{ file: 'tasks.json', line: 3, column: 1, message: 'cut off' }];
const WHY = 'the plan cannot be read: tasks.json:3:1: cut off; fix it on the default branch.';

/** #1 the plan, #2 its wave, #3 task A, #4 task B after it, #5 task C. */
function town(given: Parameters<typeof scene>[0] = {}) {
  const tasks = [{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C' }].map(taskOf);
  const of = scene({ plan: planOf(tasks), ...given });
  of.world.tick(60);
  const look = () => of.lookUnreadable(PROBLEMS);
  const said = (issue: number) =>
    look().effects.flatMap((effect) => (effect.kind === 'comment' && effect.issue === issue ? [effect.body] : []));
  return { ...of, look, lookReadable: of.look, said };
}

describe('while nobody can read the plan', () => {
  it.each(['start', 'resume', 'retry'])('/%s is kept, and whoever said it learns that nothing starts yet', (name) => {
    const { world, said, look } = town({ records: { A: failed(3) } });
    world.label(3, LABEL.pause, WRITER);
    world.comment(3, WRITER, `/${name}`);

    expect(said(3)).toEqual([`\`/${name}\` is kept, and nothing starts yet: ${WHY}`]);
    world.apply(look(), { answer: 'named' });
    expect(said(3)).toEqual([]);
  });

  it('is told once of several of them', () => {
    const { world, said } = town({ records: { A: failed(3) } });
    world.label(3, LABEL.pause, WRITER);
    world.comment(3, WRITER, '/retry\n/resume');

    expect(said(3)).toEqual([`\`/retry\`, \`/resume\` are kept, and nothing starts yet: ${WHY}`]);
  });

  it.each([
    ['what starts nothing', WRITER, '/pause'],
    ['what changes nothing', WRITER, '/resume'],
    ['what somebody said who may not write', STRANGER, '/retry'],
  ])('%s is not kept for later', (_, by, text) => {
    const { world, said } = town();
    world.comment(3, by, text);

    expect(said(3).join()).not.toContain('nothing starts yet');
  });

  it('every answer ends with the reason why nothing starts', () => {
    const { world, said } = town();
    world.comment(1, WRITER, '/status');

    expect(said(1)).toEqual([`> lead: \`/status\`\n\n3 tasks: 3 held.\n\nNothing new starts: ${WHY}`]);
  });

  it('an answer that tells the reason by itself does not end with it once more', () => {
    const { world, said } = town();
    world.comment(3, WRITER, '/why');

    expect(said(3).join().split(WHY.slice(0, -1))).toHaveLength(2);
  });

  it('what is said on a wave whose record somebody broke is heard once the plan can be read', () => {
    const of = town();
    of.set(2, { body: 'Mine now', writer: WRITER });
    of.world.comment(2, WRITER, '/status');

    expect(keys(of.look())).toEqual(['body:1']);
    of.world.apply(of.look(), { answer: 'named' });

    expect(keys(of.lookReadable(), 'comment').map((key) => key.split(':')[0])).toEqual(['answer']);
  });

  it('an order to such a wave is followed once it can be remembered there, and not before', () => {
    const of = town({ records: { C: { dispatch: 1, attempt: 1, slice: 1, live: LIVE } } });
    of.set(2, { body: 'Mine now', writer: WRITER });
    of.world.comment(2, WRITER, '/cancel');

    expect(of.view('C', of.look()).state).toBe('running');
    of.world.apply(of.look(), { answer: 'named' });

    expect(of.view('C', of.lookReadable()).state).toBe('held');
  });

  it('what somebody labels there who may not write is answered once that can be remembered', () => {
    const { world, set, look, lookReadable } = town({ started: false });
    world.label(2, LABEL.start, TRIAGER);
    const answer = expect.stringMatching(/^label:2:agent:start:/);
    expect(keys(look(), 'comment')).toEqual([answer]);

    set(2, { body: 'Mine now', writer: WRITER });

    expect(keys(look())).toEqual(['body:1']);
    world.apply(look(), { answer: 'named' });
    expect(keys(lookReadable(), 'comment')).toEqual([answer]);
  });

  it('labels say what runs, and nobody is asked for help', () => {
    const { look } = town({ records: { A: failed(3), C: { dispatch: 1, attempt: 1, slice: 1, live: LIVE } } });

    const decision = look();

    expect(decision.tasks.map(({ state }) => state)).toEqual(['needs-human', 'held', 'running']);
    expect(keys(decision)).toEqual(['body:1', 'label:5:agent:running']);
  });

  it('what is not found on the base is not lost: which branch that is may be among what cannot be read', () => {
    const { world, view, look, lookReadable } = town({
      planRecord: { head: 'f'.repeat(40) },
      records: { A: { attempt: 1, slice: 1, dispatch: 1, done: DONE } },
    });
    world.close(3, 'completed', APP);
    world.tick(600);

    expect(view('A', look()).state).toBe('completed');
    expect(view('A', lookReadable()).state).toBe('lost');
  });

  it('what has landed is closed', () => {
    const { world, look } = town({ records: { A: { attempt: 1, slice: 1, dispatch: 1, done: DONE } } });
    world.tick(24 * 3_600);

    const decision = look();

    expect(keys(decision, 'close-issue')).toEqual(['close:3']);
    expect(decision.wakeAt).toBe(world.now);
  });

  it('the decision names the issues of plan and waves, and what is left to a newer version', () => {
    const { world, look } = town();
    world.editBody(1, world.issue(1).body.replace(`"v": ${VERSION}`, `"v": ${VERSION + 1}`), APP);

    expect(look()).toMatchObject({ planIssue: 1, waveIssues: new Map([[1, 2]]), leftAlone: [1] });
  });

  it('nothing is done where people left no room on the plan issue, and they learn that', () => {
    const { world, set, look } = town();
    const { body } = world.issue(1);
    set(1, { body: `${'x'.repeat(MAX_BODY - body.length - 2)}\n\n${body}` });
    world.comment(3, WRITER, '/pause');

    expect(keys(look())).toEqual(['no-room:1', 'no-room-label:1']);
    expect(readTaskRecord(world.issue(3).body)?.pause).toBeUndefined();
  });
});

describe('where somebody closed the plan issue while something is left', () => {
  it('it says what is wrong, and no second one is made', () => {
    const { world, look } = town();
    world.close(1, 'not_planned');
    world.tick(60);

    const decision = look();
    world.apply(decision, { answer: 'named' });

    expect(keys(decision)).toContain('body:1');
    expect(world.issue(1).body).toContain('tasks.json:3:1: cut off');
    expect(world.kind(LABEL.plan)).toHaveLength(1);
  });

  it('one that the app closed, since all was done, stays as it is, and another one says it', () => {
    const { world, look, lookReadable } = town();
    for (const number of [3, 4, 5]) world.close(number, 'completed');
    for (let times = 0; times < 4; times++) world.apply(lookReadable(), { answer: 'named' });
    expect(world.issue(1).open).toBe(false);

    expect(keys(look())).toContain('issue:plan');
  });
});

describe('where the first plan cannot be read', () => {
  /** A repository without any issue of ours; the plan file is there unless the test says otherwise. */
  function empty({ isThere = true, config = '' } = {}) {
    const world = new PureWorld();
    const derivations = newDerivations();
    const plan = isThere ? { path: 'tasks.json', text: '{' } : undefined;
    return {
      world,
      pass: (problems: readonly FileProblem[]) => {
        const snapshot = world.snapshot({ plan, config: undefined, progress: undefined });
        const project = projectFromRecords({ problems, config: configOf(config) }, { snapshot, derivations });
        const decision = decide({ snapshot, project, timings: TIMINGS, derivations });
        world.apply(decision, { answer: 'named' });
        return decision;
      },
    };
  }

  it('an issue says so, which is edited when something else is wrong, and is the plan’s once it can be read', () => {
    const { world, pass } = empty();

    const labels = pass(PROBLEMS);
    expect(labels.wakeAt).toBe(world.now);
    expect(new Set(labels.effects.map(({ kind }) => kind))).toEqual(new Set(['create-label']));
    expect(keys(pass(PROBLEMS))).toEqual(['issue:plan']);
    expect(pass(PROBLEMS).effects).toEqual([]);

    const [issue, ...others] = [...world.issues.values()];
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ title: 'Plan', labels: [LABEL.plan], parent: undefined });
    expect(issue?.body).toContain('tasks.json:3:1: cut off');
    pass([{ ...PROBLEMS[0], message: 'no tasks' } as FileProblem]);
    expect(world.issue(1).body).toContain('tasks.json:3:1: no tasks');
    begun(new Course(planOf([taskOf({ id: 'A' })]), configOf(), undefined, world));
    expect(world.kind(LABEL.plan).map(({ number, title }) => [number, title])).toEqual([[1, 'Plan: DAW']]);
  });

  it('no second issue is made where somebody closes that one', () => {
    const { world, pass } = empty();
    for (let times = 0; times < 3; times++) pass(PROBLEMS);
    world.close(1, 'not_planned');

    pass(PROBLEMS);
    pass([{ ...PROBLEMS[0], message: 'no tasks' } as FileProblem]);

    expect(world.issues.size).toBe(1);
    expect(world.issue(1).open).toBe(false);
  });

  it('the one that somebody closed is opened for the plan once that can be read', () => {
    const { world, pass } = empty();
    for (let times = 0; times < 3; times++) pass(PROBLEMS);
    world.close(1, 'not_planned');
    pass(PROBLEMS);

    new Course(planOf([taskOf({ id: 'A' })]), configOf(), undefined, world).settle();

    expect(world.kind(LABEL.plan).map(({ number, open }) => [number, open])).toEqual([[1, true]]);
  });

  it('nobody is told where there is no plan file, unless something else is wrong, too', () => {
    const missing = { file: 'docs/planning/tasks.json', line: 1, column: 1, message: 'there is no such file' };
    const other = { file: '.github/agent-waves.yml', line: 1, column: 1, message: 'unknown key' };
    const gone = empty({ isThere: false });
    const both = empty({ isThere: false });

    expect(gone.pass([missing])).toMatchObject({ effects: [], wakeAt: undefined });
    for (let times = 0; times < 3; times++) both.pass([missing, other]);

    expect(both.world.issues.size).toBe(1);
  });
});
