import fc from 'fast-check';
import { expect } from 'vitest';
import type { Decision } from '../../src/decide/effects/effect.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { LABEL } from '../../src/state/names.ts';
import type { RepositoryFacts } from '../../src/state/preflight/facts.ts';
import { isPreflightDue } from '../../src/state/preflight/is-due.ts';
import { awaitedProbe } from '../../src/state/preflight/probe.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { randomTasks } from '../plan/random-plan.ts';
import { type Act, acts, begin } from './adversary.ts';
import { Course, configOf, planOf, taskOf } from './course.ts';
import type { Law } from './draws.ts';
import { WRITER } from './pure-world.ts';

/** Courses in which nobody tells the app whether the rules let work land: the first run of the plan looks. */

const UNTOLD = { known: false, permission: 'administration: read' } as const;

const FACTS: RepositoryFacts = {
  viewer: { login: 'agent-waves[bot]', kind: 'app', role: undefined },
  owner: 'acme',
  url: 'https://github.com/acme/daw',
  isPrivate: true,
  isArchived: false,
  hasIssues: true,
  defaultBranch: 'main',
  base: { branch: 'main', exists: true },
  rules: [{ kind: 'classic' }],
  maySquash: true,
  workflows: UNTOLD,
  elsewhere: [],
  workflowState: UNTOLD,
  actions: UNTOLD,
  workflowDefaults: { known: true, value: { mayPropose: true, mayWrite: false } },
  environment: UNTOLD,
  secrets: { environment: UNTOLD, repository: UNTOLD, organization: UNTOLD },
  labels: [],
  granted: {
    permissions: { actions: 'write', contents: 'write', issues: 'write', pull_requests: 'write' },
    page: 'https://github.com/settings/installations/1',
  },
};

class UntoldCourse extends Course {
  override snapshot(stale = 0): Snapshot {
    const snapshot = super.snapshot(stale);
    const derivations = newDerivations();
    const isDue = isPreflightDue(snapshot, { config: this.config, derivations });
    const issue = awaitedProbe(snapshot, derivations);
    const claim = issue === undefined ? undefined : this.world.claims.get(issue);
    const isAtWork = claim !== undefined && this.world.runs.get(claim.run)?.step === 'working';
    return {
      ...snapshot,
      ...(isDue ? { facts: FACTS } : {}),
      ...(issue !== undefined && isAtWork ? { probed: { issue, dispatch: claim.dispatch } } : {}),
    };
  }

  protected override hold(decision: Decision, seen: { readonly snapshot: Snapshot; readonly fresh: boolean }): void {
    super.hold(decision, seen);
    const runs = [...this.world.runs.values()];
    const sent = decision.effects.flatMap((effect) => (effect.kind === 'dispatch' ? [effect.inputs.issue] : []));
    // Of one dispatch GitHub may have made two runs.
    const waiting = runs.flatMap(({ ended, inputs }) => (ended ? [] : [inputs.issue]));
    // A run that was begun, or ended, has told, or may have.
    if (runs.every(({ step }) => step === 'queued'))
      expect(new Set([...sent, ...waiting]).size, 'runs before one has told').toBeLessThan(2);
  }
}

type Tasks = ReturnType<typeof planOf>;

function courseOf(plan: Tasks, settings: string, isDoubted = false): Course {
  const course = new UntoldCourse(plan, configOf(settings));
  course.isDoubted = isDoubted;
  course.settle();
  const [issue] = course.world.kind(LABEL.plan);
  if (issue) course.world.label(issue.number, LABEL.start, WRITER);
  return course;
}

const plans = randomTasks(8).map((tasks) =>
  planOf(
    tasks.map(({ id, dependencies, estimate }) =>
      taskOf({ id, dependencies, minutes: estimate, wave: 1, touches: [] }),
    ),
  ),
);
const settings = fc.constantFrom('', 'max_parallel: 2\n', 'landing: merge\n');

function oneLooksFirst(plan: Tasks, config: string, steps: readonly Act[]): void {
  const course = courseOf(plan, config);
  for (const act of steps) course.perform(act);
  course.settle();
}

function keepsNothingUntrue(plan: Tasks, config: string, steps: readonly Act[]): void {
  const course = courseOf(plan, config, true);
  for (const act of steps) course.perform(act);
  for (let left = 6; left > 0; left--) {
    course.pass();
    course.world.tick(20);
    for (const run of course.world.runs.values()) if (run.step === 'queued' && !run.ended) begin(course.world, run);
  }
}

function allIsDone(plan: Tasks, config: string): void {
  const { tasks } = courseOf(plan, config).calm();
  expect(tasks.map(({ state }) => state)).toEqual(plan.tasks.map(() => 'completed'));
}

export const PROBE_LAWS: readonly Law[] = [
  {
    name: 'where nobody told whether work could land, one run is there before one has told, whatever happens',
    numRuns: 60,
    hold: (draws) => fc.assert(fc.property(plans, settings, acts, oneLooksFirst), draws),
  },
  {
    name: 'a plan whose first run looks is done whole',
    numRuns: 40,
    hold: (draws) => fc.assert(fc.property(plans, settings, allIsDone), draws),
  },
  {
    name: 'a process that goes on decides the same as one that has just started, where the first run looks (law 6)',
    numRuns: 40,
    hold: (draws) => fc.assert(fc.property(plans, settings, acts, keepsNothingUntrue), draws),
  },
];
