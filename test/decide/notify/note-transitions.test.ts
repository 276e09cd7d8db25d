import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { LABEL } from '../../../src/state/names.ts';
import { noticeKey } from '../../../src/state/notice.ts';
import { begin, report, resultText } from '../../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { begun } from '../laws.ts';

const TEAM = 'notify:\n  - url_env: AGENT_WAVES_NOTIFY_TEAM\n';
const ONE_TRY = 'attempts: 1\nmax_parallel: 3\n';
const HOUR = 3_600;

type Tasks = readonly Parameters<typeof taskOf>[0][];

/** A plan that is started. Runs end as the test says; what is to be sent waits until the test says that it has arrived. */
function told(tasks: Tasks, { config = ONE_TRY, notify = TEAM, isStarted = true } = {}) {
  const made = new Course(planOf(tasks.map(taskOf)), configOf(config + notify));
  const course = isStarted ? begun(made) : made;
  const { world } = course;
  const plan = () => world.kind(LABEL.plan)[0]?.number ?? 0;
  const outbox = () => course.settle().outbox ?? [];
  return {
    course,
    world,
    plan,
    issue: (id: string) => world.taskIssue(id as TaskId)?.number ?? 0,
    outbox,
    abouts: () => outbox().map(({ about }) => about),
    events: () => outbox().map(({ about }) => about.event),
    /** All that waits has reached everybody. */
    arrive: () => {
      for (const { id } of outbox()) course.settledNotices.add(noticeKey({ issue: plan(), id }));
    },
    /** The run of a task ends so. */
    end: (id: string, outcome: 'completed' | 'verification') => {
      course.settle();
      const run = [...world.runs.values()].find((each) => !each.ended && each.inputs.task === id);
      if (!run) throw new Error(`${id} does not run`);
      world.tick(60);
      begin(world, run);
      report(world, run, outcome, true);
      course.settle();
    },
  };
}

const CHAIN: Tasks = [{ id: 'A' }, { id: 'B', dependencies: ['A'] }];

describe('what is told elsewhere', () => {
  it('is nothing where nobody asks for it', () => {
    const { end, course } = told(CHAIN, { notify: '' });
    end('A', 'verification');

    expect(course.settle()).not.toHaveProperty('outbox');
  });

  it('is a task that needs a person, and that nothing goes on without one', () => {
    const { end, outbox, issue } = told(CHAIN);
    expect(outbox()).toEqual([]);

    end('A', 'verification');

    const at = '2026-03-02T09:01:00Z';
    const reason = 'attempt 1 of 1 failed: verification it was; comment /retry';
    const stop = '1 task needs a person, 1 task waits for others';
    expect(outbox()).toEqual([
      { id: 1, at, about: { event: 'needs-person', task: 'A', title: 'Work on A', issue: issue('A'), reason } },
      { id: 2, at, about: { event: 'stalled', waiting: 2, reason: stop } },
    ]);
  });

  it('counts all that a stopped plan waits for', () => {
    const tasks = [...CHAIN, { id: 'C' }, { id: 'D', dependencies: ['C'] }, { id: 'E' }];
    const { end, abouts, course, world } = told(tasks);
    end('E', 'completed');
    world.revert(world.commit());
    course.settle();
    end('A', 'verification');
    end('C', 'verification');

    expect(abouts().at(-1)).toEqual({
      event: 'stalled',
      waiting: 5,
      reason: '2 tasks need a person, the work of 1 task is no longer on the base, 2 tasks wait for others',
    });
  });

  it('is a stop of all that is left where nothing starts any more', () => {
    const { abouts, course, world } = told([...CHAIN, { id: 'C' }], { config: 'max_parallel: 1\n' });
    course.settle();
    const [run] = [...world.runs.values()];
    if (!run) throw new Error('nothing runs');
    begin(world, run);
    const cause = { kind: 'rule-refused', refusal: '`main` takes no push', allowedBy: 'set landing: review' } as const;
    world.comment(run.inputs.issue, APP, resultText(run, 'infrastructure', { cause }));
    world.end(run, 'failure');
    course.settle();

    const notice = 'main takes no push; set landing: review; fix it, then comment /resume on #1';
    expect(abouts()).toEqual([{ event: 'stalled', waiting: 3, reason: expect.stringContaining(notice) }]);
  });

  it('names nothing that a stopped plan does not wait for', () => {
    const { end, abouts } = told([{ id: 'A' }]);
    end('A', 'verification');

    expect(abouts().at(-1)).toEqual({ event: 'stalled', waiting: 1, reason: '1 task needs a person' });
  });

  it('is no stop while a task runs, waits for its next attempt, or waits for a slot', () => {
    const running = told([...CHAIN, { id: 'C' }]);
    running.end('A', 'verification');
    const waiting = told([...CHAIN, { id: 'C' }], { config: 'attempts: 2\n' });
    waiting.end('A', 'verification');
    waiting.end('C', 'completed');

    expect(running.events()).toEqual(['needs-person']);
    expect(waiting.events()).toEqual([]);
  });

  it('is no stop where a person holds what is left, or has started nothing yet', () => {
    const { course, end, events, world, plan } = told(CHAIN);
    course.settle();
    world.comment(plan(), WRITER, '/pause');
    end('A', 'completed');

    expect(events()).toEqual([]);
    expect(told(CHAIN, { isStarted: false }).events()).toEqual([]);
  });

  it('is a pull request that waits for its review, where nothing else goes on', () => {
    const { course, world, abouts } = told(CHAIN, { config: `${ONE_TRY}landing: review\n` });
    course.settle();
    const [run] = [...world.runs.values()];
    if (!run) throw new Error('A does not run');
    begin(world, run);
    report(world, run, 'in-review', true);

    expect(abouts().at(-1)).toEqual({
      event: 'stalled',
      waiting: 2,
      reason: '1 task waits for a review, 1 task waits for others',
    });
    const two = told([{ id: 'A' }, { id: 'B' }], { config: `${ONE_TRY}landing: review\n` });
    two.course.settle();
    for (const each of [...two.world.runs.values()]) {
      begin(two.world, each);
      report(two.world, each, 'in-review', true);
    }
    expect(two.abouts()).toEqual([{ event: 'stalled', waiting: 2, reason: '2 tasks wait for a review' }]);
  });

  it('is a wave that is over, and a plan that is, with what was left out of them', () => {
    const { end, abouts, world, issue, events } = told([...CHAIN, { id: 'C', wave: 2 }]);
    end('A', 'completed');
    expect(events()).toEqual([]);
    end('B', 'completed');
    expect(abouts()).toEqual([{ event: 'wave-done', wave: 1, title: 'Wave 1: Foundation', completed: 2, skipped: 0 }]);

    world.comment(issue('C'), WRITER, '/skip');

    expect(abouts().slice(1)).toEqual([
      { event: 'wave-done', wave: 2, title: 'Wave 2', completed: 0, skipped: 1 },
      { event: 'plan-done', completed: 2, skipped: 1 },
    ]);
  });

  it('is a limit of which four fifths are spent, and one into which nothing more fits', () => {
    const tasks = Array.from({ length: 6 }, (_, nth) => ({ id: `T${nth}` }));
    const { end, abouts } = told(tasks, { config: 'max_parallel: 1\nbudget: { plan: { runs: 5 } }\n' });
    for (const id of ['T0', 'T1', 'T2', 'T3', 'T4']) end(id, 'completed');

    expect(abouts().filter(({ event }) => event === 'budget')).toEqual([
      { event: 'budget', percent: 80, of: '5 runs for the plan' },
      { event: 'budget', percent: 100, of: '5 runs for the plan' },
    ]);
  });

  it('has no title that is longer than 300 characters', () => {
    const { course, end, abouts } = told([{ id: 'A' }, { id: 'B' }]);
    const titles = ['x'.repeat(300), 'y'.repeat(301)];
    const tasks = course.plan.tasks.map((task, nth) => ({ ...task, title: titles[nth] ?? '' }));
    course.plan = { ...course.plan, tasks };
    end('A', 'verification');
    end('B', 'verification');

    const shown = abouts().flatMap((about) => (about.event === 'needs-person' ? [about.title] : []));
    expect(shown).toEqual(['x'.repeat(300), `${'y'.repeat(299)}…`]);
  });
});

describe('a notice', () => {
  it('is only of the events that somebody asks for', () => {
    const { end, events } = told(CHAIN, { notify: `${TEAM}    events: [stalled, wave-done]\n` });
    end('A', 'verification');

    expect(events()).toEqual(['stalled']);
  });

  it('leaves the record once it has arrived, and is not told again while it holds', () => {
    const { end, events, arrive, world } = told(CHAIN);
    end('A', 'verification');
    arrive();

    expect(events()).toEqual([]);
    world.tick(HOUR);
    expect(events()).toEqual([]);
  });

  it('is told again, under another number, when the same happens again', () => {
    const { end, outbox, arrive, world, issue, course } = told(CHAIN);
    end('A', 'verification');
    arrive();
    world.comment(issue('A'), WRITER, '/retry');
    course.settle();
    end('A', 'verification');

    expect(outbox().map(({ id, about }) => [id, about.event])).toEqual([
      [3, 'needs-person'],
      [4, 'stalled'],
    ]);
  });

  it('is given up after six hours, and the host is woken for that', () => {
    const { end, course, events, world } = told(CHAIN);
    end('A', 'verification');

    expect(course.settle().wakeAt).toBe(world.now + 6 * HOUR * 1_000);
    world.tick(6 * HOUR - 1);
    expect(events()).toEqual(['needs-person', 'stalled']);
    world.tick(1);
    expect(events()).toEqual([]);
    expect(course.settle().wakeAt).toBeUndefined();
  });

  it('waits for room where twenty are not sent yet', () => {
    const tasks = Array.from({ length: 22 }, (_, nth) => ({ id: `T${nth}` }));
    const { world, course, events, arrive } = told(tasks, { config: 'attempts: 1\nmax_parallel: 22\n' });
    course.settle();
    for (const run of [...world.runs.values()]) {
      begin(world, run);
      report(world, run, 'verification', true);
    }

    expect(events()).toEqual(Array.from({ length: 20 }, () => 'needs-person'));
    arrive();
    expect(events()).toEqual(['needs-person', 'needs-person', 'stalled']);
  });

  it('is not of what was over before anybody asked, but of what waits for somebody', () => {
    const before = told([{ id: 'A' }, { id: 'B', wave: 2 }], { notify: '' });
    before.end('A', 'completed');
    before.end('B', 'verification');
    const { plan, world } = before.course;
    const after = new Course(plan, configOf(ONE_TRY + TEAM), undefined, world);

    expect(after.settle().outbox?.map(({ about }) => about.event)).toEqual(['needs-person', 'stalled']);
  });

  it('is not of a plan that was over before, but of a limit that is used up', () => {
    const done = told([{ id: 'A' }], { notify: '' });
    done.end('A', 'completed');
    const spent = 'max_parallel: 1\nbudget: { plan: { runs: 1 } }\n';
    const limited = told([{ id: 'A' }, { id: 'B' }], { config: spent, notify: '' });
    limited.end('A', 'completed');
    const later = ({ course: { plan, world } }: ReturnType<typeof told>, config: string) =>
      new Course(plan, configOf(config + TEAM), undefined, world).settle().outbox?.map(({ about }) => about.event);

    expect(later(done, ONE_TRY)).toEqual([]);
    expect(later(limited, spent)).toEqual(['budget']);
  });

  it('is forgotten where nobody is to be told any more', () => {
    const { end, course } = told(CHAIN);
    end('A', 'verification');
    const after = new Course(course.plan, configOf(ONE_TRY), undefined, course.world);

    expect(after.settle()).not.toHaveProperty('outbox');
    expect(course.world.kind(LABEL.plan)[0]?.body).not.toContain('"notices"');
  });
});
