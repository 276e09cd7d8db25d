import type { Check } from '../../../state/result.ts';
import { unreachable } from '../../../state/unreachable.ts';
import type { Work } from '../../git/work.ts';
import { type Conclusion, failedBecause, type Verification } from '../../protocol/assignment.ts';
import type { Clock } from '../../protocol/clock.ts';
import { say } from '../../protocol/workflow-commands.ts';
import { refusedPush } from '../refusal.ts';
import type { Predicted } from './predict.ts';
import {
  beginsToVerify,
  findVerdict,
  hasJoined,
  hasVerdict,
  type Joining,
  type Move,
  moveWithoutPrediction,
  nextMove,
  observe,
  type Ride,
  startRide,
  type Verdict,
  wasVoided,
} from './rules.ts';
import { type Entry, isSameRun } from './train.ts';
import type { TrainRepository } from './train-repository.ts';
import { TrainView } from './train-view.ts';
import type { RunningVerification, Verified, Verifier } from './verifier.ts';

/** How a run goes through the train: what the rules say is done here. */
export interface Passage {
  readonly clock: Clock;
  readonly repository: TrainRepository;
  /** Who lands: the run, and the claim that it holds. */
  readonly run: Pick<Entry, 'issue' | 'dispatch' | 'run' | 'claim'>;
  /** Short name of the base. */
  readonly branch: string;
  readonly joining: Joining;
  /** The commit that the work started from, and the tree that it made of that. */
  readonly from: string;
  readonly tree: string;
  /** What has passed before this step. */
  readonly passed: Verification | undefined;
  /** Undefined where nothing of the tree may run. */
  readonly verifier: Verifier | undefined;
  /** When the job ends (epoch ms). */
  readonly deadline: number;
}

/** What is to land now: the tree that passed, on this commit of the base. */
export interface Turn {
  readonly head: string;
  readonly tree: string;
  readonly verification: Verification;
}

export type Stop =
  /** It has passed where it stands. */
  | { readonly kind: 'passed'; readonly verification: Verification }
  /** Its turn has come. */
  | { readonly kind: 'turn'; readonly turn: Turn }
  /** It has to be verified, and nothing may be run here. */
  | { readonly kind: 'to-verify' }
  | { readonly kind: 'over'; readonly conclusion: Conclusion }
  /** Others changed the same lines of the base: `files` are in the merged tree with conflict markers. */
  | { readonly kind: 'conflict'; readonly head: string; readonly tree: string; readonly files: readonly string[] };

/** Seconds: an entry's limit before its run has measured a verification, and what is added to one that it measured. */
const UNMEASURED_LIMIT = 10 * 60;
const SPARE = 60;

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5_000;

/** Others write to the train at the same time; without this run's own word they find out by its claim. */
const MAX_LEAVES = 3;

/** Pushes without a clear answer, after which a run goes on without the train. */
const MAX_UNCLEAR = 8;

/** Milliseconds: a push that lost to a faster one comes again at once, and does not meet the same others again. */
const LOST_PAUSE_MS = 50;

/** The way of one run through the train, until others have to decide what happens next. */
export class TrainRide {
  readonly #passage: Passage;
  readonly #view: TrainView;
  readonly #work: Work;
  readonly #found = new Map<Verdict, Verified>();
  #ride: Ride;
  #longest: number | undefined;
  #running: RunningVerification | undefined;
  #pause = FIRST_PAUSE_MS;
  /** Own writes in a row that lost to a faster one. */
  #lost = 0;
  #unclear = 0;

  private constructor(
    passage: Passage,
    { view, work, entry }: { readonly view: TrainView; readonly work: Work; readonly entry: Entry },
  ) {
    this.#passage = passage;
    this.#view = view;
    this.#work = work;
    this.#ride = startRide(entry, passage.joining);
  }

  static async begin(passage: Passage): Promise<TrainRide> {
    const { clock, repository, run, from, tree, passed } = passage;
    const [view, commit, start] = await Promise.all([
      TrainView.open(repository, clock.elapsed()),
      repository.commitWork({ from, tree }),
      repository.treeOf(from),
    ]);
    const entry: Entry = { ...run, work: commit, limit: limitOf(undefined) };
    const begun = new TrainRide(passage, { view, work: { start, tree }, entry });
    if (passed) await begun.#remember(passed);
    return begun;
  }

  /** @param until Stops when it has passed, wherever it stands; otherwise when its turn has come. */
  async travel(until: 'passed' | 'turn'): Promise<Stop> {
    try {
      for (;;) {
        const stop = await this.#step(until);
        if (stop) return stop;
      }
    } finally {
      await this.#running?.stop();
      this.#running = undefined;
    }
  }

  /** A push did not go through: what there is now is looked at again. */
  async lost(): Promise<void> {
    const { clock } = this.#passage;
    const spread = ((this.#ride.entry.issue * 7919) % 101) / 100;
    await clock.sleep(Math.min(LOST_PAUSE_MS * 1.3 ** this.#lost++, MAX_PAUSE_MS) * (0.5 + spread / 2));
    await this.#lookAgain();
  }

  /** Whoever waits behind this run need not find out that it lands nothing. */
  async leave(): Promise<void> {
    const { entry, joining } = this.#ride;
    for (let left = MAX_LEAVES; left > 0 && joining !== 'never' && this.#view.isShared(entry); left--)
      await this.#withdraw(entry);
  }

  async #step(until: 'passed' | 'turn'): Promise<Stop | undefined> {
    const now = this.#passage.clock.elapsed();
    const sight = await this.#view.see(this.#ride);
    this.#ride = observe(this.#ride, { sight, now });
    const occasion = { sight, now, verifying: this.#running?.of, late: this.#isLate() };
    const early = moveWithoutPrediction(this.#ride, occasion);
    if (early) return this.#make(early);
    const predicted = await this.#view.predict(this.#ride, { sight, work: this.#work });
    if (await this.#stopIfVoid(predicted)) return undefined;
    const passed = this.#passedAs(predicted);
    if (passed && until === 'passed') return { kind: 'passed', verification: passed };
    return this.#make(nextMove(this.#ride, { ...occasion, prediction: predicted.prediction }), predicted);
  }

  /** @returns Whether what is being verified was no prediction any more. */
  async #stopIfVoid({ prediction: { onto, work } }: Predicted): Promise<boolean> {
    const { of } = this.#running ?? {};
    if (!of || ('tree' in work && of.onto === onto && of.tree === work.tree)) return false;
    say('Others have changed what this work would land on');
    await this.#running?.stop();
    this.#running = undefined;
    this.#ride = wasVoided(this.#ride);
    return true;
  }

  #passedAs({ prediction: { onto, work } }: Predicted): Verification | undefined {
    if ('conflict' in work) return undefined;
    const verdict = findVerdict(this.#ride, { onto, tree: work.tree });
    return verdict?.passed ? this.#found.get(verdict)?.verification : undefined;
  }

  async #make(move: Move, predicted?: Predicted): Promise<Stop | undefined> {
    switch (move.kind) {
      case 'landed':
        return over(this.#landed());
      case 'superseded':
        return over({ outcome: 'superseded', why: 'the claim of this run is gone: it was cancelled or replaced' });
      case 'give-back':
        await this.leave();
        return over({ outcome: 'continued', ...failedBecause({ kind: 'base-busy' }, '') });
      case 'wait':
        return this.#wait();
      case 'join':
        return this.#join();
      case 'take-out':
        return this.#takeOut(move.entry);
      case 'fail':
        await this.leave();
        return over(this.#found.get(move.verdict)?.conclusion ?? { outcome: 'verification' });
      case 'conflict':
        return predicted && this.#conflict(predicted);
      case 'verify':
        return predicted && this.#verify(predicted);
      case 'push':
        return predicted && this.#turn(predicted);
      default:
        return unreachable(move);
    }
  }

  #landed(): Conclusion {
    const landing = this.#view.landingOf(this.#ride.entry);
    return { outcome: 'completed', ...(landing ? { commit: landing.commit, checks: landing.checks } : {}) };
  }

  async #lookAgain(): Promise<void> {
    const isNew = await this.#view.lookAgain(this.#passage.clock.elapsed());
    this.#pause = isNew ? FIRST_PAUSE_MS : Math.min(this.#pause * 1.5, MAX_PAUSE_MS);
  }

  async #wait(): Promise<undefined> {
    const pause = this.#passage.clock.sleep(this.#pause);
    // A sleep that nobody waits for any more ends with the step.
    pause.catch(() => undefined);
    const ended = await Promise.race([pause, ...(this.#running ? [this.#running.end] : [])]);
    if (ended) this.#conclude(ended);
    else await this.#lookAgain();
  }

  /** Takes what a verification found. */
  #conclude(verified: Verified): void {
    const of = this.#running?.of;
    this.#running = undefined;
    if (!of) return;
    this.#longest = Math.max(this.#longest ?? 0, verified.took);
    const { verification, conclusion } = verified;
    const checks = keepFlaky([...this.#found.values()], verification.checks);
    const verdict = { ...of, passed: conclusion === undefined };
    this.#found.set(verdict, { ...verified, verification: { ...verification, checks } });
    this.#ride = hasVerdict(this.#ride, { verdict, limit: limitOf(this.#longest) });
  }

  async #verify({ prediction: { upon, onto: name, work }, onto, merged }: Predicted): Promise<Stop | undefined> {
    const { verifier, from } = this.#passage;
    if ('conflict' in work) return undefined;
    if (!verifier) return { kind: 'to-verify' };
    this.#ride = beginsToVerify(this.#ride, upon);
    const { head } = this.#view;
    if (onto !== this.#work.start) say(`Verifying on ${head.slice(0, 10)}${uponOthers(upon)}`);
    this.#running = verifier({
      of: { onto: name, tree: work.tree },
      onto: upon.length === 0 && head === from ? from : onto,
      tree: merged.tree,
      own: this.#work,
    });
    return this.#wait();
  }

  async #remember(verification: Verification): Promise<void> {
    const { repository, from } = this.#passage;
    const onto = await repository.treeOf(verification.onto ?? from);
    // What another job has verified is to be what the same parts make here, and is nowhere before.
    const merged = await this.#view.merge(this.#work, onto);
    if (merged.kind !== 'merged' || merged.tree !== verification.tree) return;
    const verdict = { onto: await this.#view.nameOf(onto), tree: await this.#view.nameOf(merged.tree), passed: true };
    const took = 1_000 * verification.checks.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
    this.#longest = took || undefined;
    this.#found.set(verdict, { verification, conclusion: undefined, took });
    this.#ride = hasVerdict(this.#ride, { verdict, limit: limitOf(this.#longest) });
  }

  async #join(): Promise<Stop | undefined> {
    const { entry } = this.#ride;
    const moved = await this.#view.move([...this.#view.live().filter(({ issue }) => issue !== entry.issue), entry]);
    if (moved.kind === 'moved') this.#ride = hasJoined(this.#ride);
    else if (moved.kind === 'stale') await this.lost();
    else {
      const refused = refusedPush(this.#passage.branch, moved.text);
      if (moved.kind === 'refused' && refused.outcome === 'verification') return over(refused);
      if (moved.kind === 'unclear' && ++this.#unclear < MAX_UNCLEAR) await this.lost();
      else this.#goWithout(moved.text);
    }
    return undefined;
  }

  #goWithout(why: string): void {
    say(`The repository takes no entry in the merge train, so that this work waits in none: ${why}`);
    this.#ride = { ...this.#ride, joining: 'never' };
  }

  async #takeOut(entry: Entry): Promise<undefined> {
    if (this.#ride.joining === 'never') return this.#wait();
    say(`The work of #${entry.issue} was first for too long and has not landed: others go before it`);
    await this.#withdraw(entry);
  }

  /** Where somebody else was faster to move the train, the next look tells. */
  async #withdraw(entry: Entry): Promise<void> {
    const moved = await this.#view.move(this.#view.live().filter((one) => !isSameRun(one, entry)));
    if (moved.kind !== 'moved') await this.lost();
  }

  #turn(predicted: Predicted): Stop | undefined {
    const verification = this.#passedAs(predicted);
    const { head } = this.#view;
    return verification && { kind: 'turn', turn: { head, tree: predicted.merged.tree, verification } };
  }

  async #conflict({ merged }: Predicted): Promise<Stop | undefined> {
    if (merged.kind === 'merged') return undefined;
    // What a package manager makes of it is another work.
    if (this.#ride.joined && this.#ride.joining !== 'never') await this.#withdraw(this.#ride.entry);
    return { kind: 'conflict', head: this.#view.head, tree: merged.tree, files: merged.files };
  }

  #isLate(): boolean {
    const { clock, deadline } = this.#passage;
    return deadline - clock.now() < 2 * limitOf(this.#longest) * 1_000;
  }
}

function uponOthers(entries: readonly Entry[]): string {
  const names = entries.map(({ issue }) => `#${issue}`).join(', ');
  return names ? ` and the work of ${names}, which is to land before` : '';
}

/** A check that was flaky once stays flaky: a later run says nothing about that. */
function keepFlaky(before: readonly Verified[], after: readonly Check[]): readonly Check[] {
  const wasFlaky = (name: string) =>
    before.some(({ verification }) =>
      verification.checks.some((check) => check.name === name && check.status === 'flaky'),
    );
  return after.map((check) =>
    check.status === 'passed' && wasFlaky(check.name) ? { ...check, status: 'flaky' } : check,
  );
}

function over(conclusion: Conclusion): Stop {
  return { kind: 'over', conclusion };
}

/** @param longest The longest verification that was measured (ms). */
function limitOf(longest: number | undefined): number {
  return longest === undefined ? UNMEASURED_LIMIT : Math.ceil((1.5 * longest) / 1_000) + SPARE;
}
