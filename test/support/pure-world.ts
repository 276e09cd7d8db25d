import type { Decision, Effect } from '../../src/decide/effects/effect.ts';
import type { TaskId } from '../../src/plan/plan.ts';
import { execute } from '../../src/planning/world/execute.ts';
import * as steps from '../../src/planning/world/steps.ts';
import {
  APP,
  BEGIN,
  headOf,
  LEAD,
  newWorld,
  snapshotOf,
  type WorldDraft,
  type WorldPull,
  type WorldRun,
} from '../../src/planning/world/world.ts';
import { evidenceOn } from '../../src/state/evidence.ts';
import { type DispatchInputs, LABEL, taskBranch } from '../../src/state/names.ts';
import type { PullView } from '../../src/state/pull-view.ts';
import { readGroupRecord, readTaskRecord } from '../../src/state/record.ts';
import { subjectOf } from '../../src/state/reverts.ts';
import { type BaseCommit, type CommentView, type IssueView, instant, type Snapshot } from '../../src/state/snapshot.ts';

export { APP, BEGIN };
export const WRITER = LEAD;
export const STRANGER = 'eve';
/** May sort issues, and nothing else. */
export const TRIAGER = 'tess';

export type PureRun = WorldRun;

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
 * The world of `simulate` with people, runs that hold claims, and faults on top: effects that fail, answers that get
 * lost, reads that are stale. It remembers what the laws ask about. It has no HTTP and no rules of its own beyond the
 * protocol of claims, so that thousands of courses fit into a test.
 */
export class PureWorld {
  readonly #world: WorldDraft;
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

  /** @param integrationBranch The base, where work lands on a branch of its own. */
  constructor(integrationBranch?: string) {
    this.#world = newWorld({ repository: REPOSITORY, integrationBranch });
  }

  get now(): number {
    return this.#world.now;
  }

  set now(now: number) {
    this.#world.now = now;
  }

  get integrationBranch(): string | undefined {
    return this.#world.integrationBranch;
  }

  get labels(): Map<string, string> {
    return this.#world.labels;
  }

  get issues(): Map<number, IssueView> {
    return this.#world.issues;
  }

  get comments(): CommentView[] {
    return this.#world.comments;
  }

  get runs(): Map<number, WorldRun> {
    return this.#world.runs;
  }

  get pulls(): ReadonlyMap<number, WorldPull> {
    return this.#world.pulls;
  }

  get claims(): WorldDraft['claims'] {
    return this.#world.claims;
  }

  get branches(): Map<string, string> {
    return this.#world.branches;
  }

  /** Tip of the default branch, as often as people push to it. */
  get defaultHead(): string {
    return this.#world.defaultHead;
  }

  set defaultHead(commit: string) {
    this.#world.defaultHead = commit;
  }

  /** The tip of the default branch that was last brought over. */
  get merged(): string {
    return this.#world.mergedHead;
  }

  /** Commits of the base, newest first. */
  get base(): readonly BaseCommit[] {
    return this.#world.base;
  }

  /** Somebody pushes to the base. @returns the commit. */
  push(message = 'Tidy up'): string {
    return steps.commitToBase(this.#world, message);
  }

  /** The work of a run lands, whoever holds the claim. @returns the commit. */
  landFor(run: Pick<WorldRun, 'id' | 'inputs'>): string {
    return steps.landWork(this.#world, run);
  }

  /** As `git revert` does. */
  revert(oid: string): string {
    const subject = subjectOf(this.base.find((commit) => commit.oid === oid)?.message ?? '');
    return this.push(`Revert "${subject}"\n\nThis reverts commit ${oid}.\n`);
  }

  /** Somebody rewrites the base: commits that `change` leaves out are gone, the others get new names. */
  forcePush(change: (commit: BaseCommit) => boolean): void {
    const kept = this.base.filter(change).toReversed();
    this.#world.base.length = 0;
    for (const { message } of kept) this.push(message);
  }

  tick(seconds = 1): void {
    this.now += seconds * 1_000;
  }

  /** The process is killed; another begins with an empty memory. */
  restart(): void {
    this.#world.dispatched.clear();
    this.#world.refused.clear();
    for (const change of this.#before.values()) change.ours = false;
  }

  /** @param stale Bit n: issue n is read as it was before its last change, where GitHub may still show that. */
  snapshot(files: Snapshot['files'], stale = 0): Snapshot {
    return snapshotOf(this.#world, { files, read: (issue) => this.#read(issue, stale) });
  }

  #read(issue: IssueView, stale: number): IssueView | undefined {
    const change = this.#before.get(issue.number);
    const isStale = ((stale >>> (issue.number % 31)) & 1) === 1;
    const old = change !== undefined && isStale && !change.ours && this.now - change.at < STALE_FOR;
    return old ? change.issue : issue;
  }

  /** Carries out effects as GitHub would: each for itself, dispatches only after the body that announces them. */
  apply({ effects }: Pick<Decision, 'effects'>, { answer, failEvery }: Applying): void {
    const failed = (index: number) =>
      failEvery !== undefined && index >= failEvery.first && (index - failEvery.first) % failEvery.step === 0;
    const applied = new Set<string>();
    // A body that remembers what could not be said is not written, either.
    const unsaid = new Set(
      effects.flatMap((effect, index) => (effect.kind === 'comment' && failed(index) ? [effect.issue] : [])),
    );
    effects.forEach((effect, index) => {
      if (effect.kind === 'dispatch' || failed(index)) return;
      if (effect.kind === 'write-body' && unsaid.has(effect.issue)) return;
      applied.add(effect.key);
      this.#execute(effect);
    });
    effects.forEach((effect, index) => {
      if (effect.kind !== 'dispatch' || failed(index)) return;
      if ([effect.requires ?? []].flat().every((key) => applied.has(key))) this.#dispatch(effect, answer);
    });
  }

  #execute(effect: Effect): void {
    const issue = effect.kind === 'create-issue' ? this.#world.lastNumber + 1 : 'issue' in effect ? effect.issue : 0;
    this.#changing(issue, { ours: true, change: () => execute(this.#world, effect) });
    if (effect.kind === 'write-body') for (const id of commandsIn(effect.body)) this.heard.add(id);
  }

  #dispatch(effect: Extract<Effect, { kind: 'dispatch' }>, answer: Answer): void {
    const { inputs } = effect;
    switch (answer) {
      case 'named':
        execute(this.#world, effect);
        return;
      case 'silent':
      case 'lost':
        this.start(inputs);
        return;
      case 'unsent':
        return;
      case 'refused':
        this.#world.refused.set(inputs.issue, { dispatch: inputs.dispatch, what: 'no ref found for: main' });
    }
  }

  start(inputs: DispatchInputs): WorldRun {
    return steps.startRun(this.#world, inputs);
  }

  /** The commit at the tip of the base. */
  commit(): string {
    return headOf(this.#world);
  }

  /** A run leaves its work for people: a new pull request, or a new head of the one that is open. */
  present(run: WorldRun): { readonly number: number; readonly head: string } | undefined {
    const { issue, task, dispatch } = run.inputs;
    if (this.claims.get(issue)?.run !== run.id) return undefined;
    this.claims.delete(issue);
    const head = `${issue}${dispatch}`.padStart(40, 'd');
    const known = [...this.pulls.values()].find((pull) => pull.issue === issue && pull.state === 'open');
    const number = known?.number ?? ++this.#world.lastNumber;
    const fresh: WorldPull = {
      id: `PR_${number}`,
      number,
      branch: taskBranch(task),
      isFromFork: false,
      base: this.integrationBranch ?? 'main',
      state: 'open',
      head,
      mergeState: 'BLOCKED',
      mergeCommit: undefined,
      mergedAt: undefined,
      closedAt: undefined,
      closedBy: undefined,
      reviews: [],
      failedChecks: [],
      issue,
    };
    this.#world.pulls.set(number, { ...(known ?? fresh), head, failedChecks: [], issue });
    return { number, head };
  }

  changePull(number: number, patch: Partial<PullView>): void {
    const pull = this.pulls.get(number);
    if (pull) this.#world.pulls.set(number, { ...pull, ...patch });
  }

  /** A person merges it, whatever its head is. */
  mergePull(number: number): void {
    const pull = this.pulls.get(number);
    if (pull?.state !== 'open') return;
    if (pull.issue === undefined) this.defaultHead = String(number).padStart(40, 'a');
    else this.push(`Work on #${pull.issue} (#${number})`);
    const at = instant(this.now);
    this.changePull(number, { state: 'merged', mergeCommit: this.commit(), mergedAt: at, closedAt: at });
    if (pull.issue === undefined) return;
    this.landed.add(pull.issue);
    this.proven.add(pull.issue);
  }

  end(run: WorldRun, conclusion: string): void {
    steps.endRun(this.#world, { run, conclusion });
  }

  /**
   * The claim step: compare-and-swap, then the issue must ask for exactly this dispatch, and the base may not hold its
   * work already. @returns whether it may work.
   */
  claim(run: WorldRun): boolean {
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
    // A landing deletes its claim: the base alone tells a second run of the dispatch that there was one.
    const mayWork = asked && !this.#hasLanded(run);
    if (!mayWork) this.claims.delete(issue);
    return mayWork;
  }

  #hasLanded({ inputs: { issue, dispatch } }: WorldRun): boolean {
    const landings = evidenceOn({ commits: this.base, since: undefined, whole: true }).landings(issue);
    return landings.some((landing) => landing.dispatch === dispatch && landing.inEffect);
  }

  /** Lands by one atomic push with the claim's lease. @returns the commit on the base; undefined where the claim is gone. */
  land(run: WorldRun): string | undefined {
    const { issue } = run.inputs;
    if (this.claims.get(issue)?.run !== run.id) return undefined;
    this.claims.delete(issue);
    if (!this.landed.has(issue)) this.landings += 1;
    this.landed.add(issue);
    this.proven.add(issue);
    return steps.landWork(this.#world, run);
  }

  open(given: Pick<IssueView, 'title' | 'body' | 'labels' | 'parent'> & { readonly by: string }): number {
    const { title, body, labels, parent, by } = given;
    const number = this.#world.lastNumber + 1;
    const change = () => steps.openIssue(this.#world, { title, body, labels, parent, by });
    this.#changing(number, { ours: by === APP, change });
    return number;
  }

  comment(issue: number, author: string, body: string, edited = false): number {
    return steps.addComment(this.#world, { issue, author, body, edited });
  }

  label(number: number, label: string, by: string): void {
    const change = () => steps.addLabel(this.#world, { issue: number, label, by });
    this.#changing(number, { ours: by === APP, change });
  }

  /** Puts it below another issue. */
  place(number: number, parent: number, by: string): void {
    const change = () => steps.placeIssue(this.#world, { issue: number, parent, by });
    this.#changing(number, { ours: by === APP, change });
  }

  unlabel(number: number, label: string, by = WRITER): void {
    const change = () => steps.removeLabel(this.#world, { issue: number, label, by });
    this.#changing(number, { ours: by === APP, change });
  }

  close(number: number, closedAs: NonNullable<IssueView['closedAs']>, by = WRITER): void {
    const change = () => steps.closeIssue(this.#world, { issue: number, as: closedAs, by });
    this.#changing(number, { ours: by === APP, change });
  }

  reopen(number: number, by = WRITER): void {
    this.landed.delete(number);
    this.proven.delete(number);
    const change = () => steps.reopenIssue(this.#world, { issue: number, by });
    this.#changing(number, { ours: by === APP, change });
  }

  editBody(number: number, body: string, writer: string): void {
    this.#edit({ number, body, writer });
  }

  /** A stale pass or a person may have overwritten what records held: what is lost may be heard again. */
  recallHeard(): void {
    this.heard.clear();
    const said = new Map(this.comments.map((comment) => [comment.id, comment]));
    for (const { number, body, reopenedAt } of this.issues.values()) {
      for (const id of commandsIn(body)) {
        const comment = said.get(id);
        // A copy of an issue holds what was said on the other one, and answers for none of it.
        if (comment?.issue !== number) continue;
        // Beside an issue as it was before its reopening it did nothing, and is heard again.
        if (reopenedAt === undefined || comment.createdAt < reopenedAt) this.heard.add(id);
      }
    }
  }

  issue(number: number): IssueView {
    return steps.issueOf(this.#world, number);
  }

  /** Issues of a kind, in order of number. */
  kind(label: string): readonly IssueView[] {
    return [...this.issues.values()].filter(({ labels }) => labels.includes(label));
  }

  taskIssue(id: TaskId): IssueView | undefined {
    return this.kind(LABEL.task).find(({ title, closedAs }) => title.startsWith(`${id}:`) && closedAs !== 'duplicate');
  }

  #edit(edit: Partial<IssueView> & Pick<IssueView, 'number'>): void {
    this.#changing(edit.number, { ours: false, change: () => steps.editIssue(this.#world, edit) });
  }

  /** Remembers an issue as it was before, for reads that are stale. */
  #changing(number: number, { ours, change }: { readonly ours: boolean; readonly change: () => void }): void {
    const issue = this.issues.get(number);
    change();
    if (this.issues.get(number) !== issue) this.#before.set(number, { issue, at: this.now, ours });
  }
}

const REPOSITORY = {
  owner: 'acme',
  name: 'daw',
  id: 'R_1',
  defaultBranch: 'main',
  url: 'https://github.com/acme/daw',
};

function commandsIn(body: string): readonly number[] {
  return (readTaskRecord(body) ?? readGroupRecord(body))?.commands ?? [];
}
