import type { Decision } from '../../../src/decide/effects/effect.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import { LABEL } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import type { IssueView } from '../../../src/state/snapshot.ts';
import type { PureRun } from '../pure-world.ts';
import { Mainline } from './mainline.ts';

/** What an issue was made for: a task, a wave, or the whole plan. */
type Purpose =
  | { readonly kind: 'former' }
  | { readonly kind: 'task'; readonly task: TaskId }
  | { readonly kind: 'wave'; readonly wave: number }
  | { readonly kind: 'plan' };

/** Where dispatches show that are outstanding. */
interface Outstanding {
  readonly runs: ReadonlyMap<number, PureRun>;
  issue(number: number): IssueView;
}

/** A no that was said while dispatches up to this one were outstanding. */
interface Doom {
  readonly dispatch: number;
  /** A pass has read it, and all of its effects were carried out. */
  read: boolean;
  /** Said by what the file of the plan no longer has. */
  readonly inFile: boolean;
}

/**
 * What people who may write have truly said of each task, and what truly landed: told by the events themselves, never by
 * what the app wrote down.
 */
export class Truth {
  readonly base = new Mainline();
  /** Tasks that the plan lists as completed by a person's hand, and about which nothing else was said since. */
  readonly stated = new Set<TaskId>();
  /** Tasks to which a person said no, and about which nothing else was said since. */
  readonly refused = new Set<TaskId>();
  /** Tasks that a person let go on without their work: by `/skip`, `/accept`, or closing them as completed. */
  readonly waived = new Map<TaskId, 'skipped' | 'accepted' | 'closed'>();
  /** How often each task may land, and has. */
  readonly landings = new Map<TaskId, { allowed: number; had: number }>();
  /** Broken promises that show when a run lands. */
  readonly broken: string[] = [];
  readonly #purposes = new Map<number, Purpose>();
  readonly #dooms = new Map<number, Doom[]>();
  readonly #waves = new Map<TaskId, number>();
  readonly #merged = new Set<TaskId>();
  /** Tasks on whose issue a person said or did something that no pass may have read yet. */
  readonly #unread = new Set<TaskId>();
  /** Tasks whose status in the file no pass may have read yet. */
  readonly #listedUnread = new Set<TaskId>();

  /** The app has made issues: what they are for is what their titles said then. */
  sawIssues(issues: Iterable<IssueView>): void {
    for (const { number, title, labels } of issues) {
      if (this.#purposes.has(number)) continue;
      const wave = /^Wave (\d+)/.exec(title)?.[1];
      if (labels.includes(LABEL.task)) this.#purposes.set(number, { kind: 'task', task: idIn(title) });
      else if (labels.includes(LABEL.wave) && wave) this.#purposes.set(number, { kind: 'wave', wave: Number(wave) });
      else if (labels.includes(LABEL.plan)) this.#purposes.set(number, { kind: 'plan' });
    }
  }

  /** Another plan takes the place of the one so far: nothing that was said or done answers for its tasks. */
  newPlan(): void {
    for (const number of this.#purposes.keys()) this.#purposes.set(number, { kind: 'former' });
    for (const known of [
      this.stated,
      this.refused,
      this.waived,
      this.landings,
      this.#dooms,
      this.#waves,
      this.#merged,
      this.#unread,
      this.#listedUnread,
    ])
      known.clear();
  }

  sawPlan(tasks: Iterable<{ readonly id: TaskId; readonly wave: number }>): void {
    for (const { id, wave } of tasks) this.#waves.set(id, wave);
  }

  /** Every issue that was ever made for the task. */
  issuesOf(task: TaskId): readonly number[] {
    return [...this.#purposes].flatMap(([number, purpose]) =>
      purpose.kind === 'task' && purpose.task === task ? [number] : [],
    );
  }

  /** What the issue was made for, in words; undefined of what the plan does not have by now. */
  purposeOf(issue: number, { tasks }: Pick<Decision, 'tasks'>): string | undefined {
    const purpose = this.#purposes.get(issue);
    switch (purpose?.kind) {
      case 'task':
        return tasks.some(({ task }) => task.id === purpose.task) ? `task ${purpose.task}` : undefined;
      case 'wave':
        return tasks.some(({ task }) => task.wave === purpose.wave) ? `wave ${purpose.wave}` : undefined;
      case 'plan':
        return 'plan';
      case 'former':
      case undefined:
        return undefined;
    }
  }

  /** The tasks that a word on this issue is about. */
  about(issue: number): readonly TaskId[] {
    const purpose = this.#purposes.get(issue);
    switch (purpose?.kind) {
      case 'task':
        return [purpose.task];
      case 'wave':
        return [...this.#waves].flatMap(([task, wave]) => (wave === purpose.wave ? [task] : []));
      case 'plan':
        return [...this.#waves.keys()];
      case 'former':
      case undefined:
        return [];
    }
  }

  /**
   * There is an earlier issue for the same. The earlier one counts: whoever closes the copy has tidied up, and said
   * nothing about the work. Where the earlier one was broken the copy may count, so that either may come of it.
   */
  isCopy(issue: number): boolean {
    const of = JSON.stringify(this.#purposes.get(issue));
    return [...this.#purposes].some(([number, purpose]) => number < issue && JSON.stringify(purpose) === of);
  }

  isOfTask(issue: number): boolean {
    return this.#purposes.get(issue)?.kind === 'task';
  }

  /** Completed for a reason that no comment can make up. */
  isDone(task: TaskId): boolean {
    return this.stated.has(task) || this.waived.has(task) || this.isLanded(task);
  }

  isLanded(task: TaskId): boolean {
    return this.issuesOf(task).some((issue) => this.base.holds(issue));
  }

  /** Whatever became of it since. */
  hasEverLanded(task: TaskId): boolean {
    return (this.landings.get(task)?.had ?? 0) > 0 || this.#merged.has(task) || this.isLanded(task);
  }

  /** What is so may be judged otherwise for a while: the base was rewritten a moment ago. */
  isUnclear(task: TaskId, now: number): boolean {
    return this.issuesOf(task).some((issue) => this.base.isUnclear(issue, now));
  }

  /** Some of its work is gone from the base, or was at some time. */
  isThrownAway(task: TaskId): boolean {
    return this.issuesOf(task).some((issue) => this.base.isThrownAway(issue));
  }

  /** A person says no to the task or to a group of it: what is outstanding may not land, and nothing of it is begun. */
  no(task: TaskId, world: Outstanding, inFile = false): void {
    if (this.isLanded(task)) return;
    this.refused.add(task);
    this.doom(task, world, inFile);
  }

  /** What is outstanding may not land. */
  doom(task: TaskId, world: Outstanding, inFile = false): void {
    for (const issue of this.issuesOf(task)) {
      const sent = [...world.runs.values()].flatMap(({ inputs }) => (inputs.issue === issue ? [inputs.dispatch] : []));
      const announced = readTaskRecord(world.issue(issue).body)?.dispatch ?? 0;
      const dooms = this.#dooms.get(issue) ?? [];
      this.#dooms.set(issue, [...dooms, { dispatch: Math.max(announced, ...sent), read: false, inFile }]);
    }
  }

  /**
   * A person says yes again. A no that no pass has read is as if it had not been said.
   * @param anew What was done is to be done once more.
   */
  yes(task: TaskId, { anew }: { readonly anew: boolean }): void {
    this.refused.delete(task);
    if (anew) {
      this.stated.delete(task);
      if (this.waived.get(task) === 'closed') this.waived.delete(task);
    }
    this.mayLandAgain(task);
    for (const issue of this.issuesOf(task))
      this.#dooms.set(
        issue,
        (this.#dooms.get(issue) ?? []).filter(({ read }) => read),
      );
  }

  mayLandAgain(task: TaskId): void {
    const { allowed, had } = this.landings.get(task) ?? { allowed: 1, had: 0 };
    this.landings.set(task, { allowed: allowed + 1, had });
  }

  /** A person spoke on the task's own issue, closed it or opened it again. */
  said(task: TaskId): void {
    this.#unread.add(task);
  }

  /** A pass saw everything as it is, and all of its effects were carried out. @param byFile It went by what the file says. */
  passed({ byFile }: { readonly byFile: boolean }): void {
    this.#unread.clear();
    if (byFile) this.#listedUnread.clear();
    for (const dooms of this.#dooms.values()) for (const doom of dooms) doom.read ||= byFile || !doom.inFile;
  }

  /**
   * The plan lists it as completed. A status in a file has no time: of what nobody has read of its issue before, either
   * may count. Of what landed `completed` is the app's own word, whoever writes it.
   */
  listed(task: TaskId): void {
    this.refused.delete(task);
    if (this.#unread.has(task) || this.hasEverLanded(task)) this.waived.set(task, 'accepted');
    else {
      this.stated.add(task);
      this.#listedUnread.add(task);
    }
  }

  /** Whether the status in the file that lists it as completed may be news to the next pass. */
  isNews(task: TaskId): boolean {
    return this.#listedUnread.has(task);
  }

  /**
   * A pass reads a broken record of an issue that was opened again once: whether a status in the file is from before that,
   * nothing tells, unless the app has closed it since.
   */
  readBroken(issue: number, { isClosedSince }: { readonly isClosedSince: boolean }): void {
    for (const task of this.about(issue)) if (this.isNews(task) || !isClosedSince) this.mayStand(task);
  }

  /** A pass reads the issue's record as it was a moment ago: it may take a later status in the file for its own word. */
  readLate(issue: number): void {
    for (const task of this.about(issue)) this.mayStand(task);
  }

  /** Something came that a pass may read before the status in the file, or after it: either may count from now on. */
  mayStand(task: TaskId): void {
    if (this.stated.delete(task)) this.waived.set(task, 'accepted');
  }

  /** People merge what is in review: `completed` is the app's own word once it has read that. */
  landedByMerge(task: TaskId): void {
    this.mayStand(task);
    this.#merged.add(task);
  }

  landed({ inputs }: PureRun): void {
    const { issue, dispatch } = inputs;
    const task = this.about(issue)[0] ?? inputs.task;
    this.base.add({ landed: { issue, dispatch } });
    // Once that is read, `completed` is the app's own word.
    this.mayStand(task);
    const doomed = this.#dooms.get(issue)?.some((doom) => doom.read && dispatch <= doom.dispatch);
    if (doomed) this.broken.push(`law 8: d${dispatch} of ${task} landed after a person had said no`);
    const { allowed, had } = this.landings.get(task) ?? { allowed: 1, had: 0 };
    this.landings.set(task, { allowed, had: had + 1 });
    if (had + 1 > allowed) this.broken.push(`law 4: ${task} landed ${had + 1} times`);
  }
}

function idIn(title: string): TaskId {
  return (title.split(':', 1)[0] ?? '') as TaskId;
}
