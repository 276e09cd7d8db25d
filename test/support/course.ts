import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import type { Decision, Dispatch } from '../../src/decide/effects/effect.ts';
import { commentsSince } from '../../src/github/read/wanted.ts';
import { type Config, loadConfig } from '../../src/plan/config.ts';
import type { Graph } from '../../src/plan/graph.ts';
import type { Plan, Task, TaskId } from '../../src/plan/plan.ts';
import { type Project, projectAgain } from '../../src/plan/project.ts';
import { withKnownParts } from '../../src/plan/restated.ts';
import { wavesOf } from '../../src/plan/waves.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { isListed } from '../../src/state/listed.ts';
import { LABEL } from '../../src/state/names.ts';
import { readTaskRecord } from '../../src/state/record.ts';
import { type CommentView, type IssueView, millis, type Snapshot } from '../../src/state/snapshot.ts';
import type { TaskState } from '../../src/state/task-view.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { findPlanIssue } from '../../src/state/tracked-issues.ts';
import { type Act, begin, perform, report } from './adversary.ts';
import { APP, type Applying, PureWorld, WRITER } from './pure-world.ts';

const FILES = { plan: { path: 'docs/planning/tasks.json', text: '' }, config: undefined, progress: undefined };

export function configOf(text = ''): Config {
  const loaded = loadConfig({ file: 'agent-waves.yml', text });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  return loaded.config;
}

/** What the file says of a task; of any other that it is pending. */
const STATUS: Partial<Record<TaskState, Task['status']>> = { completed: 'completed', running: 'in_progress' };

const SOUND: Applying = { answer: 'named' };

/** A plan being carried out in a pure world. Every pass is held against the laws that can be seen in one. */
export class Course {
  readonly world: PureWorld;
  readonly config: Config;
  plan: Plan;
  /** Passes that were made. */
  passes = 0;
  /** What passes leave to those after them. */
  derivations = newDerivations();
  /** Notices that have reached everybody, or were given up, by `noticeKey`. */
  readonly settledNotices = new Set<string>();
  /** Every decision is made once more with nothing kept, and is the same. Nothing else is held against it. */
  isDoubted = false;
  /** Whether a pass can commit progress first: by default every other one. */
  closesLanded = (): boolean => this.passes % 2 === 0;
  readonly #seen = new Map<number, IssueView>();
  #loaded: Project | undefined;

  /** @param integrationBranch The base, where work lands on a branch of its own. */
  constructor(plan: Plan, config: Config, integrationBranch?: string, world = new PureWorld(integrationBranch)) {
    this.world = world;
    this.plan = plan;
    this.config = config;
  }

  /** What is read of the repository beside its issues. */
  protected files(): Snapshot['files'] {
    return FILES;
  }

  decide(snapshot: Snapshot = this.snapshot()): Decision {
    const project = this.project(snapshot);
    const { settledNotices } = this;
    const given = { snapshot, project, timings: TIMINGS, closesLanded: this.closesLanded(), settledNotices };
    const decision = decide({ ...given, derivations: this.derivations });
    if (!this.isDoubted) return decision;
    const anew = decide({ ...given, derivations: newDerivations() });
    // Strings first: where they are the same there is nothing to look for.
    if (JSON.stringify(decision) !== JSON.stringify(anew))
      expect(decision, 'what is kept changes a decision').toEqual(anew);
    return decision;
  }

  /** As they are read. */
  #isRecent(snapshot: Snapshot): (comment: CommentView) => boolean {
    const plan = findPlanIssue(snapshot);
    if (!plan) return () => false;
    const since = commentsSince(plan, { ...snapshot, derivations: newDerivations() });
    return ({ createdAt }) => millis(createdAt) >= since;
  }

  /** As a host keeps them: an issue that did not change is the same value. */
  #kept(issues: readonly IssueView[]): readonly IssueView[] {
    return issues.map((issue) => {
      const known = this.#seen.get(issue.number);
      if (isDeepStrictEqual(known, issue)) return known ?? issue;
      this.#seen.set(issue.number, issue);
      return issue;
    });
  }

  get graph(): Graph {
    return this.project(this.snapshot()).graph;
  }

  /** Loaded once for each plan, as a host has it. */
  protected project(_snapshot: Snapshot): Project {
    if (this.#loaded?.plan !== this.plan)
      this.#loaded = projectAgain({ plan: this.plan, config: this.config }, this.#loaded);
    return this.#loaded;
  }

  snapshot(stale = 0): Snapshot {
    const snapshot = this.world.snapshot(this.files(), stale);
    if (!this.isDoubted) return snapshot;
    return {
      ...snapshot,
      issues: this.#kept(snapshot.issues),
      comments: snapshot.comments.filter(this.#isRecent(snapshot)),
    };
  }

  pass(applying: Applying = SOUND, stale = 0): Decision {
    this.passes += 1;
    const snapshot = this.snapshot(stale);
    const decision = this.decide(snapshot);
    if (!this.isDoubted) this.hold(decision, { snapshot, fresh: stale === 0 });
    this.world.apply(decision, applying);
    if (stale !== 0) this.world.recallHeard();
    return decision;
  }

  /** The last pass changed what the next one reads, in a way that tells every host: it pushed. */
  protected movedByItself(): boolean {
    return false;
  }

  /** Holds a decision against the laws that show in one. */
  protected hold(
    decision: Decision,
    { snapshot, fresh }: { readonly snapshot: Snapshot; readonly fresh: boolean },
  ): void {
    holdAgainstLaws(decision, { snapshot, course: this, fresh });
  }

  /** The app commits what it found, and the plan is loaded once more; people write `completed` beside it. */
  commitProgress({ tasks }: Decision, stated: (id: TaskId) => boolean): void {
    const statuses = new Map(tasks.map(({ task, state }) => [task.id, STATUS[state]]));
    const written = this.plan.tasks.map((task) => {
      const status = stated(task.id) ? 'completed' : (statuses.get(task.id) ?? 'pending');
      return { ...task, status };
    });
    this.plan = withKnownParts({ ...this.plan, tasks: written }, this.plan);
  }

  perform(act: Act): void {
    if (act.act === 'pass') {
      const failEvery = act.first === undefined ? undefined : { first: act.first, step: act.every };
      this.pass({ answer: act.answer, ...(failEvery ? { failEvery } : {}) }, act.stale);
    } else if (act.act === 'grow-plan') this.plan = grown(this.plan, act.pick);
    else perform(this.world, act);
    if (act.act === 'break-body') this.world.recallHeard();
  }

  /** Passes at one moment until there is nothing to do. @returns the last decision, which has no effects. */
  settle(): Decision {
    // Labels, plan issue, waves, tasks, then one more for every closing that lets a dependent go.
    for (let left = 12 + 2 * this.plan.tasks.length; left > 0; left--) {
      const { wakeAt, effects } = this.pass();
      const isAsked = wakeAt !== undefined && wakeAt <= this.world.now;
      // A run that ends because it was cancelled tells every host so.
      if (isAsked || this.movedByItself() || effects.some(({ kind }) => kind === 'cancel-run')) continue;
      const after = this.decide();
      // Law 3.
      expect(changes(after, this.world), `law 3: after ${effects.map(({ key }) => key).join(', ')}`).toEqual([]);
      return after;
    }
    throw new Error(
      `no rest at one moment: ${this.decide()
        .effects.map(({ key }) => key)
        .join(', ')}`,
    );
  }

  /** Faults are over: every run starts and ends, the host wakes when it was asked to. */
  calm(poisoned: ReadonlySet<TaskId> = new Set()): Decision {
    const bound = 40 + 16 * this.plan.tasks.length;
    for (let left = bound; left > 0; left--) {
      const decision = this.settle();
      this.world.tick();
      const open = [...this.world.runs.values()].filter(({ ended }) => !ended);
      for (const run of open) {
        if (run.step === 'queued') begin(this.world, run);
        else report(this.world, run, poisoned.has(run.inputs.task) ? 'verification' : 'completed', left % 2 === 0);
      }
      const asked = [...this.world.pulls.values()].filter(({ state }) => state === 'open');
      for (const { number } of asked) this.world.mergePull(number);
      if (open.length > 0 || asked.length > 0) continue;
      if (decision.wakeAt === undefined) return decision;
      this.world.now = Math.max(this.world.now, decision.wakeAt);
    }
    throw new Error(`law 5: no end after ${bound} rounds: ${this.states(this.decide())}`);
  }

  /** A person takes away every hold and asks for everything again. */
  fix(): void {
    const { world } = this;
    for (const { number, labels, open, closedAs } of [...world.issues.values()]) {
      if (closedAs === 'duplicate') continue;
      world.tick();
      if (labels.includes(LABEL.pause)) world.unlabel(number, LABEL.pause);
      world.comment(number, WRITER, '/resume');
      if (labels.includes(LABEL.plan)) {
        if (!open) world.reopen(number);
        world.comment(number, WRITER, '/start');
      }
      if (labels.includes(LABEL.wave) && closedAs === 'not_planned') world.reopen(number);
      if (!labels.includes(LABEL.task)) continue;
      world.tick();
      world.comment(number, WRITER, !open && closedAs === 'not_planned' ? '/skip' : '/retry');
    }
  }

  states(decision: Decision): string {
    return decision.tasks.map(({ task, state, reason }) => `${task.id} ${state} (${reason})`).join('; ');
  }
}

/** Effects in short; of a body its lines that differ from those that are there. */
function changes({ effects }: Decision, world: PureWorld): readonly string[] {
  return effects.map((effect) => {
    if (effect.kind !== 'write-body') return effect.key;
    const there = world.issue(effect.issue).body.split('\n');
    return `${effect.key}: ${effect.body
      .split('\n')
      .filter((line, index) => line !== there[index])
      .slice(0, 4)
      .join(' / ')}`;
  });
}

/** One more task, or one more dependency of one on another; never a cycle, since numbers only point downwards. */
function grown(plan: Plan, pick: number): Plan {
  const to = plan.tasks[pick % plan.tasks.length];
  const from = plan.tasks[(pick >> 3) % plan.tasks.length];
  if (!to || !from) return plan;
  const tasks: readonly Task[] =
    pick % 2 === 0
      ? [...plan.tasks, taskOf({ id: `T-${100 + plan.tasks.length}`, dependencies: [from.id], minutes: 30 })]
      : plan.tasks.map((task) =>
          task === to && place(from.id) < place(to.id) && !task.dependencies.includes(from.id)
            ? { ...task, dependencies: [...task.dependencies, from.id] }
            : task,
        );
  return { ...plan, tasks, waves: wavesOf(tasks, plan.waves) };
}

function place(id: TaskId): number {
  return Number(id.slice('T-'.length));
}

export function taskOf(given: {
  readonly id: string;
  readonly dependencies?: readonly string[];
  readonly minutes?: number;
  readonly wave?: number;
  readonly touches?: readonly string[];
  readonly status?: Task['status'];
}): Task {
  const { id, dependencies = [], ...rest } = given;
  return {
    title: `Work on ${id}`,
    description: '',
    wave: 1,
    minutes: 60,
    acceptance: [],
    outputs: [],
    touches: [],
    status: 'pending',
    ...rest,
    id: id as TaskId,
    dependencies: dependencies as readonly TaskId[],
  };
}

export function planOf(tasks: readonly Task[]): Plan {
  return { id: 'daw', name: 'DAW', tasks, waves: wavesOf(tasks, [{ number: 1, title: 'Foundation' }]) };
}

function isFirstSending({ inputs }: Dispatch, { tasks }: Decision): boolean {
  return tasks.find(({ task }) => task.id === inputs.task)?.record.live?.sends === 1;
}

/** What one decision shows of laws 1, 2, 7, 8 and 9. */
function holdAgainstLaws(decision: Decision, view: Held): void {
  holdDependencies(decision, view);
  holdClosings(decision, view);
  holdForm(decision, view);
}

interface Held {
  readonly snapshot: Snapshot;
  readonly course: Course;
  /** Nothing of the snapshot was stale. */
  readonly fresh: boolean;
}

/** Dispatches that were never sent before. */
export function firstSendings(decision: Decision): readonly Dispatch[] {
  return decision.effects.flatMap((effect) =>
    effect.kind === 'dispatch' && isFirstSending(effect, decision) ? [effect] : [],
  );
}

/** Law 1. */
function holdDependencies(decision: Decision, { snapshot, course: { plan } }: Held): void {
  const first = (id: string): IssueView | undefined =>
    snapshot.issues.find(
      ({ labels, title, closedAs }) =>
        labels.includes(LABEL.task) && closedAs !== 'duplicate' && title.startsWith(`${id}:`),
    );
  const planned = new Map(plan.tasks.map((task) => [task.id, task]));
  for (const { inputs, requires } of firstSendings(decision)) {
    for (const id of planned.get(inputs.task)?.dependencies ?? []) {
      const issue = first(id);
      const body = decision.effects.find((effect) => effect.kind === 'write-body' && effect.issue === issue?.number);
      const text = body?.kind === 'write-body' ? body.body : (issue?.body ?? '');
      const record = readTaskRecord(text);
      const listed = isListed({ status: planned.get(id)?.status ?? 'pending' }, record ?? {}) && !issue?.open;
      const isClosed = issue?.closedAs === 'completed' || [requires].flat().includes(`close:${issue?.number}`);
      const satisfied = isClosed || record?.skipped === true || listed;
      expect(satisfied, `law 1: ${inputs.task} is dispatched before ${id}`).toBe(true);
    }
  }
}

/** Law 2. */
function holdClosings(decision: Decision, { snapshot, course: { world } }: Held): void {
  const seen = new Map(snapshot.issues.map((issue) => [issue.number, issue]));
  for (const effect of decision.effects) {
    if (
      effect.kind === 'close-issue' &&
      effect.as === 'completed' &&
      seen.get(effect.issue)?.labels.includes(LABEL.task)
    ) {
      const task = decision.tasks.find(({ issue }) => issue === effect.issue);
      const listed = task?.record.listed === true && task.task.status === 'completed';
      expect(listed || world.proven.has(effect.issue), `law 2: #${effect.issue} is closed unproven`).toBe(true);
    }
  }
}

/** What shows whatever issues are called: slots, keys, labels of people, commands heard once, reasons. */
export function holdForm(decision: Decision, { snapshot, course: { config, world }, fresh }: Held): void {
  const seen = new Map(snapshot.issues.map((issue) => [issue.number, issue]));
  const begun = firstSendings(decision);
  if (begun.length > 0 && world.integrationBranch !== undefined)
    expect(world.branches.has(world.integrationBranch), 'nothing is dispatched before its base exists').toBe(true);
  const running = decision.tasks.filter(({ state }) => state === 'running');
  if (begun.length > 0) expect(running.length, 'law 1: slots').toBeLessThanOrEqual(config.max_parallel);
  // A task that a person closed while it ran and opened again comes back to its slot: only new dispatches are judged.
  for (const { inputs } of begun) {
    const slot = running.find(({ task }) => task.id === inputs.task)?.record.live?.agent;
    const holders = running.filter(({ record }) => record.live?.agent === slot);
    expect(holders.length, `law 1: ${slot} is given twice`).toBe(1);
  }

  expect(new Set(decision.effects.map(({ key }) => key)).size, 'keys are unique').toBe(decision.effects.length);
  for (const effect of decision.effects) {
    if (effect.kind === 'add-labels' || effect.kind === 'remove-labels') {
      for (const label of effect.labels) {
        if (label !== LABEL.start && label !== LABEL.pause) continue;
        // What a stranger took off is put back, and nothing else is done to what people steer with.
        const changes = seen.get(effect.issue)?.labelChanges.filter((change) => change.label === label);
        const set = changes?.findLast(({ by }) => by === WRITER || by === APP)?.added;
        expect(effect.kind === 'add-labels' && set, `law 8: ${effect.key}`).toBe(true);
      }
    }
    if (effect.kind === 'react' && fresh) {
      const id = Number(effect.key.split(':')[1]);
      expect(world.heard.has(id), `law 9: comment ${id} acts again`).toBe(false);
    }
  }
  for (const { task, reason } of decision.tasks) {
    expect(reason.trim(), `law 7: ${task.id}`).not.toBe('');
    expect(reason, `law 7: ${task.id}`).not.toMatch(/[\n\r]/);
  }
}
