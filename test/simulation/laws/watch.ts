import type { IssueRecord, RunRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { readBlock } from '../../../src/state/hidden-block.ts';
import { readTrailers } from '../../../src/state/landing-trailers.ts';
import { ACTIONS_LOGIN, type DispatchInputs, LABEL, parseDispatchTitle } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import type { GitRefs } from '../runs/git-refs.ts';
import { PLAN_PATH } from '../world/files.ts';
import type { Town } from '../world/town.ts';
import { pausedSince, WRITER } from './paused.ts';
import { MAY_BE_UNSEEN, statedPlan, type Truth } from './truth.ts';

export interface Violation {
  readonly law: number;
  readonly at: number;
  readonly what: string;
}

export interface WatchInput {
  readonly town: () => Town;
  readonly git: GitRefs;
  readonly truth: Truth;
  readonly now: () => number;
  readonly parallel: number;
}

const APPS = ['waves[bot]', ACTIONS_LOGIN];
/** More runs of one task than any course of attempts, slices and people leads to. */
const MAX_RUNS_OF_ONE = 60;
/** More than any process says again that dies before it remembers, and reads what was so before. */
const MAX_SAID = 5;

/** Looks at GitHub as it is, after every write of anybody, and at what runs do. */
export class Watch {
  readonly violations: Violation[] = [];
  /** How often each law was asked, by its number. */
  readonly asked = new Map<number, number>();
  readonly #input: WatchInput;
  readonly #seenEvents = new Map<number, number>();
  readonly #sent = new Set<string>();
  readonly #seenComments = new Map<number, number>();
  readonly #said = new Map<string, number>();
  #seenRuns = 0;
  #seenIssues = 0;
  #head: string | undefined;
  #history: Awaited<ReturnType<GitRefs['history']>> = [];
  #standing: ReadonlySet<number> = new Set();

  constructor(input: WatchInput) {
    this.#input = input;
  }

  /** What is new since the last look. */
  async look(): Promise<void> {
    const { repository } = this.#input.town();
    for (; this.#seenIssues < repository.issues.length; this.#seenIssues++)
      this.#sawIssue(repository.issues[this.#seenIssues]);
    await this.#sawBase();
    for (; this.#seenRuns < repository.runs.length; this.#seenRuns++) this.#sawRun(repository.runs[this.#seenRuns]);
    for (const issue of repository.issues) {
      this.#sawEvents(issue);
      this.#sawComments(issue);
    }
  }

  check(law: number, holds: boolean, what: () => string): void {
    this.asked.set(law, (this.asked.get(law) ?? 0) + 1);
    if (!holds && this.violations.length < 20) this.violations.push({ law, at: this.#input.now(), what: what() });
  }

  #sawIssue(issue: IssueRecord | undefined): void {
    if (!issue || !APPS.includes(issue.author.login) || issue.pull) return;
    const task = readTaskRecord(issue.body ?? '')?.task;
    if (task === undefined) return;
    const { issues } = this.#input.truth;
    issues.set(task, [...(issues.get(task) ?? []), issue.number]);
  }

  #sawRun(run: RunRecord | undefined): void {
    const { truth, now, town } = this.#input;
    const dispatch = run && parseDispatchTitle(run.displayTitle);
    if (!dispatch || !run || !APPS.includes(run.actor.login)) return;
    const { task } = dispatch;
    const open = (needs: ReadonlySet<string>) => [...needs].filter((id) => !truth.isSatisfied(id, now()));
    const missing = (truth.needs.get(task) ?? []).map(open);
    this.check(
      1,
      missing.length === 0 || missing.some((each) => each.length === 0),
      () => `${task} was dispatched (d${dispatch.dispatch}) before ${missing.at(-1)?.join(', ')}`,
    );
    const refused = truth.refused.get(task);
    this.check(
      8,
      refused === undefined || now() - refused <= MAY_BE_UNSEEN,
      () => `${task} was dispatched (d${dispatch.dispatch}) after a person had said no`,
    );
    this.#checkPause(dispatch);
    const all = town().repository.runs.filter(({ displayTitle }) => parseDispatchTitle(displayTitle)?.task === task);
    this.check(5, all.length <= MAX_RUNS_OF_ONE, () => `${task} has been run ${all.length} times`);
    this.check(
      1,
      !truth.listed.has(task) || truth.redone.has(task),
      () => `${task} was dispatched, which the plan lists as completed`,
    );
  }

  /** Sent once more under the same number it is no new one. */
  #checkPause({ task, issue, dispatch }: DispatchInputs): void {
    const { town, now } = this.#input;
    const key = `${issue} d${dispatch}`;
    const since = this.#sent.has(key) ? undefined : pausedSince(town().repository.issues);
    this.#sent.add(key);
    this.check(
      8,
      since === undefined || now() - since <= MAY_BE_UNSEEN,
      () => `${task} was dispatched (d${dispatch}) while a person's ${LABEL.pause} was on the plan`,
    );
  }

  #sawEvents(issue: IssueRecord): void {
    const from = this.#seenEvents.get(issue.number) ?? 0;
    const { events } = issue;
    this.#seenEvents.set(issue.number, events.length);
    for (let index = from; index < events.length; index++) {
      const event = events[index];
      if (!event || !APPS.includes(event.actor.login)) continue;
      const before = events.slice(0, index);
      const isForged = this.#input.truth.forged.has(`${issue.number} ${event.createdAt}`);
      if (event.event === 'closed' && !isForged) {
        this.#sawClosing(issue, event.stateReason);
        if (event.stateReason === 'completed') this.#checkReopened(issue, before);
      }
      if (event.event === 'reopened') {
        const closing = before.findLast((each) => each.event === 'closed');
        this.check(
          8,
          closing?.actor.login !== WRITER,
          () => `#${issue.number} was opened again, which a person had closed`,
        );
      }
      if (event.event === 'unlabeled' && (event.label?.name === LABEL.start || event.label?.name === LABEL.pause)) {
        const set = before.findLast((each) => each.event === 'labeled' && each.label === event.label);
        this.check(
          8,
          set?.actor.login !== WRITER,
          () => `${event.label?.name} was taken off #${issue.number}, which a person had set`,
        );
      }
    }
  }

  /** What the app says is about something, and said of that once, or again where it died or read what was so before. */
  #sawComments({ number, comments }: IssueRecord): void {
    for (const { author, body } of comments.slice(this.#seenComments.get(number) ?? 0)) {
      const about = APPS.includes(author.login) ? readBlock('agent-waves:comment', body) : undefined;
      if (about === undefined) continue;
      const key = `${number} ${JSON.stringify(about)}`;
      const times = (this.#said.get(key) ?? 0) + 1;
      this.#said.set(key, times);
      this.check(
        3,
        times <= MAX_SAID,
        () => `the same was said ${times} times on #${number}: ${JSON.stringify(about)}`,
      );
    }
    this.#seenComments.set(number, comments.length);
  }

  /** What a person opened again is to be done once more. */
  #checkReopened({ number }: IssueRecord, before: IssueRecord['events']): void {
    const { truth } = this.#input;
    const task = truth.taskOf(number);
    const at = before.findLastIndex(({ event, actor }) => event === 'reopened' && actor.login === WRITER);
    const reopened = before[at];
    const closing = before.slice(0, Math.max(at, 0)).findLast(({ event }) => event === 'closed');
    if (task === undefined || !reopened || !closing) return;
    if (closing.stateReason !== 'completed' || !APPS.includes(closing.actor.login)) return;
    // The base tells, since a run may never hear that its work was merged.
    const isDone = this.#history.some(
      ({ author, message }) =>
        author.date > reopened.createdAt && readTrailers(message).some(({ issue }) => issue === number),
    );
    this.check(
      8,
      isDone || truth.waived.has(task) || truth.listed.has(task),
      () => `#${number} was closed as completed, which a person had opened again, and nothing has landed since`,
    );
  }

  #sawClosing({ number, title }: IssueRecord, reason: string | null): void {
    const { truth, now } = this.#input;
    const task = truth.taskOf(number);
    if (task === undefined || (reason ?? 'completed') !== 'completed') return;
    const stands = now() - (truth.stood.get(task) ?? Number.NEGATIVE_INFINITY) <= MAY_BE_UNSEEN;
    const isSaid = truth.waived.has(task) || truth.listed.has(task);
    this.check(
      2,
      stands || isSaid,
      () => `#${number} (${title}) was closed as completed, and nothing of it is on the base`,
    );
  }

  async #sawBase(): Promise<void> {
    const { git, truth, now, town } = this.#input;
    const head = git.head();
    const before = this.#head;
    this.#head = head;
    if (head !== before) this.#history = await git.history(head);
    if (head !== before) this.#standing = truth.standingOn(this.#history);
    truth.sawStanding(this.#standing, now());
    if (before === undefined || head === before) return;
    const commit = this.#history[0];
    const parent = commit?.parents[0];
    if (!commit || parent === undefined || !APPS.some((app) => commit.author.name === app)) return;
    const { objects } = town().repository;
    const text = async (at: string) => (await objects.read(`${at}:${PLAN_PATH}`))?.content.toString('utf8');
    const [was, is] = [await text(parent), await text(head)];
    if (was === undefined || is === undefined || was === is) return;
    this.check(10, isSamePlan(was, is), () => 'the app changed more of the plan than the fields that it writes');
    const undone = [...truth.listed].filter(
      (id) => statusOf(was, id) === 'completed' && statusOf(is, id) !== 'completed',
    );
    this.check(
      10,
      undone.length === 0,
      () => `the app took back that ${undone.join(', ')} is completed, as a person had written`,
    );
  }
}

function isSamePlan(was: string, is: string): boolean {
  try {
    return statedPlan(was) === statedPlan(is);
  } catch {
    // A plan that cannot be read is not to be touched at all.
    return false;
  }
}

function statusOf(text: string, id: string): unknown {
  const { tasks } = JSON.parse(text) as { tasks: { id: string; status?: string }[] };
  return tasks.find((task) => task.id === id)?.status;
}
