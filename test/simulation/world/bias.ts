import type { ActName } from '../people/act-names.ts';
import type { Landing } from '../runs/run-input.ts';
import type { FaultKind } from './fault-mix.ts';

/** What a world has instead of what its seed would draw: it is small, and full of what somebody looks for. */
export interface Bias {
  readonly profile?: 'safety' | 'liveness';
  /** How long people act and things go wrong. */
  readonly hours?: number;
  readonly tasks?: number;
  /** How many others a task needs at most. */
  readonly needs?: number;
  /** How many may run at once. */
  readonly parallel?: number;
  readonly replicas?: number;
  readonly landing?: Landing;
  /** The app writes progress to a branch of its own, and nothing of its own to the base. */
  readonly isProgressApart?: boolean;
  /** How often on each occasion, whatever the seed draws; 0: never. */
  readonly faults?: Readonly<Partial<Record<FaultKind, number>>>;
  /** Three of four worlds have no other faults than these. */
  readonly isQuiet?: boolean;
  /** Nine of ten acts of the person who may write are among these, which may be named more than once. */
  readonly acts?: readonly ActName[];
  /** Minutes that an agent works, least and most. */
  readonly works?: readonly [number, number];
  /** Seconds that a verification takes, least and most. */
  readonly verifies?: readonly [number, number];
  /** How many agents of a hundred fail, leave something to do, or meet a limit. */
  readonly fails?: number;
  /** How many runs of a hundred go on after they were cancelled. */
  readonly outlasts?: number;
  /** How many runs of a hundred wait long for a machine. */
  readonly queues?: number;
  /** An observer comes at each of so many occasions. */
  readonly observed?: number;
  /** Ends where a law is broken first. */
  readonly untilBroken?: boolean;
}
