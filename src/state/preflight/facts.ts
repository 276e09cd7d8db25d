/** What GitHub tells of a repository's settings, as they were read: whether work could land is judged by them. */

/** What was told, or the permission of the token that would have it told. */
export type Told<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly permission: string };

export interface RepositoryFacts {
  readonly viewer: Viewer;
  readonly owner: string;
  /** Address for people, without a trailing slash. */
  readonly url: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly hasIssues: boolean;
  readonly defaultBranch: string;
  /** The branch that work lands on. */
  readonly base: { readonly branch: string; readonly exists: boolean };
  /** Those of the base, of rulesets and of classic protection; whom they do not bind is told to administrators alone. */
  readonly rules: readonly BaseRule[];
  readonly maySquash: boolean;
  /** The files of .github/workflows on the default branch. */
  readonly workflows: Told<readonly WorkflowText[]>;
  /** Other branches that hold the task workflow, where the default branch does not. */
  readonly elsewhere: readonly string[];
  /** GitHub's word for the state of the task workflow; undefined where GitHub knows none. */
  readonly workflowState: Told<string | undefined>;
  readonly actions: Told<ActionsPolicy>;
  readonly workflowDefaults: Told<WorkflowDefaults>;
  /** The environment `agent-waves`; undefined where there is none. */
  readonly environment: Told<EnvironmentFacts | undefined>;
  /** Names, by where they are kept. */
  readonly secrets: {
    readonly environment: Told<readonly string[]>;
    readonly repository: Told<readonly string[]>;
    readonly organization: Told<readonly string[]>;
  };
  /** Names of labels of ours. */
  readonly labels: readonly string[];
  /** What the app's installation was given; undefined where that is not told. */
  readonly granted: GrantedPermissions | undefined;
}

/** Whose token it is that asks. */
export interface Viewer {
  readonly login: string;
  readonly kind: 'person' | 'app' | 'actions';
  /** A person's role, in GitHub's capitals; undefined where there is none. */
  readonly role: string | undefined;
}

export interface GrantedPermissions {
  /** `issues: write`, as an installation spells it. */
  readonly permissions: Readonly<Record<string, string>>;
  /** Where they are changed. */
  readonly page: string;
}

export interface WorkflowText {
  /** Of the file, without its folder. */
  readonly name: string;
  readonly text: string;
}

export type BaseRule =
  | {
      readonly kind: 'pull-request';
      readonly approvals: number;
      readonly codeOwners: boolean;
      /** Ways to merge; undefined: all that the repository allows. */
      readonly methods: readonly string[] | undefined;
    }
  | { readonly kind: 'checks'; readonly names: readonly string[] }
  | { readonly kind: 'merge-queue' }
  | { readonly kind: 'signatures' }
  | { readonly kind: 'deployments' }
  /** Nobody moves it but those who bypass the rule. */
  | { readonly kind: 'updates' }
  /** Nobody makes it but those. */
  | { readonly kind: 'creation' }
  /** Branch protection of the older kind is there: the rules beside this one are what it says to the token that asked. */
  | { readonly kind: 'classic' };

export interface ActionsPolicy {
  readonly enabled: boolean;
  readonly allowed: 'all' | 'local_only' | 'selected';
  /** Actions have to be pinned to a whole commit. */
  readonly pinned: boolean;
  /** Of `selected`. */
  readonly githubOwned: boolean;
  readonly verified: boolean;
  readonly patterns: readonly string[];
}

export interface WorkflowDefaults {
  /** Workflows may open pull requests. */
  readonly mayPropose: boolean;
  /** A workflow without `permissions` may write. */
  readonly mayWrite: boolean;
}

export interface EnvironmentFacts {
  /** Who has to approve each run: logins, and slugs of teams. */
  readonly reviewers: readonly string[];
  readonly waitMinutes: number;
  /** Patterns of branches whose runs may use it, or those that are protected; undefined: all. */
  readonly branches: readonly string[] | 'protected' | undefined;
}

/** A dispatch whose run looked whether work could land: see `probe.ts`. */
export interface ProbedDispatch {
  readonly issue: number;
  readonly dispatch: number;
}
