import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { begin, report } from '../../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { begun } from '../laws.ts';

/** B and C come after A, which has landed. C is held, and B is what the test makes of it. */
function town() {
  const tasks = [{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C', dependencies: ['A'] }];
  const course = begun(new Course(planOf(tasks.map(taskOf)), configOf()));
  const { world } = course;
  const issue = (id: string) => world.taskIssue(id as TaskId)?.number ?? 0;
  const end = (outcome: 'completed' | 'verification') => {
    const run = [...world.runs.values()].find(({ ended }) => !ended);
    if (!run) throw new Error('nothing runs');
    world.tick(60);
    begin(world, run);
    report(world, run, outcome, true);
    course.settle();
    world.tick(600);
    course.settle();
  };
  course.settle();
  world.comment(issue('C'), WRITER, '/pause');
  end('completed');
  const landing = world.commit();
  return {
    course,
    world,
    issue,
    end,
    /** The work of A leaves the base. */
    lose: () => {
      world.tick(60);
      world.revert(landing);
      course.settle();
      world.tick(600);
      course.settle();
    },
    said: (id: string) =>
      world.comments.filter(
        (each) => each.issue === issue(id) && each.author === APP && each.body.includes(`#${issue('A')}`),
      ),
  };
}

describe('a task that was built upon what is completed no longer', () => {
  it('is told of it once where it runs, and one that has not begun simply waits again', () => {
    const { lose, said, course } = town();
    lose();
    course.settle();

    expect([said('B').length, said('C').length]).toEqual([1, 0]);
    expect(course.decide().tasks.map(({ state }) => state)).toEqual(['lost', 'running', 'held']);
  });

  it('is told of it where it has run, and waits for its next attempt', () => {
    const { lose, said, end } = town();
    end('verification');
    lose();

    expect(said('B')).toHaveLength(1);
  });

  it('is told of it where it is completed', () => {
    const { lose, said, end } = town();
    end('completed');
    lose();

    expect(said('B')).toHaveLength(1);
  });

  it('is told of it again when that is done once more, and opened again', () => {
    const { lose, said, course, world, issue, end } = town();
    end('completed');
    lose();
    world.tick(60);
    world.comment(issue('A'), WRITER, '/retry');
    course.settle();
    end('completed');
    world.tick(60);
    world.reopen(issue('A'));
    course.settle();

    expect(said('B')).toHaveLength(2);
  });

  it('hears nothing of it where it began after that', () => {
    const { lose, said, course, world, issue } = town();
    lose();
    world.comment(issue('A'), WRITER, '/accept');
    course.settle();
    world.comment(issue('C'), WRITER, '/resume');
    course.settle();

    expect(said('C')).toEqual([]);
  });
});
