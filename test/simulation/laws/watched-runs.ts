import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { claimRef } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import type { Merged } from '../people/reviewer.ts';
import type { PlayedRun, RunWatch } from '../runs/run-player.ts';
import { WRITER } from './paused.ts';
import type { Landed } from './truth.ts';
import type { Watch, WatchInput } from './watch.ts';

/** What a record says is seen by then, however stale a read is (ms). */
const SEEN_BY_ALL = 61_000;
/** A run asks whether it may land so long before at most, and may be answered what was so a minute earlier (ms). */
const LAST_QUESTION = 90_000;

interface WatchedRunsInput extends WatchInput {
  readonly watch: Watch;
  /** Runs may read of git what was so a while ago. */
  readonly isGitStale?: boolean;
}

/** Holds the laws against what runs claim, begin and land. */
export class WatchedRuns implements RunWatch {
  readonly #input: WatchedRunsInput;
  readonly #claims = new Map<number, PlayedRun & { readonly claim: string }>();
  readonly #claimed = new Map<number, number>();
  /**
   * Which run worked on which dispatch. Who runs one by hand that was never sent holds its claim too, until it is sent away:
   * that is no work.
   */
  readonly #workedOn = new Map<string, number>();

  constructor(input: WatchedRunsInput) {
    this.#input = input;
  }

  readonly onClaim: RunWatch['onClaim'] = (run, claim, from) => {
    const { issue, dispatch, task } = run.dispatch;
    const robbed = [...this.#claims.values()].find((each) => each.claim === from && !each.isOver());
    this.#input.watch.check(
      9,
      !robbed || robbed.dispatch.dispatch < dispatch,
      () => `d${dispatch} of ${task} took the claim of d${robbed?.dispatch.dispatch}, which was at work`,
    );
    this.#claims.set(run.id, { ...run, claim });
    this.#claimed.set(issue, Math.max(dispatch, this.#claimed.get(issue) ?? 0));
    const same = this.#owners().filter((owner) => owner.dispatch.task === task);
    this.#input.watch.check(1, same.length <= 1, () => `${same.length} live runs own ${task}`);
  };
  readonly onWork: RunWatch['onWork'] = (run) => this.#sawWork(run);
  readonly onVerified: RunWatch['onVerified'] = (commit) => this.#input.truth.verified.add(commit);
  readonly onLanded: RunWatch['onLanded'] = (run, commit) => this.#sawLanding(run, commit);
  readonly onEnd: RunWatch['onEnd'] = (run) => this.#claims.delete(run.id);

  /** As many tasks are worked on at once as the configuration says. */
  #sawBegin({ id: run, dispatch: { task, issue, dispatch } }: PlayedRun): void {
    const { parallel, watch, truth } = this.#input;
    const before = this.#workedOn.get(`${issue} d${dispatch}`);
    watch.check(
      9,
      before === undefined,
      () => `d${dispatch} of ${task} was worked on by run ${before}, then by ${run}`,
    );
    this.#workedOn.set(`${issue} d${dispatch}`, run);
    const runs = new Set(this.#workedOn.values());
    // What GitHub merged keeps its claim until its run has told of it, and is work no longer.
    const landed = new Set(truth.landed.map(({ run }) => run));
    const working = this.#owners().filter(({ id }) => runs.has(id) && !landed.has(id));
    const tasks = [...new Set(working.map(({ dispatch }) => dispatch.task))];
    const isWithin = tasks.length <= parallel;
    watch.check(1, isWithin, () => `${tasks.join(', ')} run at the same time, where ${parallel} may`);
  }

  /** Runs that may land: their claim is theirs, and GitHub takes them for alive. */
  #owners(): readonly PlayedRun[] {
    const { git } = this.#input;
    return [...this.#claims.values()].filter(
      ({ isOver, claim, dispatch }) => !isOver() && git.read(claimRef(dispatch.issue)) === claim,
    );
  }

  /** When the record of an issue came to say where its work landed: before, nobody can look for it. */
  #toldAt(issue: number): number | undefined {
    const found = this.#input.town().repository.issues.find(({ number }) => number === issue);
    if (!found || !readTaskRecord(found.body ?? '')?.done) return undefined;
    return found.edits.findLast(({ from }) => !readTaskRecord(from)?.done)?.editedAt ?? found.createdAt;
  }

  /** What a run checks before it works: git tells it what stands on the base now. */
  async #sawWork(run: PlayedRun): Promise<void> {
    this.#sawBegin(run);
    const { task } = run.dispatch;
    const { truth, now, isGitStale } = this.#input;
    await this.#input.watch.look();
    const isUndone = (id: string) => {
      const last = truth.landed.findLast((each) => each.task === id);
      const told = last && this.#toldAt(last.issue);
      // A run that reads what was so a while ago cannot know what happened since.
      const gone = isGitStale ? (truth.gone.get(id) ?? 0) : 0;
      const isKnown = told !== undefined && now() - Math.max(told, gone) > SEEN_BY_ALL;
      return isKnown && !truth.isDone(id) && !truth.waived.has(id);
    };
    const undone = (truth.needs.get(task) ?? []).map((needs) => [...needs].filter(isUndone));
    this.#input.watch.check(
      1,
      undone.length === 0 || undone.some((each) => each.length === 0),
      () => `a run of ${task} began, though ${undone.at(-1)?.join(', ')} had been undone`,
    );
  }

  /** A person merged what a run proposed. Whether anybody still wants it is for that person to say. */
  readonly onMerged = async ({ head, ...landed }: Merged): Promise<void> => {
    const { truth, now, watch } = this.#input;
    const { task, dispatch, commit } = landed;
    await this.#landsOnce(landed);
    const isVerified = truth.verified.has(head);
    watch.check(2, isVerified, () => `d${dispatch} of ${task} was proposed, and did not pass its checks`);
    truth.landed.push({ ...landed, at: now() });
    if (isVerified) truth.verified.add(commit);
    await watch.look();
  };

  async #landsOnce({
    task,
    issue,
    dispatch,
    commit,
  }: Pick<Landed, 'task' | 'issue' | 'dispatch' | 'commit'>): Promise<void> {
    const { truth, git } = this.#input;
    const before = truth.landed.findLast((each) => truth.taskOf(each.issue) === truth.taskOf(issue));
    const [parent] = (await git.commit(commit)).parents;
    // Right before it, whoever looked last and when.
    const stands = before && parent !== undefined && truth.standingOn(await git.history(parent)).has(before.issue);
    const isAsked = before && (truth.redone.get(task) ?? 0) > before.at;
    this.#input.watch.check(
      4,
      !stands || isAsked === true || before.commit === commit,
      () => `${task} landed by d${dispatch}, though d${before?.dispatch} had landed and nobody asked for it`,
    );
  }

  async #sawLanding(
    { dispatch: { task, issue, dispatch }, id: run, isStalled }: PlayedRun,
    commit: string,
  ): Promise<void> {
    const { truth, now, town } = this.#input;
    await this.#landsOnce({ task, issue, dispatch, commit });
    this.#input.watch.check(
      9,
      dispatch >= (this.#claimed.get(issue) ?? 0),
      () => `d${dispatch} of ${task} landed, though d${this.#claimed.get(issue)} had claimed it`,
    );
    const on = town().repository.issues.find(({ number }) => number === issue);
    const closed = closedByPerson(on).find(({ at }) => now() - at >= LAST_QUESTION);
    this.#input.watch.check(
      8,
      isStalled || !closed,
      () => `d${dispatch} of ${task} landed, though a person had closed #${closed?.of} before it asked whether it may`,
    );
    const record = readTaskRecord(on?.body ?? '');
    this.#input.watch.check(
      9,
      !record || record.dispatch >= dispatch,
      () => `d${dispatch} of ${task} landed, which the app had never sent: it was at d${record?.dispatch}`,
    );
    const heard =
      record &&
      record.dispatch >= dispatch &&
      (record.skipped === true || record.removed !== undefined || record.hold !== undefined);
    this.#input.watch.check(
      8,
      !(heard && truth.refused.has(task)),
      () => `d${dispatch} of ${task} landed, though the app had heard a person's no`,
    );
    this.#input.watch.check(
      2,
      truth.verified.has(commit),
      () => `d${dispatch} of ${task} landed what did not pass its checks`,
    );
    const landing: Landed = { task, issue, dispatch, run, commit, at: now() };
    truth.landed.push(landing);
    await this.#input.watch.look();
  }
}

/** The issue of a task, its wave and its plan, of which a person closed any: of the latter only as not planned. */
function closedByPerson(issue: IssueRecord | undefined): readonly { readonly of: number; readonly at: number }[] {
  const wave = issue?.parent;
  const groups = [wave, wave?.parent].filter((each) => each?.stateReason === 'not_planned');
  return [issue, ...groups].flatMap((each) => {
    const closing = each?.events.findLast(({ event }) => event === 'closed');
    const isSo = each?.state === 'closed' && closing?.actor.login === WRITER;
    return isSo ? [{ of: each.number, at: closing.createdAt }] : [];
  });
}
