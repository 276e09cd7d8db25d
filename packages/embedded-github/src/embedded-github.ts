import type { components } from '@octokit/openapi-types';
import type { FaultPlan, Faults } from './faults/faults.ts';
import type { RequestEntry } from './http/requests.ts';
import type { Permissions, Role, UserRecord } from './model/accounts.ts';
import type { PullRequest, RunRecord } from './model/records.ts';
import type { MergeSettings, Protection } from './model/rules.ts';
import type { Runner } from './model/runner.ts';

type Schemas = components['schemas'];

export interface GitHubOptions {
  /** `<folder>/remote.git` is the first repository, `<folder>/runs/<run id>/` what runs leave behind. Made if absent. */
  readonly folder: string;
  /** Executes workflow runs: `createRunner` for real, or one whose course a test decides. */
  readonly runner: Runner;
  /** Epoch milliseconds; dates headers, tokens and everything that is recorded. Default: the machine's clock. */
  readonly clock?: () => number;
  /** On loopback; default: a free one. */
  readonly port?: number;
  /** Address under which it answers `fetch` alone: it then listens nowhere, and git cannot reach it. */
  readonly url?: string;
  /**
   * Keeps what repositories hold in memory, and nothing of it in the folder. Requests that only git itself can answer then
   * fail: merges of what has diverged, forks, fetches and pushes. Default: false.
   */
  readonly isInMemory?: boolean;
  /** Called once for every request, when it has been answered. */
  readonly onRequest?: (entry: RequestEntry) => void;
  /**
   * Milliseconds after which what is left of a cancelled run is ended, whatever its conditions say. Default: five minutes
   * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation).
   */
  readonly cancelLimit?: number;
  /** Milliseconds after which tokens may ask as much again. Default: an hour. */
  readonly budgetHour?: number;
  /** What goes wrong from the beginning; `EmbeddedGitHub.faults` takes more later on. */
  readonly faults?: FaultPlan;
}

export interface CreatedUser {
  readonly login: string;
  readonly id: number;
  /** A personal token; every right that the person's role gives. */
  readonly token: string;
}

export interface CreatedRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  readonly defaultBranch: string;
  /** Bare repository on this machine. */
  readonly gitDir: string;
  readonly cloneUrl: string;
}

export interface NewRepository {
  /** Made as an organization when there is no such login yet. */
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch?: string;
  /** Default true: strangers do not see it. In a public one everybody has the read role. */
  readonly private?: boolean;
  /** Rules of branches. A branch that does not exist yet may be pushed for the first time. */
  readonly protect?: Protection | readonly Protection[];
  /** Default: those of a new repository. */
  readonly settings?: Partial<MergeSettings>;
}

export interface NewEnvironment {
  readonly name: string;
  /** Logins of those who have to approve a job; default: nobody. */
  readonly reviewers?: readonly string[];
  /** Minutes that a job waits before it starts; default 0. */
  readonly waitMinutes?: number;
  /** Patterns of branches whose runs may use it, or those that are protected; default: all. */
  readonly branches?: readonly string[] | 'protected';
  /** Values by name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface CreatedApp {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string;
  /** PEM, PKCS #1, as GitHub hands it out. */
  readonly privateKey: string;
  readonly botLogin: string;
}

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

export interface NewApp {
  readonly slug: string;
  /** As an installation has them: `{ issues: 'write', pull_requests: 'read' }`. */
  readonly permissions: Permissions;
  /** Names of webhook events. */
  readonly events: readonly string[];
  readonly webhook?: WebhookTarget;
}

/** An issue as the REST list gives it, with its comments. */
export type IssueReport = Schemas['issue'] & { readonly comments_list: readonly Schemas['issue-comment'][] };

/** A pull request as the REST API gives it, with its reviews and comments. */
export type PullReport = Schemas['pull-request'] & {
  readonly reviews_list: readonly Schemas['pull-request-review'][];
  readonly comments_list: readonly Schemas['issue-comment'][];
};

/**
 * A GitHub on loopback: REST, GraphQL, git over HTTP, webhooks and workflow runs over one state in memory. These
 * members set it up and look at it; what a client of GitHub does, a test does through the addresses. A repository is
 * named `owner/name`, an app by its slug; a name that does not exist throws an error with `status` 404.
 */
export interface EmbeddedGitHub {
  /** `http://127.0.0.1:<port>`, without a trailing slash; clone addresses lie below it. */
  readonly url: string;
  /** Base of the REST API, as an enterprise server has it: `<url>/api/v3`. */
  readonly apiUrl: string;
  /** `<url>/api/graphql`. */
  readonly graphqlUrl: string;
  /** The same routes without a socket. Rejects with a TypeError, as `fetch` does, where a fault cuts the connection. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** What goes wrong. Rules may be added and cleared at any time; the first one that applies wins. */
  readonly faults: Pick<Faults, 'push' | 'clear'>;

  /** Makes an account; `type` is `User` by default. Throws when the login is taken, whatever its case. */
  readonly createUser: (wanted: {
    readonly login: string;
    readonly type?: Exclude<UserRecord['type'], 'Bot'>;
  }) => CreatedUser;
  /** @param page Path of a page, such as `/acme/daw/issues/1`. @returns An address that signs one browser in as this person, and shows it. */
  readonly signIn: (login: string, page: string) => string;
  /** Deletes an account: its tokens end, what it did stays, and nobody is named for it any more. */
  readonly deleteUser: (login: string) => void;
  /** Gives an account another login: what it did, may do and is named for goes by the new one from now on. */
  readonly renameUser: (login: string, wanted: string) => void;
  /** Makes an empty repository; its owner becomes an organization where no such login exists. Throws when it exists. */
  readonly createRepository: (wanted: NewRepository) => Promise<CreatedRepository>;
  /** Makes a fork of a repository, under its name and with its branches as they stand. Throws when there is one. */
  readonly createFork: (wanted: { readonly repository: string; readonly owner: string }) => Promise<CreatedRepository>;
  /** Takes a repository away; pull requests from it stay as they are, without a head repository. */
  readonly deleteRepository: (repository: string) => Promise<void>;
  /**
   * Commits files on top of what a branch holds, the default one where none is named, and begins one that is not there;
   * null takes a file out. It is told as that person's push, and no rule binds it. @returns The commit.
   */
  readonly commitFiles: (wanted: {
    readonly repository: string;
    /** Login of who commits. */
    readonly by: string;
    readonly message: string;
    readonly files: Readonly<Record<string, string | null>>;
    readonly branch?: string;
  }) => Promise<string>;
  /**
   * Moves refs together or not at all, as `git push --atomic` with leases does once the objects are there; no rule binds it.
   * @returns False where one of them stood elsewhere: then nothing has moved.
   */
  readonly moveRefs: (wanted: {
    readonly repository: string;
    /** Login of who pushes. */
    readonly by: string;
    /** Full name, where it has to stand and where it is to stand; null: nowhere. */
    readonly moves: readonly { readonly ref: string; readonly from: string | null; readonly to: string | null }[];
  }) => Promise<boolean>;
  /** Gives a person a role, or another one. */
  readonly addCollaborator: (wanted: {
    readonly repository: string;
    readonly login: string;
    /** The role; of a custom role the one that it stands on. */
    readonly permission: Role;
    /** Name of a custom role. */
    readonly customRole?: string;
  }) => void;
  /** Takes a person's role away; without one, nothing happens. */
  readonly removeCollaborator: (wanted: { readonly repository: string; readonly login: string }) => void;
  /** Sets an Actions secret of the repository; later runs see it in the context `secrets`. */
  readonly setSecret: (repository: string, secret: { readonly name: string; readonly value: string }) => void;
  /** Makes an environment, or another one of its name: what is told of it. The runner neither waits for its reviewers nor hands out its secrets. */
  readonly setEnvironment: (repository: string, environment: NewEnvironment) => void;
  /** Sets an Actions variable of the repository; later runs see it in the context `vars`. */
  readonly setVariable: (repository: string, variable: { readonly name: string; readonly value: string }) => void;
  /** Adds rules to a branch, beside those it has; from then on they bind. @returns The id of the ruleset. */
  readonly protect: (repository: string, protection: Protection) => { readonly rulesetId: number };
  /** Changes some of the repository's settings; those left out stay. */
  readonly setSettings: (repository: string, settings: Partial<MergeSettings>) => void;

  /** Registers an app with a key of its own. It has no access and gets no webhooks before it is installed. */
  readonly createApp: (wanted: NewApp) => CreatedApp;
  /** Where the app's webhooks go from now on; null: nowhere. */
  readonly setWebhook: (slug: string, target: WebhookTarget | null) => void;
  /** Installs the app on a repository. Repositories of one owner share an installation, as on GitHub. */
  readonly install: (slug: string, repository: string) => { readonly installationId: number };

  /** Every run of every repository, oldest first within each. Live records: they go on changing. */
  readonly runs: () => readonly RunRecord[];
  /** What a reviewer does with the jobs of a run that wait. */
  readonly approve: (run: RunRecord) => void;
  /** Ends a run as a failure, the way it ends when its machine is gone: none of its steps hears of it. */
  readonly loseMachine: (run: RunRecord) => void;
  /** Settles with the first run for which `matches` holds, now or after a later change of any run. */
  readonly waitForRun: (matches: (run: RunRecord) => boolean) => Promise<RunRecord>;
  /** The issues without pull requests, open and closed, lowest number first. */
  readonly issuesReport: (repository: string) => readonly IssueReport[];
  /** The pull requests, open and closed, lowest number first; mergeability is not worked out for it. */
  readonly pullsReport: (repository: string) => readonly PullReport[];
  /**
   * Settles with the first pull request, as lists give it, for which `matches` holds, now or after a later event: for
   * scripted people, who then review and merge by REST with their own tokens.
   */
  readonly waitForPull: (matches: (pull: PullRequest) => boolean) => Promise<Schemas['pull-request-simple']>;
  /** Webhook deliveries attempted so far, those that a fault doubles included. */
  readonly webhooksSent: () => number;

  /** Starts the workflows that are due by their schedules since they were last looked at; nobody else looks. @param now Epoch milliseconds; default: the clock. */
  readonly runSchedules: (now?: number) => Promise<void>;
  /** Settles once no run is live, no webhook under way and no push unprocessed. Throws what failed in the background. */
  readonly idle: () => Promise<void>;
  /** Ends runs, webhooks and the server, and settles when nothing of them is alive; the folder stays. */
  readonly close: () => Promise<void>;
}
