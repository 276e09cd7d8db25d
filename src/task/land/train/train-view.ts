import type { Landing } from '../../git/trailers.ts';
import type { Work } from '../../git/work.ts';
import { type Look, Lookout } from './look.ts';
import type { TrainMove } from './move-train.ts';
import { type Predicted, Predictor } from './predict.ts';
import { aheadOf, type Ride, type Sight } from './rules.ts';
import type { Entry } from './train.ts';
import type { TrainRepository } from './train-repository.ts';

export interface Seen {
  readonly sight: Sight;
  /** Of the works that are waited for, those that have landed. */
  readonly landed: readonly Entry[];
}

/** Base, train and claims as a run sees them, and the run's own writes to the train. */
export class TrainView {
  readonly #repository: TrainRepository;
  readonly #lookout: Lookout;
  readonly #predictor: Predictor;
  #look: Look;

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

  /** @returns Whether anything is new. */
  async lookAgain(now: number): Promise<boolean> {
    const before = this.#look;
    this.#look = await this.#lookout.look(now);
    return this.#look.head !== before.head || this.#look.trainCommit !== before.trainCommit;
  }

  async see({ entry, aside }: Pick<Ride, 'entry' | 'aside'>): Promise<Seen> {
    const isHeld = this.#isLive(entry);
    const gone = aside.filter((one) => !this.#isLive(one));
    const landings = await this.#landingsOf(isHeld ? gone : [...gone, entry]);
    const hasLanded = (one: Entry) => landings.some((landing) => isOf(landing, one));
    const claim = isHeld ? 'held' : hasLanded(entry) ? 'landed' : 'missing';
    return {
      sight: { live: this.live(), base: await this.#predictor.nameOf(this.#look.tree), claim },
      landed: gone.filter(hasLanded),
    };
  }

  /** The commit by which an entry's run has landed it. */
  async landingOf(entry: Entry): Promise<Landing | undefined> {
    return (await this.#landingsOf([entry])).find((landing) => isOf(landing, entry));
  }

  predict(ride: Ride, { sight, work }: { readonly sight: Sight; readonly work: Work }): Promise<Predicted> {
    return this.#predictor.predict({ base: this.#look.tree, ahead: aheadOf(ride, sight), work });
  }

  /** Makes what another job has verified once more: here its tree may not be known. */
  async remake(work: Work, onto: string): Promise<void> {
    await this.#predictor.merge(work, onto);
  }

  nameOf(tree: string): Promise<string> {
    return this.#predictor.nameOf(tree);
  }

  /** The entries whose claim is the one that they name. */
  live(): readonly Entry[] {
    return this.#look.train.entries.filter((entry) => this.#isLive(entry));
  }

  /** Whether anybody else is written down in the train. */
  get isShared(): boolean {
    return this.#look.train.entries.length > 1;
  }

  /** Puts other entries in the place of those that were seen, dead ones among them. */
  async move(entries: readonly Entry[]): Promise<TrainMove> {
    const moved = await this.#repository.moveTrain({ look: this.#look, seq: this.#lookout.nextSeq, entries });
    if (moved.kind === 'moved') this.#look = this.#lookout.wrote(moved.look);
    return moved;
  }

  #isLive({ issue, claim }: Entry): boolean {
    return this.#look.claims.get(issue) === claim;
  }

  async #landingsOf(entries: readonly Entry[]): Promise<readonly Landing[]> {
    const issues = entries.map(({ issue }) => issue);
    return this.#repository.landingsOn({ head: this.#look.head, issues });
  }
}

function isOf({ issue, dispatch, run }: Landing, entry: Entry): boolean {
  return issue === entry.issue && dispatch === entry.dispatch && run === entry.run;
}
