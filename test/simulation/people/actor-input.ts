import type { Truth } from '../laws/truth.ts';
import type { GitRefs } from '../runs/git-refs.ts';
import type { Random } from '../world/random.ts';
import type { Town } from '../world/town.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { ActName } from './act-names.ts';
import type { Hands } from './hands.ts';

export interface ActorInput {
  readonly town: Town;
  readonly git: GitRefs;
  readonly truth: Truth;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly hands: Hands;
  /** What the person who may write does mostly. */
  readonly acts?: readonly ActName[] | undefined;
}
