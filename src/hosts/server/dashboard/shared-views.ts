import type { Locator } from '../../../github/locator.ts';
import type { DashboardData } from '../../../progress/dashboard/dashboard-data.ts';

/** What a dashboard shows, whichever replica made the pass. */
export interface SharedView {
  readonly data: DashboardData;
  readonly svg: string;
  /** The boxes of the picture lead to tasks. */
  readonly linked: boolean;
}

export interface ViewListener {
  /** Somebody looks on another replica: whoever made the last pass puts there what it shows. */
  readonly onWant: (key: string) => void;
  readonly onPut: (key: string) => void;
}

/** What replicas tell each other of their dashboards; repositories go by `keyOf`. */
export interface SharedViews {
  readonly listen: (listener: ViewListener) => void;
  /** Somebody looks at it here, for the next minute. */
  readonly look: (key: string) => Promise<void>;
  readonly isLookedAt: (key: string) => Promise<boolean>;
  /** This replica made the last pass, or nobody did. */
  readonly isNewestHere: (locator: Locator) => Promise<boolean>;
  readonly want: (key: string) => Promise<void>;
  readonly put: (key: string, view: SharedView) => Promise<void>;
  readonly get: (key: string) => Promise<SharedView | undefined>;
  readonly notePlan: (key: string) => Promise<void>;
  /** Keys of the repositories that have a plan. */
  readonly plans: () => Promise<readonly string[]>;
  readonly forget: (locator: Locator) => Promise<void>;
}
