import { decide } from '../../src/decide/decide.ts';
import type { Decision } from '../../src/decide/effects/effect.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { projectOf } from '../../src/plan/project.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { LABEL } from '../../src/state/names.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { PureWorld, WRITER } from '../support/pure-world.ts';
import { keys } from './scene.ts';

export const FILES = { plan: { path: 'docs/planning/tasks.json', text: '' }, config: undefined, progress: undefined };
export const PLAN = planOf([{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C' }].map(taskOf));

/** #1 the plan, #2 its wave, #3 to #5 its tasks, of which A and C run: all of it made by passes. */
export function town(first: Plan = PLAN, world = new PureWorld()) {
  const look = (plan: Plan): Decision =>
    decide({
      snapshot: world.snapshot(FILES),
      project: projectOf(plan, configOf()),
      timings: TIMINGS,
      derivations: newDerivations(),
    });
  const settle = (plan: Plan): Decision => {
    // Nobody makes a pass that was not asked for.
    for (let left = 12; left > 0; left--) {
      const decision = look(plan);
      world.apply(decision, { answer: 'named' });
      if (decision.wakeAt !== undefined && decision.wakeAt <= world.now) continue;
      const after = look(plan);
      if (after.effects.length === 0) return after;
      throw new Error(`after ${keys(decision).join(', ')}: ${keys(after).join(', ')}`);
    }
    throw new Error(`no rest: ${keys(look(plan)).join(', ')}`);
  };
  settle(first);
  world.label(world.kind(LABEL.plan)[0]?.number ?? 0, LABEL.start, WRITER);
  settle(first);
  world.tick(120);
  const run = (issue: number) => [...world.runs.values()].find(({ inputs, ended }) => inputs.issue === issue && !ended);
  /** People close what is left of a plan as done, the plan issue last. */
  const finish = (plan: Plan) => {
    for (const { number } of world.kind(LABEL.task)) if (world.issue(number).open) world.close(number, 'completed');
    for (const { id } of world.runs.values()) {
      const found = world.runs.get(id);
      if (found && !found.ended) world.end(found, 'success');
    }
    world.tick(600);
    settle(plan);
  };
  return { world, look, settle, run, finish };
}

export function states({ tasks }: Decision): readonly string[] {
  return tasks.map(({ task, state, issue }) => `${task.id} ${state} #${issue}`);
}
