import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import type { Outcome } from '../../../src/state/result.ts';
import { begin, report } from '../../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { STRANGER, WRITER } from '../../support/pure-world.ts';
import { begun } from '../laws.ts';

/** Task A (#3) runs. */
function town() {
  const course = begun(new Course(planOf([taskOf({ id: 'A' })]), configOf()));
  const { world } = course;
  course.settle();
  return {
    world,
    tell: (words: string, by = WRITER) => {
      world.tick();
      world.comment(3, by, `/tell ${words}`);
      course.settle();
    },
    end: (outcome: Outcome) => {
      const run = [...world.runs.values()].find(({ ended }) => !ended);
      if (!run) throw new Error('A does not run');
      world.tick(60);
      begin(world, run);
      report(world, run, outcome, true);
      course.settle();
      world.tick(3_600);
      course.settle();
    },
    told: () => {
      const view = course.settle().tasks.find(({ task }) => task.id === ('A' as TaskId));
      return view?.record.told?.map(({ text }) => text);
    },
  };
}

describe('the words of /tell', () => {
  it('are kept for the next run while one is at work, and are delivered by that one', () => {
    const { tell, end, told } = town();
    tell('Use a map.');
    expect(told()).toEqual(['Use a map.']);

    end('verification');
    expect(told()).toEqual(['Use a map.']);
    end('verification');

    expect(told()).toBeUndefined();
  });

  it('that come while their run is at work stay, and the others are delivered', () => {
    const { tell, end, told } = town();
    tell('Use a map.');
    end('continued');
    tell('And a list.');
    expect(told()).toEqual(['Use a map.', 'And a list.']);

    end('agent');

    expect(told()).toEqual(['And a list.']);
  });

  it('are kept where the run that had them came to nothing', () => {
    const { tell, end, told } = town();
    tell('Use a map.');
    end('verification');

    end('infrastructure');

    expect(told()).toEqual(['Use a map.']);
  });

  it('are for nobody once the task is completed', () => {
    const { tell, end, told } = town();
    tell('Use a map.');

    end('completed');

    expect(told()).toBeUndefined();
  });

  it('count only from somebody who may write', () => {
    const { tell, told } = town();
    tell('Use a map.', STRANGER);

    expect(told()).toBeUndefined();
  });
});
