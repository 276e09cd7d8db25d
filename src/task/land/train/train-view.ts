import type { MergeResult } from '../../git/merge-trees.ts';
import { isLandingOf, type Landing } from '../../git/trailers.ts';
import type { Work } from '../../git/work.ts';
import { Lookout } from './look.ts';
import { type Predicted, Predictor } from './predict.ts';
import { aheadOf, type Ride, type Sight } from './rules.ts';
import { type Entry, isSameRun, keyOf } from './train.ts';
import type { Look, TrainMove, TrainRepository } from './train-repository.ts';

/** Base, train and claims as a run sees them, and the run's own writes to the train. */
export class TrainView {
  readonly #repository: TrainRepository;
  readonly #lookout: Lookout;
  readonly #predictor: Predictor;
  #look: Look;
  /** By entry. */
  #landings: ReadonlyMap<string, Landing> = new Map();

  private constructor(
    repository: TrainRepository,
    { lookout, look }: { readonly lookout: Lookout; readonly look: Look },
  ) {
    this.#repository = repository;
    this.#lookout = lookout;
    this.#predictor = new Predictor(repository);
    this.#look = look;
  }

  static async open(repository: TrainRepository, now: number): Promise<TrainView> {
    const lookout = new Lookout(repository);
    return new TrainView(repository, { lookout, look: await lookout.look(now) });
  }

  /** The base's newest commit. */
  get head(): string {
    return this.#look.head;
  }

  async lookAgain(now: number): Promise<void> {
    this.#look = await this.#lookout.look(now);
  }

  async see({ entry }: Pick<Ride, 'entry'>): Promise<Sight> {
    await this.#findLandings(entry);
    const claim = this.landingOf(entry) ? 'landed' : this.#isHeld(entry) ? 'held' : 'missing';
    return { live: this.live(), base: await this.#predictor.nameOf(this.#look.tree), claim };
  }

  /** The commit by which an entry's run has landed it, as of the last look. */
  landingOf(entry: Entry): Landing | undefined {
    return this.#landings.get(keyOf(entry));
  }

  predict(ride: Ride, { sight, work }: { readonly sight: Sight; readonly work: Work }): Promise<Predicted> {
    return this.#predictor.predict({ base: this.#look.tree, ahead: aheadOf(ride, sight), work });
  }

  /** @param onto A tree. */
  merge(work: Work, onto: string): Promise<MergeResult> {
    return this.#predictor.merge(work, onto);
  }

  nameOf(tree: string): Promise<string> {
    return this.#predictor.nameOf(tree);
  }

  /** The entries whose claim is the one that they name, and that have not landed. */
  live(): readonly Entry[] {
    return this.#look.train.entries.filter((entry) => this.#isHeld(entry) && !this.#landings.has(keyOf(entry)));
  }

  /** Whether an entry is written down in the train, and another one with it. */
  isShared(entry: Entry): boolean {
    const { entries } = this.#look.train;
    return entries.length > 1 && entries.some((one) => isSameRun(one, entry));
  }

  /** Puts other entries in the place of those that were seen, dead ones among them. */
  async move(entries: readonly Entry[]): Promise<TrainMove> {
    const moved = await this.#repository.moveTrain({ look: this.#look, seq: this.#lookout.nextSeq, entries });
    if (moved.kind === 'moved') this.#look = this.#lookout.wrote(moved.look);
    return moved;
  }

  #isHeld({ issue, claim }: Entry): boolean {
    return this.#look.claims.get(issue) === claim;
  }

  /**
   * What landed by a push of ours took its claim along. What GitHub merges keeps it until its run has told of it, which
   * may have died meanwhile.
   */
  async #findLandings(own: Entry): Promise<void> {
    const { head, train } = this.#look;
    const asked = this.#repository.keepsClaims ? [...train.entries, own] : this.#isHeld(own) ? [] : [own];
    const found = await Promise.all(
      asked.map(async (entry) => {
        const landings = await this.#repository.landingsOn({ head, since: `${entry.work}^`, issues: [entry.issue] });
        const landing = landings.find((one) => isLandingOf(one, entry));
        return landing ? [[keyOf(entry), landing] as const] : [];
      }),
    );
    this.#landings = new Map(found.flat());
  }
}
