import type { Bias } from './bias.ts';
import type { Random } from './random.ts';

/** What can go wrong, and how often it does in a seed that has it: least and most, per occasion. */
export const FAULTS = {
  'webhook lost': [0.02, 0.9],
  'webhook doubled': [0.02, 0.5],
  'webhook doubled under a new id': [0.02, 0.5],
  'webhook overtaken': [0.02, 0.5],
  'webhook late': [0.02, 0.3],
  'run without a webhook': [0.1, 1],
  '502 before the write': [0.005, 0.15],
  '502 after the write': [0.005, 0.15],
  'connection cut': [0.005, 0.1],
  'part of a batch fails': [0.01, 0.3],
  'primary rate limit': [0.001, 0.02],
  'secondary rate limit': [0.002, 0.05],
  'stale read': [0.05, 0.6],
  'slow answer': [0.005, 0.05],
  'ref race': [0.05, 0.6],
  'dispatch without a run': [0.02, 0.3],
  'dispatch with two runs': [0.02, 0.3],
  'unclear push of a run': [0.02, 0.3],
  'wedged run': [0.02, 0.2],
  'zombie run': [0.02, 0.3],
  'machine of a run lost': [0.02, 0.3],
  'orchestrator killed': [0.001, 0.02],
  'schedule dropped': [0.05, 0.6],
  'act of a person': [0.01, 0.25],
  'dependency undone before a run begins': [0.02, 0.3],
  'no while a run verifies': [0.02, 0.3],
  'act of a triager': [0.01, 0.1],
  'act of a stranger': [0.01, 0.1],
  'forged result': [0.01, 0.1],
  'stale read of git': [0.05, 0.6],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

export type FaultKind = keyof typeof FAULTS;

const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** One thing that went wrong, by which a story tells it and a shrunk seed leaves it out. */
export interface Occurrence {
  /** `webhook lost #3`: the third occasion of its kind. */
  readonly id: string;
  readonly kind: FaultKind;
  readonly at: number;
  what: string;
}

export interface Suppressed {
  readonly kinds: ReadonlySet<FaultKind>;
  readonly ids: ReadonlySet<string>;
}

export const NOTHING_SUPPRESSED: Suppressed = { kinds: new Set(), ids: new Set() };

/** Which faults a seed has, and how much of each: some have one kind and much of it, some have all. */
export class FaultMix {
  readonly rates: ReadonlyMap<FaultKind, number>;
  readonly occurrences: Occurrence[] = [];
  readonly #random: Random;
  readonly #now: () => number;
  readonly #suppressed: Suppressed;
  readonly #occasions = new Map<FaultKind, number>();
  /** Nothing goes wrong any more. */
  isOver = false;

  constructor(
    random: Random,
    given: { readonly now: () => number; readonly suppressed: Suppressed; readonly bias?: Bias },
  ) {
    this.#random = random;
    this.#now = given.now;
    this.#suppressed = given.suppressed;
    const { faults = {}, isQuiet = false } = given.bias ?? {};
    const others = isQuiet && random.chance('quiet', 0.75) ? [] : drawRates(random);
    const own = Object.entries(faults) as [FaultKind, number][];
    this.rates = new Map([...new Map([...others, ...own])].filter(([, rate]) => rate > 0));
  }

  has(kind: FaultKind): boolean {
    return this.rates.has(kind) && !this.#suppressed.kinds.has(kind);
  }

  /** Whether it happens on this occasion. @param what In words, for the story. */
  happens(kind: FaultKind, what: () => string): boolean {
    const rate = this.rates.get(kind);
    if (rate === undefined || this.isOver) return false;
    const occasion = (this.#occasions.get(kind) ?? 0) + 1;
    this.#occasions.set(kind, occasion);
    if (!this.#random.chance(`fault ${kind}`, rate)) return false;
    const id = `${kind} #${occasion}`;
    if (this.#suppressed.kinds.has(kind) || this.#suppressed.ids.has(id)) return false;
    this.occurrences.push({ id, kind, at: this.#now(), what: what() });
    return true;
  }
}

function drawRates(random: Random): ReadonlyMap<FaultKind, number> {
  const how = random.draw('mix');
  const single = random.pick('mix', FAULT_KINDS);
  const share = how < 0.15 ? 0 : how < 0.3 ? 1 : random.between('mix', 10, 60) / 100;
  const rates = new Map<FaultKind, number>();
  for (const kind of FAULT_KINDS) {
    const isIn = random.chance('mix', share) || (share === 0 && kind === single);
    const [least, most] = FAULTS[kind];
    const drawn = least * (most / least) ** random.draw('mix');
    if (isIn)
      rates.set(
        kind,
        share === 0 ? Math.max(drawn, Math.sqrt(least * most)) : share === 1 ? Math.sqrt(least * drawn) : drawn,
      );
  }
  return rates;
}
