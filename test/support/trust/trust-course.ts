import { expect } from 'vitest';
import type { Decision } from '../../../src/decide/effects/effect.ts';
import type { Config } from '../../../src/plan/config.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import type { Project } from '../../../src/plan/project.ts';
import { withKnownParts } from '../../../src/plan/restated.ts';
import { LABEL } from '../../../src/state/names.ts';
import type { PlanChange } from '../../../src/state/observed-files.ts';
import { projectFromRecords } from '../../../src/state/plan-from-records.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { instant, millis, type Snapshot } from '../../../src/state/snapshot.ts';
import { STALE_READS_MS } from '../../../src/state/stale-reads.ts';
import { unreachable } from '../../../src/state/unreachable.ts';
import { Course, firstSendings, holdForm } from '../course.ts';
import { projectionOf } from '../projection.ts';
import { APP, type Applying, WRITER } from '../pure-world.ts';
import {
  editTask,
  loadWritten,
  PLAN_PATH,
  readWritten,
  statusIn,
  type WrittenPlan,
  type WrittenTask,
  writePlan,
} from './plan-file.ts';
import { Truth } from './truth.ts';
import { WatchedWorld } from './watched-world.ts';

/** What the lead does to the file of the plan. */
export type PlanAct = {
  readonly act:
    | 'list'
    | 'remove-task'
    | 'put-back'
    | 'move-task'
    | 'retitle-task'
    | 'add-task'
    | 'break-plan'
    /** A force-push takes away what the app wrote last. */
    | 'undo-push';
  readonly pick: number;
};

const MAX_WAVES = 3;

const CUT_OFF = { file: PLAN_PATH, line: 1, column: 1, message: 'this is no JSON: it ends in the middle' };

const SOUND: Applying = { answer: 'named' };

/**
 * A plan in a file, carried out in a pure world in which people, triagers and other workflows act. Every pass writes its
 * projection into the file, and is held against what truly happened.
 */
export class TrustCourse extends Course {
  declare readonly world: WatchedWorld;
  readonly truth: Truth;
  #text: string;
  /** Who wrote the file, and when. */
  #change: PlanChange = { by: WRITER, at: instant(0) };
  /** What the app replaced by its last commit; undefined once somebody else has changed the file. */
  #replaced: { readonly text: string; readonly change: PlanChange } | undefined;
  /** The last pass wrote into the file. */
  #pushed = false;
  readonly #removed: WrittenTask[] = [];
  #added = 0;
  /** Nobody can read the file. */
  #isBroken = false;

  constructor(written: WrittenPlan, config: Config, integrationBranch?: string) {
    const text = writePlan(written);
    const truth = new Truth();
    super(loadWritten(text), config, integrationBranch, new WatchedWorld(truth, integrationBranch));
    this.truth = truth;
    this.#text = text;
    truth.sawPlan(this.plan.tasks);
    for (const { id, status } of this.plan.tasks) if (status === 'completed') truth.stated.add(id);
  }

  get text(): string {
    return this.#text;
  }

  /** The file is another one from now on. */
  write(text: string, change: PlanChange = { by: WRITER, at: instant(this.world.now) }): void {
    this.#isBroken = false;
    this.#text = text;
    this.#change = change;
    this.#replaced = undefined;
    this.plan = withKnownParts(loadWritten(text), this.plan);
    this.truth.sawPlan(this.plan.tasks);
  }

  /** The lead puts another plan into the file. */
  replace(written: WrittenPlan): void {
    this.truth.newPlan();
    this.write(writePlan(written));
  }

  protected override files(): Snapshot['files'] {
    const text = this.#isBroken ? this.#text.slice(0, -3) : this.#text;
    const plan = { path: PLAN_PATH, text };
    return { plan, planChange: this.#change, config: undefined, progress: undefined };
  }

  protected override project(snapshot: Snapshot): Project {
    if (!this.#isBroken) return super.project(snapshot);
    const { config, derivations } = this;
    return projectFromRecords({ problems: [CUT_OFF], config }, { snapshot, derivations });
  }

  protected override movedByItself(): boolean {
    return this.#pushed;
  }

  override pass(applying: Applying = SOUND, stale = 0): Decision {
    this.#pushed = false;
    const { issues } = this.world;
    for (const read of stale === 0 ? [] : this.snapshot(stale).issues)
      if (read.body !== issues.get(read.number)?.body) this.truth.readLate(read.number);
    for (const { number, body, reopenedAt, closedAt, closedBy } of issues.values()) {
      if (reopenedAt === undefined || readTaskRecord(body) !== undefined) continue;
      const passed = closedAt === undefined ? 0 : millis(closedAt) - millis(reopenedAt);
      this.truth.readBroken(number, { isClosedSince: closedBy === APP && passed > STALE_READS_MS });
    }
    const decision = super.pass(applying, stale);
    this.truth.sawIssues(this.world.issues.values());
    if (applying.failEvery !== undefined) return decision;
    if (stale === 0) this.truth.passed({ byFile: !this.#isAway(decision) });
    this.#commit(decision);
    return decision;
  }

  /** The pass goes by the records: what the file says is for later. */
  #isAway({ undecided }: Decision): boolean {
    return this.#isBroken || undecided !== undefined;
  }

  /** As the last step of a pass does; a pass of which something failed leaves it to the next one. */
  #commit(decision: Decision): void {
    if (decision.leftAlone.length > 0 || this.#isAway(decision)) return;
    const { plan, config } = this;
    const text = projectionOf({ plan, config, snapshot: this.snapshot(), decision }).files.get(PLAN_PATH);
    this.#pushed = text !== undefined && text !== this.#text;
    const before = { text: this.#text, change: this.#change };
    if (text !== undefined && this.#pushed) this.write(text, { by: APP, at: instant(this.world.now) });
    if (this.#pushed) this.#replaced = before;
    for (const id of this.truth.stated)
      expect(statusIn(this.#text, id), `law 10: the plan lists ${id} as completed`).toBe('completed');
  }

  protected override hold(
    decision: Decision,
    { snapshot, fresh }: { readonly snapshot: Snapshot; readonly fresh: boolean },
  ): void {
    holdForm(decision, { snapshot, course: this, fresh });
    expect(this.truth.broken).toEqual([]);
    this.#holdRuns();
    if (fresh) this.#holdTruth(decision);
  }

  #holdTruth(decision: Decision): void {
    const { truth, plan } = this;
    for (const { task, state } of decision.tasks) {
      if (truth.stated.has(task.id) && this.#isAway(decision) && truth.isNews(task.id)) continue;
      if (truth.stated.has(task.id)) expect(state, `law 8: ${task.id} is listed as completed`).toBe('completed');
      else if (state === 'completed' && !this.#isUnclear(task.id, decision))
        expect(truth.isDone(task.id), `law 2: ${task.id} is completed without evidence`).toBe(true);
    }
    for (const { inputs } of firstSendings(decision)) {
      const { task } = inputs;
      expect(truth.stated.has(task), `law 8: ${task} is dispatched although the plan lists it as completed`).toBe(
        false,
      );
      expect(truth.refused.has(task), `law 8: ${task} is dispatched after a person said no`).toBe(false);
      for (const id of plan.tasks.find((one) => one.id === task)?.dependencies ?? [])
        expect(
          truth.isDone(id) || truth.isUnclear(id, this.world.now),
          `law 1: ${task} is dispatched, and ${id} is not on the base`,
        ).toBe(true);
    }
  }

  /** While the file does not tell which branch is the base, what is gone from this one may be on another. */
  #isUnclear(id: TaskId, decision: Decision): boolean {
    return this.truth.isUnclear(id, this.world.now) || (this.#isAway(decision) && this.truth.isThrownAway(id));
  }

  /** Somebody repairs the file of the plan. */
  mend(): void {
    this.#isBroken = false;
  }

  /** Law 4: of what the app opened for the same one is left open; where a person opened one more they were told. */
  holdSeconds(rest: Decision): void {
    // It waits for what the file says, too.
    if (this.#isAway(rest)) return;
    const first = new Map<string, number>();
    const counted = new Set([rest.planIssue, ...rest.waveIssues.values(), ...rest.tasks.map(({ issue }) => issue)]);
    for (const { number, title, open, author, labels, labelChanges } of this.world.issues.values()) {
      const purpose = this.truth.purposeOf(number, rest);
      if (!open || purpose === undefined) continue;
      if (author === APP) {
        expect(first.get(purpose), `law 4: #${number} is open for ${purpose}, too`).toBeUndefined();
        first.set(purpose, number);
      }
      const isMarked = labels.includes(LABEL.task) && labelChanges.every(({ by }) => by === WRITER);
      if (author !== WRITER || counted.has(number) || !isMarked || purpose !== `task ${title.split(':', 1)[0]}`)
        continue;
      const told = rest.tasks.some(({ record }) => record.others?.includes(number));
      expect(told, `law 7: #${number} stands for nothing, and nobody is told`).toBe(true);
    }
  }

  /** Whatever people did to issues: one run owns a task, and no more than there are slots. */
  #holdRuns(): void {
    const { world, config } = this;
    const owners = [...world.runs.values()].filter(
      ({ id, inputs, step }) => step === 'working' && world.claims.get(inputs.issue)?.run === id,
    );
    const tasks = owners.map(({ inputs }) => inputs.task);
    expect(new Set(tasks).size, `law 1: two runs own one of ${tasks.join(', ')}`).toBe(tasks.length);
    expect(owners.length, 'law 1: slots').toBeLessThanOrEqual(config.max_parallel);
  }

  editPlan({ act, pick }: PlanAct): void {
    this.world.tick();
    // The app hears of its own push before anybody edits what it wrote.
    while (this.#pushed) this.pass();
    if (act === 'undo-push') {
      if (this.#replaced) this.write(this.#replaced.text, this.#replaced.change);
      return;
    }
    const written = readWritten(this.#text);
    if (act === 'put-back') {
      const back = this.#removed.splice(pick % Math.max(1, this.#removed.length), 1)[0];
      if (back) this.#putBack(back, written);
      return;
    }
    const open = written.tasks.filter(({ status }) => status !== 'completed');
    const task = open[pick % Math.max(1, open.length)];
    if (!task) return;
    const id = task.id as TaskId;
    this.#isBroken = false;
    switch (act) {
      case 'break-plan':
        this.#isBroken = true;
        return;
      case 'list':
        this.write(editTask(this.#text, id, { status: 'completed' }));
        this.truth.listed(id);
        return;
      case 'remove-task':
        if (written.tasks.length > 1) this.#remove(task, written);
        return;
      case 'move-task':
        // Out of a wave that was closed: whether that is a yes, nobody said.
        if (!this.truth.refused.has(id)) this.write(editTask(this.#text, id, { wave: 1 + (pick % MAX_WAVES) }));
        return;
      case 'retitle-task':
        this.write(editTask(this.#text, id, { title: `${task.title}, better` }));
        return;
      case 'add-task': {
        const added = { ...task, id: `T-${100 + ++this.#added}`, wave: 1 + (pick % MAX_WAVES), dependencies: [id] };
        const { status, ...rest } = added;
        this.write(writePlan({ ...written, tasks: [...written.tasks, rest] }));
        return;
      }
      default:
        unreachable(act);
    }
  }

  #remove(task: WrittenTask, written: WrittenPlan): void {
    this.#removed.push(task);
    // Put back without its status, it may count as done by what became of its issue.
    this.truth.mayStand(task.id as TaskId);
    this.truth.no(task.id as TaskId, this.world, true);
    const left = written.tasks.filter(({ id }) => id !== task.id);
    const tasks = left.map((one) => ({ ...one, dependencies: one.dependencies.filter((id) => id !== task.id) }));
    this.write(writePlan({ ...written, tasks }));
  }

  #putBack(task: WrittenTask, written: WrittenPlan): void {
    const known = new Set(written.tasks.map(({ id }) => id));
    this.truth.yes(task.id as TaskId, { anew: false });
    const dependencies = task.dependencies.filter((id) => known.has(id));
    const { status, ...rest } = task;
    this.write(writePlan({ ...written, tasks: [...written.tasks, { ...rest, dependencies }] }));
  }
}
