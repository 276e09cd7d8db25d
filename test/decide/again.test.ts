import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvents } from '../../src/decide/fold/fold-events.ts';
import { assign } from '../../src/decide/schedule/assign.ts';
import { choose } from '../../src/decide/schedule/choose.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { projectOf } from '../../src/plan/project.ts';
import { classify } from '../../src/state/classify.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { evidenceOn } from '../../src/state/evidence.ts';
import { LABEL } from '../../src/state/names.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { matchIssues } from '../../src/state/tracked-issues.ts';
import { randomTasks } from '../plan/random-plan.ts';
import { acts } from '../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../support/course.ts';
import { drawTimes } from '../support/draws.ts';
import { WRITER } from '../support/pure-world.ts';

const plans = randomTasks(10).map((tasks) =>
  planOf(
    tasks.map(({ id, dependencies, estimate }, index) =>
      taskOf({ id, dependencies, minutes: estimate, touches: index % 3 === 0 ? ['src/**'] : [] }),
    ),
  ),
);

function begun(plan: Plan): Course {
  const course = new Course(plan, configOf('max_parallel: 2\n'));
  course.settle();
  const [issue] = course.world.kind(LABEL.plan);
  if (issue) course.world.label(issue.number, LABEL.start, WRITER);
  return course;
}

describe('what is kept from one look to the next', () => {
  it('changes no decision: a process that has just started decides the same', () =>
    fc.assert(
      fc.property(plans, acts, (plan, steps) => {
        const course = begun(plan);
        for (const act of steps) course.perform(act);
        const snapshot = course.snapshot();

        const kept = course.decide(snapshot);

        course.plan = structuredClone(course.plan);
        course.derivations = newDerivations();
        expect(course.decide(structuredClone(snapshot))).toEqual(kept);
      }),
      { numRuns: drawTimes(100) },
    ));

  it('goes on after a progress commit, and hears what a person states in the file of a task that was settled', () => {
    const waiting = ['B', 'C'].map((id) => taskOf({ id, dependencies: ['A'] }));
    const course = begun(planOf([taskOf({ id: 'A' }), ...waiting]));
    course.isDoubted = true;
    for (let left = 6; left > 0; left--) course.pass();
    const before = course.derivations.lastPasses.get(course.graph);
    expect(before?.settled).toEqual(new Uint8Array([0, 1, 1]));

    course.commitProgress(course.pass(), (id) => id === 'B');
    const { tasks } = course.pass();

    expect(tasks.map(({ state }) => state)).toEqual(['running', 'completed', 'blocked']);
    expect(course.derivations.lastPasses.get(course.graph)?.tasks[2]?.task).toBe(before?.tasks[2]?.task);
  });

  it('is looked at again where an assignment changed something, with the same result as looking at everything', () =>
    fc.assert(
      fc.property(plans, acts, ({ ...plan }, steps) => {
        const course = begun(plan);
        for (const act of steps) course.perform(act);
        const snapshot = course.snapshot();
        const { plan: given, config, graph, longestPaths } = projectOf(course.plan, course.config);
        const { derivations } = course;
        const folded = foldEvents({
          plan: given,
          snapshot,
          config,
          tracked: matchIssues({ snapshot, plan: given, derivations }),
          timings: TIMINGS,
          evidence: snapshot.base && evidenceOn(snapshot.base),
        });
        const situation = {
          ...{ plan: given, graph, longestPaths, config, snapshot, timings: TIMINGS, notice: undefined, derivations },
        };
        const { tasks } = classify({ ...situation, tracked: folded.tracked });
        const chosen = choose({ ...situation, tasks, ending: [], now: snapshot.now });
        const { tracked, changed } = assign({ folded, chosen, graph, snapshot, tasks, config });
        const after = { ...situation, tracked, deferred: chosen.deferred };

        expect(classify({ ...after, before: { tasks, changed } })).toEqual(classify(after));
      }),
      { numRuns: drawTimes(100) },
    ));
});
