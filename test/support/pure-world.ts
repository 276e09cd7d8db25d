import type { Decision, Effect } from '../../src/decide/effects/effect.ts';
import type { TaskId } from '../../src/plan/plan.ts';
import { type DispatchInputs, dispatchTitle, LABEL, taskBranch } from '../../src/state/names.ts';
import { readGroupRecord, readTaskRecord } from '../../src/state/record.ts';
import {
  type CommentView,
  type IntegrationBranch,
  type IssueView,
  instant,
  type PullView,
  type RunView,
  type Snapshot,
} from '../../src/state/snapshot.ts';

/** Login of the app in this world. */
export const APP = 'waves[bot]';
export const WRITER = 'lead';
export const STRANGER = 'eve';

export const BEGIN = Date.UTC(2026, 2, 2, 9);

/** A workflow run as GitHub and its runner know it; `step` is hidden from snapshots. */
export interface PureRun extends RunView {
  readonly inputs: DispatchInputs;
  readonly step: 'queued' | 'working' | 'over';
}

/** How GitHub answers dispatches: with the run, without a word, by a 502 after or before taking it, or by a 4xx. */
export type Answer = 'named' | 'silent' | 'lost' | 'unsent' | 'refused';

export interface Applying {
  readonly answer: Answer;
  /** The effect at this position of the list fails, and so does every one this many later. Undefined: none does. */
  readonly failEvery?: { readonly first: number; readonly step: number };
}

/** Reads after writes may be stale for so long (ms). */
const STALE_FOR = 60_000;

/**
 * GitHub as values: what a decision's effects and an adversary do to it, and what a pass sees of it. It has no HTTP and
 * no rules of its own beyond the protocol of claims, so that thousands of courses fit into a test.
 */
export class PureWorld {
  now = BEGIN;
  readonly labels = new Map<string, string>();
  readonly issues = new Map<number, IssueView>();
  readonly comments: CommentView[] = [];
  readonly runs = new Map<number, PureRun>();
  readonly pulls = new Map<number, PullView & { readonly issue: number; readonly verified: string }>();
  /** The base, where work lands on a branch of its own. */
  readonly apart: string | undefined;
  readonly branches = new Map<string, string>();
  /** Tip of the default branch, as often as people push to it, and the one that was last brought over. */
  defaultHead = '0'.repeat(40);
  merged = '0'.repeat(40);
  /** Commits on the base so far: its head. */
  commits = 0;
  /** Issue to the run that owns it. */
  readonly claims = new Map<number, { readonly dispatch: number; readonly run: number }>();
  /** Issues whose work is on the base, since they were last opened again. */
  readonly landed = new Set<number>();
  /** Issues that a genuine run reported completed, since they were last opened again. */
  readonly proven = new Set<number>();
  /** Command comments that entered a record that GitHub holds. */
  readonly heard = new Set<number>();
  /** How often work of one issue landed without having been asked for again: anything but 1 breaks law 9. */
  landings = 0;

  /** Each issue as it was before its last change, and whether this process made that change. */
  readonly #before = new Map<number, { readonly issue: IssueView | undefined; readonly at: number; ours: boolean }>();
  #dispatched = new Map<number, { readonly dispatch: number; readonly run: number }>();
  #refused = new Map<number, { readonly dispatch: number; readonly what: string }>();
  #lastNumber = 0;
  #lastId = 1_000;

  constructor(apart?: string) {
    this.apart = apart;
  }

  tick(seconds = 1): void {
    this.now += seconds * 1_000;
  }

  /** The process is killed; another begins with an empty memory. */
  restart(): void {
    this.#dispatched = new Map();
    this.#refused = new Map();
    for (const change of this.#before.values()) change.ours = false;
  }

  /** @param stale Bit n: issue n is read as it was before its last change, where GitHub may still show that. */
  snapshot(files: Snapshot['files'], stale = 0): Snapshot {
    const issues = [...this.issues.keys()].sort((a, b) => a - b).flatMap((number) => this.#read(number, stale) ?? []);
    return {
      now: this.now,
      repository: {
        owner: 'acme',
        name: 'daw',
        id: 'R_1',
        defaultBranch: 'main',
        url: 'https://github.com/acme/daw',
        head: this.commit(),
        ...(this.apart === undefined ? {} : { integrationBranch: this.#apart(this.apart) }),
      },
      app: APP,
      files,
      labels: new Map(this.labels),
      issues,
      runs: [...this.runs.values()].map(({ inputs, step, ...run }) => run),
      comments: [...this.comments],
      pulls: new Map([...this.pulls].map(([number, { issue, verified, ...pull }]) => [number, pull])),
      writers: new Set([WRITER]),
      dispatched: new Map(this.#dispatched),
      refused: new Map(this.#refused),
    };
  }

  #apart(branch: string): IntegrationBranch {
    const { defaultHead } = this;
    return { branch, exists: this.branches.has(branch), defaultHead, behind: this.merged !== defaultHead };
  }

  #read(number: number, stale: number): IssueView | undefined {
    const change = this.#before.get(number);
    const old = change && !change.ours && this.now - change.at < STALE_FOR && ((stale >>> (number % 31)) & 1) === 1;
    const issue = old ? change.issue : this.issues.get(number);
    if (!issue) return undefined;
    const blockedBy = issue.blockedBy.map((other) => ({
      number: other.number,
      open: this.issues.get(other.number)?.open ?? false,
    }));
    return { ...issue, blockedBy };
  }

  /** Carries out effects as GitHub would: each for itself, dispatches only after the body that announces them. */
  apply({ effects }: Pick<Decision, 'effects'>, { answer, failEvery }: Applying): void {
    const failed = (index: number) =>
      failEvery !== undefined && index >= failEvery.first && (index - failEvery.first) % failEvery.step === 0;
    const announced = new Set<number>();
    effects.forEach((effect, index) => {
      if (effect.kind === 'dispatch' || failed(index)) return;
      if (effect.kind === 'write-body') announced.add(effect.issue);
      this.#write(effect);
    });
    effects.forEach((effect, index) => {
      if (effect.kind !== 'dispatch' || failed(index) || !announced.has(effect.inputs.issue)) return;
      this.#dispatch(effect.inputs, answer);
    });
  }

  #write(effect: Exclude<Effect, { kind: 'dispatch' }>): void {
    switch (effect.kind) {
      case 'create-label':
        this.labels.set(effect.name, `L_${effect.name}`);
        return;
      case 'create-issue':
        this.open({ title: effect.title, body: effect.body, labels: effect.labels, parent: effect.parent, by: APP });
        return;
      case 'write-body': {
        this.#change(effect.issue, { body: effect.body, writer: APP }, true);
        for (const id of commandsIn(effect.body)) this.heard.add(id);
        return;
      }
      case 'add-labels':
        for (const label of effect.labels) this.label(effect.issue, label, APP);
        return;
      case 'remove-labels':
        for (const label of effect.labels) this.unlabel(effect.issue, label, true);
        return;
      case 'add-blocked-by':
      case 'remove-blocked-by': {
        const { blockedBy } = this.issue(effect.issue);
        const others = blockedBy.filter(({ number }) => number !== effect.blocker);
        const added = effect.kind === 'add-blocked-by' ? [{ number: effect.blocker, open: true }] : [];
        this.#change(effect.issue, { blockedBy: [...others, ...added] }, true);
        return;
      }
      case 'comment':
        this.comment(effect.issue, APP, effect.body);
        return;
      case 'close-issue':
        this.close(effect.issue, typeof effect.as === 'object' ? 'duplicate' : effect.as, true);
        return;
      case 'cancel-run': {
        const run = this.runs.get(effect.run);
        if (run?.step === 'queued') this.end(run, 'cancelled');
        return;
      }
      case 'delete-claim':
        this.claims.delete(effect.issue);
        return;
      case 'create-branch':
        this.branches.set(effect.branch, effect.from);
        return;
      case 'merge-branch':
        this.merged = this.defaultHead;
        return;
      case 'open-pull': {
        const known = [...this.pulls.values()].some(
          ({ branch, state }) => branch === effect.branch && state === 'open',
        );
        if (known || !this.branches.has(effect.branch)) return;
        const number = ++this.#lastNumber;
        const pull: PullView = {
          ...{ number, branch: effect.branch, base: effect.base, state: 'open', head: this.commit() },
          ...{ mergeState: 'BLOCKED', mergeCommit: undefined, mergedAt: undefined, closedAt: undefined },
          ...{ reviews: [], failedChecks: [] },
        };
        this.pulls.set(number, { ...pull, issue: 0, verified: pull.head });
        return;
      }
      case 'react':
        return;
    }
  }

  #dispatch(inputs: DispatchInputs, answer: Answer): void {
    if (answer === 'refused') {
      this.#refused.set(inputs.issue, { dispatch: inputs.dispatch, what: 'no ref found for: main' });
      return;
    }
    if (answer === 'unsent') return;
    const run = this.start(inputs);
    if (answer === 'named') this.#dispatched.set(inputs.issue, { dispatch: inputs.dispatch, run: run.id });
  }

  start(inputs: DispatchInputs): PureRun {
    const at = instant(this.now);
    const run: PureRun = {
      id: ++this.#lastId,
      title: dispatchTitle(inputs),
      ended: false,
      conclusion: undefined,
      actor: APP,
      createdAt: at,
      updatedAt: at,
      inputs,
      step: 'queued',
    };
    this.runs.set(run.id, run);
    return run;
  }

  /** The commit at the tip of the base. */
  commit(): string {
    return (this.commits === 0 ? '' : this.commits.toString(16)).padStart(40, 'b');
  }

  /** A run leaves its work for people: a new pull request, or a new head of the one that is open. */
  present(run: PureRun): { readonly number: number; readonly head: string } | undefined {
    const { issue, task, dispatch } = run.inputs;
    if (this.claims.get(issue)?.run !== run.id) return undefined;
    this.claims.delete(issue);
    const head = `${issue}${dispatch}`.padStart(40, 'd');
    const known = [...this.pulls.values()].find((pull) => pull.issue === issue && pull.state === 'open');
    const number = known?.number ?? ++this.#lastNumber;
    const fresh: PullView = {
      ...{ number, branch: taskBranch(task), base: 'main', state: 'open', head, mergeState: 'BLOCKED' },
      ...{ mergeCommit: undefined, mergedAt: undefined, closedAt: undefined, reviews: [], failedChecks: [] },
    };
    this.pulls.set(number, { ...(known ?? fresh), head, failedChecks: [], issue, verified: head });
    return { number, head };
  }

  changePull(number: number, patch: Partial<PullView>): void {
    const pull = this.pulls.get(number);
    if (pull) this.pulls.set(number, { ...pull, ...patch });
  }

  /** A person merges it, whatever its head is. */
  mergePull(number: number): void {
    const pull = this.pulls.get(number);
    if (pull?.state !== 'open') return;
    if (pull.issue === 0) this.defaultHead = String(number).padStart(40, 'a');
    else this.commits += 1;
    const at = instant(this.now);
    this.changePull(number, { state: 'merged', mergeCommit: this.commit(), mergedAt: at, closedAt: at });
    if (pull.issue === 0) return;
    this.landed.add(pull.issue);
    this.proven.add(pull.issue);
  }

  end(run: PureRun, conclusion: string): void {
    this.runs.set(run.id, { ...run, step: 'over', ended: true, conclusion, updatedAt: instant(this.now) });
  }

  /** The claim step: compare-and-swap, then the issue must ask for exactly this dispatch. @returns whether it may work. */
  claim(run: PureRun): boolean {
    const { issue, dispatch } = run.inputs;
    const held = this.claims.get(issue);
    if (held && held.dispatch >= dispatch) return false;
    this.claims.set(issue, { dispatch, run: run.id });
    const record = readTaskRecord(this.issue(issue).body);
    const asked =
      record?.dispatch === dispatch &&
      record.live !== undefined &&
      (record.live.run === undefined || record.live.run === run.id) &&
      this.issue(issue).open;
    if (!asked) this.claims.delete(issue);
    return asked;
  }

  /** Lands by one atomic push with the claim's lease. @returns whether the work is on the base. */
  land(run: PureRun): boolean {
    const { issue } = run.inputs;
    if (this.claims.get(issue)?.run !== run.id) return false;
    this.claims.delete(issue);
    if (!this.landed.has(issue)) this.landings += 1;
    this.landed.add(issue);
    this.commits += 1;
    this.proven.add(issue);
    return true;
  }

  open(given: Pick<IssueView, 'title' | 'body' | 'labels' | 'parent'> & { readonly by: string }): number {
    const number = ++this.#lastNumber;
    const at = instant(this.now);
    const { by, ...rest } = given;
    this.#before.set(number, { issue: undefined, at: this.now, ours: by === APP });
    this.issues.set(number, {
      ...rest,
      id: `I_${number}`,
      number,
      open: true,
      closedAs: undefined,
      closedAt: undefined,
      reopenedAt: undefined,
      author: by,
      writer: by,
      createdAt: at,
      labelled: new Map(rest.labels.map((label) => [label, { by, at }])),
      blockedBy: [],
      updatedAt: at,
    });
    return number;
  }

  comment(issue: number, author: string, body: string, edited = false): number {
    const id = ++this.#lastId;
    this.comments.push({ id, nodeId: `C_${id}`, issue, author, body, createdAt: instant(this.now), edited });
    return id;
  }

  label(number: number, label: string, by: string): void {
    const { labels, labelled } = this.issue(number);
    if (labels.includes(label)) return;
    const set = new Map([...labelled, [label, { by, at: instant(this.now) }]]);
    this.#change(number, { labels: [...labels, label], labelled: set }, by === APP);
  }

  unlabel(number: number, label: string, ours = false): void {
    this.#change(number, { labels: this.issue(number).labels.filter((other) => other !== label) }, ours);
  }

  close(number: number, closedAs: NonNullable<IssueView['closedAs']>, ours = false): void {
    this.#change(number, { open: false, closedAs, closedAt: instant(this.now) }, ours);
  }

  reopen(number: number): void {
    this.landed.delete(number);
    this.proven.delete(number);
    const at = instant(this.now);
    this.#change(number, { open: true, closedAs: undefined, closedAt: undefined, reopenedAt: at }, false);
  }

  editBody(number: number, body: string, writer: string): void {
    this.#change(number, { body, writer }, false);
  }

  /** A stale pass or a person may have overwritten what records held: what is lost may be heard again. */
  recallHeard(): void {
    this.heard.clear();
    for (const { body } of this.issues.values()) for (const id of commandsIn(body)) this.heard.add(id);
  }

  issue(number: number): IssueView {
    const issue = this.issues.get(number);
    if (!issue) throw new Error(`there is no issue #${number}`);
    return issue;
  }

  /** Issues of a kind, in order of number. */
  kind(label: string): readonly IssueView[] {
    return [...this.issues.values()].filter(({ labels }) => labels.includes(label));
  }

  taskIssue(id: TaskId): IssueView | undefined {
    return this.kind(LABEL.task).find(({ title, closedAs }) => title.startsWith(`${id}:`) && closedAs !== 'duplicate');
  }

  #change(number: number, patch: Partial<IssueView>, ours: boolean): void {
    const issue = this.issue(number);
    this.#before.set(number, { issue, at: this.now, ours });
    this.issues.set(number, { ...issue, ...patch, updatedAt: instant(this.now) });
  }
}

function commandsIn(body: string): readonly number[] {
  return (readTaskRecord(body) ?? readGroupRecord(body))?.commands ?? [];
}
