import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import type { TaskId } from '../../src/plan/plan.ts';
import { projectOf } from '../../src/plan/project.ts';
import { LABEL } from '../../src/state/names.ts';
import type { Outcome } from '../../src/state/result.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { begin, report } from '../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../support/course.ts';
import { STRANGER, WRITER } from '../support/pure-world.ts';
import { begun } from './laws.ts';
import { keys } from './scene.ts';

/** A plan of thousands of tasks is decided in milliseconds since a pass looks at few of them: these are the others. */
function town(tasks: readonly Parameters<typeof taskOf>[0][], config = 'max_parallel: 1\nattempts: 2\n') {
  const course = begun(new Course(planOf(tasks.map(taskOf)), configOf(config)));
  const { world } = course;
  // As a host reads them: what was said long ago is not in view. And nothing that is kept changes a decision.
  course.isDoubted = true;
  course.settle();
  return {
    course,
    world,
    issue: (id: string) => world.taskIssue(id as TaskId)?.number ?? 0,
    end: (outcome: Outcome, closes = true) => {
      course.settle();
      const run = [...world.runs.values()].find(({ ended }) => !ended);
      if (!run) throw new Error('nothing runs');
      world.tick(60);
      begin(world, run);
      report(world, run, outcome, closes);
    },
    /** Tasks that the next pass need not look at, once this one came to rest. */
    settled: () => {
      course.settle();
      world.tick(600);
      course.settle();
      course.settle();
      return settledIn(course);
    },
  };
}

function settledIn(course: Course): readonly string[] {
  const last = course.derivations.lastPasses.get(course.graph);
  return (last?.tasks ?? []).flatMap(({ task }, place) => (last?.settled[place] === 1 ? [task.id] : []));
}

const TWO = [{ id: 'A' }, { id: 'B' }];

describe('a pass need not look again at a task', () => {
  it('that waits for a slot or for others, and has never run', () => {
    expect(town([...TWO, { id: 'C', dependencies: ['A'] }]).settled()).toEqual(['B', 'C']);
  });

  it('that is completed and closed, once what its run said is long ago', () => {
    const { end, settled, world } = town(TWO);
    end('completed');
    expect(settled()).toEqual([]);
    world.tick(600);
    end('completed');

    expect(settled()).toEqual(['A']);
  });

  it('that was merged by people, once it is closed', () => {
    const { course, world, end, settled } = town(TWO, 'max_parallel: 1\nlanding: review\n');
    end('in-review');
    expect(settled()).not.toContain('A');
    const [pull] = [...world.pulls.values()];
    world.mergePull(pull?.number ?? 0);
    course.settle();
    world.tick(600);
    end('in-review');

    expect(settled()).toContain('A');
  });

  it('that its wave holds, and that has never run', () => {
    const { course, world, settled } = town([{ id: 'A' }, { id: 'B', wave: 2 }]);
    const [, second] = world.kind(LABEL.wave);
    world.label(second?.number ?? 0, LABEL.pause, WRITER);
    course.settle();

    expect(settled()).toEqual(['B']);
  });
});

describe('a pass looks again at a task', () => {
  it('that runs', () => {
    expect(town(TWO).settled()).not.toContain('A');
  });

  it.each<Outcome>(['verification', 'infrastructure', 'continued'])('that has run and goes on: %s', (outcome) => {
    const { end, settled } = town([{ id: 'A' }]);
    end(outcome);

    expect(settled()).toEqual([]);
  });

  it('that has run and waits for a slot: an order to its wave or the plan speaks of it', () => {
    const { end, settled } = town(TWO);
    end('verification');

    expect(settled()).toEqual([]);
  });

  it('that a person holds, or has left out', () => {
    const { world, issue, settled } = town([...TWO, { id: 'C' }]);
    world.label(issue('B'), LABEL.pause, WRITER);
    world.comment(issue('C'), WRITER, '/skip');

    expect(settled()).toEqual([]);
  });

  it('that a person closed as done while it ran: its run was told to end, and may hold its slot', () => {
    const { world, issue, settled, course } = town(TWO);
    world.close(issue('A'), 'completed');
    course.settle();

    expect(settled()).not.toContain('A');
  });

  it('that has just been written, or whose record or issue has changed in that pass', () => {
    const { course, world, issue, settled } = town([...TWO, { id: 'C' }]);
    course.settle();
    world.editBody(issue('C'), `Mine.\n\n${world.issue(issue('C')).body}`, WRITER);
    world.comment(issue('B'), WRITER, '/priority 3');

    course.pass();
    expect(settledIn(course)).not.toContain('B');
    expect(settled()).toContain('C');
  });

  it('that a person closed as done while its pull request is open', () => {
    const { end, world, issue, settled } = town([{ id: 'A' }], 'max_parallel: 1\nlanding: review\n');
    end('in-review');
    world.close(issue('A'), 'completed');

    expect(settled()).toEqual([]);
  });

  it('that is not closed yet, or was opened again', () => {
    const { end, world, issue, settled, course } = town(TWO);
    end('completed', false);
    course.pass();
    expect(settledIn(course)).not.toContain('A');
    world.tick(3_600);
    settled();

    world.reopen(issue('A'));

    expect(settled()).not.toContain('A');
  });

  it('that changes the files of one that goes first', () => {
    const touches = ['src/a/**'];

    expect(
      town(
        [
          { id: 'A', touches },
          { id: 'B', touches },
        ],
        'max_parallel: 2\n',
      ).settled(),
    ).toEqual([]);
  });

  it('into which no budget fits', () => {
    expect(town(TWO, 'max_parallel: 2\nbudget: { plan: { runs: 1 } }\n').settled()).not.toContain('B');
  });

  it('that somebody commented on, until that is read', () => {
    const { course, world, issue, settled } = town(TWO);
    settled();
    world.tick(600);
    world.comment(issue('B'), STRANGER, 'Nice.');

    course.pass();

    expect(settledIn(course)).not.toContain('B');
  });
});

describe('a pass looks again at everything', () => {
  it('where the configuration is another: what issues say of it is written anew', () => {
    const { course, issue, settled } = town(TWO);
    expect(settled()).toEqual(['B']);
    const config = configOf('max_parallel: 1\nagents: { general-purpose: { run: claude, model: opus } }');
    // Of the same plan the graph stays the same.
    const project = { ...projectOf(course.plan, config), graph: course.graph };
    const { derivations } = course;

    const decision = decide({ snapshot: course.snapshot(), project, timings: TIMINGS, derivations });

    expect(keys(decision, 'write-body')).toContain(`body:${issue('B')}`);
  });

  it.each<[string, (course: Course) => Partial<ReturnType<Course['snapshot']>>]>([
    [
      'where the repository has another address',
      (course) => {
        return { repository: { ...course.snapshot().repository, url: 'https://github.com/acme/moved' } };
      },
    ],
    [
      'where the base was read from its beginning',
      (course) => {
        return { base: { commits: course.world.base, since: undefined, whole: true } };
      },
    ],
  ])('%s, and decides the same as one that has just started', (_, change) => {
    const { course, end } = town([...TWO, { id: 'C', dependencies: ['A'] }]);
    end('completed');
    course.settle();

    const decision = course.decide({ ...course.snapshot(), ...change(course) });

    expect(decision.tasks.map(({ state }) => state)).toEqual(['completed', 'running', 'ready']);
  });
});
