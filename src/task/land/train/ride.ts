import { unreachable } from '../../../state/unreachable.ts';
import type { Work } from '../../git/work.ts';
import type { Verification } from '../../protocol/assignment.ts';
import { say } from '../../protocol/workflow-commands.ts';
import { giveBack } from '../give-back.ts';
import { refusedPush } from '../refusal.ts';
import { over, type Passage, type Stop } from './passage.ts';
import { Pauses } from './pauses.ts';
import { type Predicted, uponOthers } from './predict.ts';
import {
  aheadOf,
  beginsToVerify,
  findVerdict,
  hasJoined,
  hasVerdict,
  type Move,
  moveWithoutPrediction,
  nextMove,
  observe,
  type Ride,
  startRide,
  wasVoided,
} from './rules.ts';
import { type Entry, isSameRun } from './train.ts';
import { TrainView } from './train-view.ts';
import { Verifications } from './verifications.ts';

/** Others write to the train at the same time; without this run's own word they find out by its claim. */
const MAX_LEAVES = 3;

/** Pushes without a clear answer, after which a run goes on without the train. */
const MAX_UNCLEAR = 8;

/** The way of one run through the train, until others have to decide what happens next. */
export class TrainRide {
  readonly #passage: Passage;
  readonly #view: TrainView;
  readonly #work: Work;
  readonly #verifications: Verifications;
  readonly #pauses: Pauses;
  #ride: Ride;
  #unclear = 0;

  private constructor(
    passage: Passage,
    { view, work, commit }: { readonly view: TrainView; readonly work: Work; readonly commit: string },
  ) {
    this.#passage = passage;
    this.#view = view;
    this.#work = work;
    this.#verifications = new Verifications(passage.counter);
    this.#pauses = new Pauses(passage.run.issue);
    this.#ride = startRide({ ...passage.run, work: commit, limit: this.#verifications.limit }, passage.joining);
  }

  static async begin(passage: Passage): Promise<TrainRide> {
    const { clock, repository, from, tree, passed } = passage;
    const [view, commit, start] = await Promise.all([
      TrainView.open(repository, clock.elapsed()),
      repository.commitWork({ from, tree }),
      repository.treeOf(from),
    ]);
    const begun = new TrainRide(passage, { view, work: { start, tree }, commit });
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
      await this.#verifications.stop();
    }
  }

  /** A push did not go through: what there is now is looked at again. */
  async lost(): Promise<void> {
    await this.#passage.clock.sleep(this.#pauses.afterLoss());
    await this.#lookAgain();
  }

  /** Whoever waits behind this run need not find out that it lands nothing. */
  async leave(): Promise<void> {
    const { entry, joining } = this.#ride;
    for (let left = MAX_LEAVES; left > 0 && joining !== 'never' && this.#view.isShared(entry); left--)
      await this.#withdraw(entry);
  }

  async #step(until: 'passed' | 'turn'): Promise<Stop | undefined> {
    const { clock, deadline } = this.#passage;
    const now = clock.elapsed();
    const late = deadline - clock.now() < 2 * this.#verifications.limit * 1_000;
    const sight = await this.#view.see(this.#ride);
    this.#ride = observe(this.#ride, { sight, now });
    this.#pauses.sees({ base: sight.base, ahead: aheadOf(this.#ride, sight) });
    const occasion = { sight, now, verifying: this.#verifications.running?.of, late };
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
    const of = this.#verifications.running?.of;
    if (!of || ('tree' in work && of.onto === onto && of.tree === work.tree)) return false;
    say('Others have changed what this work would land on');
    await this.#verifications.stop();
    this.#ride = wasVoided(this.#ride);
    return true;
  }

  #passedAs({ prediction: { onto, work } }: Predicted): Verification | undefined {
    if ('conflict' in work) return undefined;
    const verdict = findVerdict(this.#ride, { onto, tree: work.tree });
    return verdict?.passed ? this.#verifications.verificationOf(verdict) : undefined;
  }

  async #make(move: Move, predicted?: Predicted): Promise<Stop | undefined> {
    switch (move.kind) {
      case 'landed': {
        const { commit, checks } = this.#view.landingOf(this.#ride.entry) ?? {};
        return over({ outcome: 'completed', commit, checks });
      }
      case 'superseded':
        return over({ outcome: 'superseded', why: 'the claim of this run is gone: it was cancelled or replaced' });
      case 'give-back':
        await this.leave();
        return over(giveBack());
      case 'wait':
        return this.#wait();
      case 'join':
        return this.#join();
      case 'take-out':
        return this.#takeOut(move.entry);
      case 'fail':
        await this.leave();
        return over(this.#verifications.conclusionOf(move.verdict) ?? { outcome: 'verification' });
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

  async #lookAgain(): Promise<void> {
    await this.#view.lookAgain(this.#passage.clock.elapsed());
    this.#pauses.looked();
  }

  async #wait(): Promise<undefined> {
    const { running } = this.#verifications;
    const enough = new AbortController();
    const pause = this.#passage.clock.sleep(this.#pauses.next, enough.signal);
    pause.catch(() => undefined);
    const ended = await Promise.race([pause, ...(running ? [running.end] : [])]).finally(() => enough.abort());
    const verdict = ended && this.#verifications.conclude(ended);
    if (verdict) this.#ride = hasVerdict(this.#ride, { verdict, limit: this.#verifications.limit });
    // Who only follows hands its verdict on to another job, and is to know what that will find.
    if (!verdict || this.#ride.joining === 'never') await this.#lookAgain();
  }

  async #verify({ prediction: { upon, onto: name, work }, onto, merged }: Predicted): Promise<Stop | undefined> {
    const { verifier, from } = this.#passage;
    if ('conflict' in work) return undefined;
    if (!verifier) return { kind: 'to-verify' };
    this.#ride = beginsToVerify(this.#ride, upon);
    const { head } = this.#view;
    if (onto !== this.#work.start) say(`Verifying on ${head.slice(0, 10)}${uponOthers(upon)}`);
    this.#verifications.begin(
      verifier({
        of: { onto: name, tree: work.tree },
        onto: upon.length === 0 && head === from ? from : onto,
        tree: merged.tree,
        own: this.#work,
      }),
      { onHead: upon.length === 0 },
    );
    return this.#wait();
  }

  async #remember(verification: Verification): Promise<void> {
    const { repository, from } = this.#passage;
    const onto = await repository.treeIfThere(verification.onto ?? from);
    // A head that somebody has set back since is not fetched.
    if (onto === undefined) return;
    // What another job has verified is to be what the same parts make here, and is nowhere before.
    const merged = await this.#view.merge(this.#work, onto);
    if (merged.kind !== 'merged' || merged.tree !== verification.tree) return;
    const of = { onto: await this.#view.nameOf(onto), tree: await this.#view.nameOf(merged.tree) };
    const verdict = this.#verifications.recall(of, verification);
    this.#ride = hasVerdict(this.#ride, { verdict, limit: this.#verifications.limit });
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
      else {
        say(`The repository takes no entry in the merge train, so that this work waits in none: ${moved.text}`);
        this.#ride = { ...this.#ride, joining: 'never' };
      }
    }
    return undefined;
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
    const passed = this.#passedAs(predicted);
    const { head } = this.#view;
    const { tree } = predicted.merged;
    // It may have passed upon works that had not landed, a tree that is in this repository alone: now it is this head by name.
    return passed && { kind: 'turn', turn: { head, tree, verification: { ...passed, onto: head, tree } } };
  }

  async #conflict({ merged }: Predicted): Promise<Stop | undefined> {
    if (merged.kind === 'merged') return undefined;
    // What a package manager makes of it is another work.
    if (this.#ride.joined && this.#ride.joining !== 'never') await this.#withdraw(this.#ride.entry);
    return { kind: 'conflict', head: this.#view.head, tree: merged.tree, files: merged.files };
  }
}
