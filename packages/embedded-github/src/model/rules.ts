export type MergeMethod = 'merge' | 'squash' | 'rebase';

export const MERGE_METHODS = ['merge', 'squash', 'rebase'] as const;

/** What a repository demands of one branch. Rules that are left out do not apply. */
export interface Protection {
  /** Name without `refs/heads/`. */
  readonly branch: string;
  /** Changes only through a pull request. */
  readonly pullRequest?: {
    /** Approvals by people with write access, the author's own not counted. */
    readonly approvals: number;
    /** The owners named in CODEOWNERS must approve what they own. */
    readonly codeOwners?: boolean;
    /** A push to the head takes approvals back. */
    readonly dismissStale?: boolean;
    /** Ways to merge; default: what the repository's settings allow. */
    readonly methods?: readonly MergeMethod[];
  };
  /** Names of checks or contexts of statuses. */
  readonly requiredChecks?: readonly string[];
  /** Required checks count only for a head that contains the newest base. */
  readonly upToDate?: boolean;
  readonly linearHistory?: boolean;
  /** Default true, as in a ruleset made on GitHub's page. */
  readonly blockForcePush?: boolean;
  readonly blockDeletion?: boolean;
  /** Pull requests merge through a queue only. */
  readonly mergeQueue?: boolean;
  /** How the queue merges; default `squash`. */
  readonly queueMethod?: MergeMethod;
  /**
   * A branch protection rule of the older kind instead of a ruleset: it binds alike, is none of the rules of a branch, and
   * shows as `refUpdateRule`.
   */
  readonly classic?: boolean;
  /**
   * Of such a rule: slugs of the apps that alone may push ("Restrict who can push to matching branches"). To anybody else
   * it shows as `viewerCanPush: false`.
   */
  readonly pushers?: readonly string[];
  /** Slugs of apps that the rules do not bind. GITHUB_TOKEN can never be one. */
  readonly bypass?: readonly string[];
}

export interface Ruleset extends Protection {
  readonly id: number;
  readonly createdAt: number;
}

/** Switches under Settings, General and Settings, Actions. */
export interface MergeSettings {
  readonly merge: boolean;
  readonly squash: boolean;
  readonly rebase: boolean;
  readonly autoMerge: boolean;
  readonly deleteBranchOnMerge: boolean;
  /** "Allow GitHub Actions to create and approve pull requests"; off in a new repository. */
  readonly actionsMayPropose: boolean;
  /** Nothing is written any more; told, and not enforced here. */
  readonly archived: boolean;
  /** Workflows run at all. */
  readonly actionsEnabled: boolean;
  /** Which actions workflows may use; told, and not enforced here. */
  readonly allowedActions: 'all' | 'local_only' | 'selected';
  readonly selectedActions: SelectedActions;
  /** "Require actions to be pinned to a full-length commit SHA"; likewise. */
  readonly pinnedActions: boolean;
}

/** What `selected` allows. */
export interface SelectedActions {
  readonly githubOwned: boolean;
  /** Of creators that the Marketplace has verified. */
  readonly verified: boolean;
  readonly patterns: readonly string[];
}

export const NEW_REPOSITORY: MergeSettings = {
  merge: true,
  squash: true,
  rebase: true,
  autoMerge: false,
  deleteBranchOnMerge: false,
  actionsMayPropose: false,
  archived: false,
  actionsEnabled: true,
  allowedActions: 'all',
  selectedActions: { githubOwned: false, verified: false, patterns: [] },
  pinnedActions: false,
};

/** How a merge is to be done; what is null gets GitHub's default text. */
export interface MergeOptions {
  readonly method: MergeMethod;
  readonly title: string | null;
  readonly message: string | null;
}
