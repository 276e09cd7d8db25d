import { describe, expect, it } from 'vitest';
import { ACTIONS_LOGIN, LABEL } from '../../../src/state/names.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import type { Outcome } from '../../../src/state/result.ts';
import { instant } from '../../../src/state/snapshot.ts';
import { begin, resultText } from '../../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { BEGIN } from '../../support/pure-world.ts';
import { begun } from '../laws.ts';

const AGENT = 'general-purpose';

/** Independent tasks, two at a time; it is 09:00. */
function town(config = 'max_parallel: 2\nattempts: 9\n') {
  const tasks = ['A', 'B', 'C', 'D', 'E', 'F'].map((id) => taskOf({ id }));
  const course = begun(new Course(planOf(tasks), configOf(config)));
  const { world } = course;
  course.settle();
  const at = (minutes: number) => instant(BEGIN + minutes * 60_000);
  return {
    course,
    world,
    at,
    /** So many minutes after 09:00. */
    until: (minutes: number) => {
      world.now = BEGIN + minutes * 60_000;
      course.settle();
    },
    /** The run that began first ends so. */
    end: (outcome: Outcome, extra: Parameters<typeof resultText>[2] = {}) => {
      const run = [...world.runs.values()].find(({ ended }) => !ended);
      if (!run) throw new Error('nothing runs');
      begin(world, run);
      world.comment(run.inputs.issue, ACTIONS_LOGIN, resultText(run, outcome, extra));
      world.claims.delete(run.inputs.issue);
      world.end(run, outcome === 'continued' ? 'success' : 'failure');
      course.settle();
    },
    outage: { cause: { kind: 'outage', agent: AGENT, what: 'overloaded' } } as const,
    running: () => [...world.runs.values()].filter(({ ended }) => !ended).length,
    known: () => readGroupRecord(world.kind(LABEL.plan)[0]?.body ?? '')?.quota,
  };
}

describe('an outage of the provider of a model', () => {
  it('holds its tasks for a minute at first, and for as long as it has lasted then', () => {
    const { end, outage, known, at, until, running } = town();
    end('infrastructure', outage);
    expect(known()).toEqual([{ agent: 'claude', until: at(1), since: at(0) }]);
    expect(running()).toBe(1);
    until(5);
    expect(running()).toBe(2);

    end('infrastructure', outage);

    expect(known()).toEqual([{ agent: 'claude', until: at(10), since: at(0) }]);
  });

  it('holds them for half an hour at most', () => {
    const { end, outage, known, at, until } = town();
    end('infrastructure', outage);
    until(90);
    end('infrastructure', outage);

    expect(known()).toEqual([{ agent: 'claude', until: at(120), since: at(0) }]);
  });

  it.each<Outcome>(['verification', 'continued'])(
    'is over once a run that was sent after it had its model: %s',
    (outcome) => {
      const { end, outage, known, until } = town('max_parallel: 1\nattempts: 9\n');
      end('infrastructure', outage);
      until(5);
      end(outcome);

      expect(known() ?? []).toEqual([]);
    },
  );

  it('is not over by a run that was sent before', () => {
    const { end, outage, known, at } = town();
    end('infrastructure', outage);
    end('verification');

    expect(known()).toEqual([{ agent: 'claude', until: at(1), since: at(0) }]);
  });

  it('is not over by a run that came to no model', () => {
    const { end, outage, known, until } = town('max_parallel: 1\nattempts: 9\n');
    end('infrastructure', outage);
    until(5);
    end('infrastructure');

    expect(known()).toHaveLength(1);
  });
});

describe('a limit of the provider of a model', () => {
  it('holds until it ends, and the later one of two counts', () => {
    const { end, known, at } = town();
    end('quota', { until: at(60) });
    end('quota', { until: at(30) });
    expect(known()).toEqual([{ agent: 'claude', until: at(60) }]);
  });

  it('is forgotten with the next one, once it has ended', () => {
    const { end, known, at, until } = town();
    end('quota', { until: at(10) });
    until(20);
    end('quota', { until: at(40) });

    expect(known()).toEqual([{ agent: 'claude', until: at(40) }]);
  });

  it('is kept for each provider', () => {
    const { end, known, at } = town('max_parallel: 2\nagents:\n  general-purpose: { run: codex }\n');
    end('quota', { until: at(60) });

    expect(known()).toEqual([{ agent: 'codex', until: at(60) }]);
  });
});
