import type { Tokens } from './access/tokens.ts';
import type { Runs } from './actions/runs.ts';
import type { Manifests } from './apps/manifests.ts';
import type { Faults } from './faults/faults.ts';
import type { SignIns } from './http/pages/sign-ins.ts';
import type { Budgets } from './http/requests.ts';
import type { History } from './model/history.ts';
import type { Session, World } from './world.ts';

/** All of one embedded GitHub: the world, and what its interfaces need beside it. */
export interface Platform extends World {
  readonly tokens: Tokens;
  readonly runs: Runs;
  readonly faults: Faults;
  /** What stale reads see. */
  readonly history: History;
  readonly budgets: Budgets;
  /** Apps that were made from a manifest, and whose secrets nobody has fetched yet. */
  readonly manifests: Manifests;
  /** Browsers of people. */
  readonly signIns: SignIns;
}

export interface PlatformSession extends Session {
  readonly world: Platform;
}
