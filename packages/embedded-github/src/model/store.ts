import type { GitReader } from '../git/objects.ts';
import type { MergeSettings, Ruleset } from '../rules/rulesets.ts';
import { notFound } from './errors.ts';
import type { PullRecord } from './pull.ts';
import type { CheckRunRecord, RunRecord, StatusRecord, WorkflowRecord } from './run.ts';

export type { CheckRunRecord, RunRecord, StatusRecord, WorkflowRecord } from './run.ts';

export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin';
export type Permissions = Readonly<Record<string, string>>;

export interface UserRecord {
  readonly kind: 'User';
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly createdAt: number;
}

export interface AppRecord {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly publicKey: string;
  readonly owner: UserRecord;
  readonly bot: UserRecord;
  readonly createdAt: number;
  webhook: { readonly url: string; readonly secret: string } | null;
}

export interface InstallationRecord {
  readonly id: number;
  readonly app: AppRecord;
  readonly account: UserRecord;
  readonly repositories: Set<RepositoryRecord>;
  readonly createdAt: number;
}

export interface LabelRecord {
  readonly kind: 'Label';
  readonly id: number;
  readonly repository: RepositoryRecord;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
  readonly createdAt: number;
}

export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';

export interface ReactionRecord {
  readonly kind: 'Reaction';
  readonly id: number;
  readonly content: '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes';
  readonly user: UserRecord;
  readonly createdAt: number;
}

export interface CommentRecord {
  readonly kind: 'IssueComment';
  readonly id: number;
  readonly issue: IssueRecord;
  readonly author: UserRecord;
  readonly viaApp: AppRecord | null;
  readonly createdAt: number;
  readonly reactions: ReactionRecord[];
  body: string;
  updatedAt: number;
  editedAt: number | null;
  minimized: string | null;
}

export interface IssueEventRecord {
  readonly kind: 'IssueEvent';
  readonly id: number;
  readonly issue: IssueRecord;
  readonly event: 'labeled' | 'unlabeled' | 'closed' | 'reopened' | 'renamed';
  readonly actor: UserRecord;
  readonly createdAt: number;
  readonly label: LabelRecord | null;
  readonly stateReason: StateReason | null;
  readonly commit: string | null;
  readonly rename: { readonly from: string; readonly to: string } | null;
}

export interface IssueRecord {
  readonly kind: 'Issue';
  readonly id: number;
  readonly number: number;
  readonly repository: RepositoryRecord;
  readonly author: UserRecord;
  readonly viaApp: AppRecord | null;
  readonly createdAt: number;
  readonly labels: Set<LabelRecord>;
  readonly comments: CommentRecord[];
  readonly events: IssueEventRecord[];
  readonly reactions: ReactionRecord[];
  readonly subIssues: IssueRecord[];
  readonly blockedBy: Set<IssueRecord>;
  readonly blocking: Set<IssueRecord>;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: StateReason | null;
  updatedAt: number;
  editedAt: number | null;
  closedAt: number | null;
  closedBy: UserRecord | null;
  parent: IssueRecord | null;
  /** What makes it a pull request: issues and pull requests share their numbers. */
  readonly pull: PullRecord | null;
}

export interface RepositoryRecord {
  readonly kind: 'Repository';
  readonly id: number;
  readonly owner: UserRecord;
  readonly name: string;
  readonly fullName: string;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly gitDir: string;
  readonly objects: GitReader;
  readonly createdAt: number;
  readonly collaborators: Map<string, Role>;
  readonly labels: LabelRecord[];
  /** Issue or pull request n stands at index n - 1: numbers are never reused. */
  readonly issues: IssueRecord[];
  readonly workflows: Map<string, WorkflowRecord>;
  readonly runs: RunRecord[];
  readonly checkRuns: CheckRunRecord[];
  readonly statuses: StatusRecord[];
  readonly secrets: Map<string, string>;
  readonly variables: Map<string, string>;
  readonly rulesets: Ruleset[];
  settings: MergeSettings;
  pushedAt: number;
}

/**
 * First ids, far apart on purpose: an issue number taken for a database id, or the id of one kind for that of another,
 * finds nothing. Run ids are above 2^32, as GitHub's are.
 */
const FIRST_IDS = {
  user: 1_001,
  app: 80_001,
  installation: 4_500_001,
  repository: 70_000_001,
  label: 300_000_001,
  issue: 900_000_001,
  comment: 1_500_000_001,
  event: 1_700_000_001,
  reaction: 200_000_001,
  workflow: 120_000_001,
  run: 17_000_000_001,
  job: 48_000_000_001,
  check: 49_000_000_001,
  status: 33_000_000_001,
  pull: 2_100_000_001,
  review: 2_500_000_001,
  reviewComment: 1_900_000_001,
  ruleset: 6_000_001,
  queueEntry: 5_000_001,
} as const;

export type IdKind = keyof typeof FIRST_IDS;

/** Everything that the embedded GitHub remembers. Rules about who may change what live beside the routes. */
export class Store {
  readonly users = new Map<string, UserRecord>();
  readonly apps = new Map<string, AppRecord>();
  readonly installations = new Map<number, InstallationRecord>();
  readonly repositories = new Map<string, RepositoryRecord>();
  readonly #next = new Map<IdKind, number>();

  nextId(kind: IdKind): number {
    const id = this.#next.get(kind) ?? FIRST_IDS[kind];
    this.#next.set(kind, id + 1);
    return id;
  }

  addUser(login: string, type: UserRecord['type'], createdAt: number): UserRecord {
    const key = login.toLowerCase();
    if (this.users.has(key)) throw new Error(`The login ${login} is taken; choose another one.`);
    const user: UserRecord = { kind: 'User', id: this.nextId('user'), login, type, createdAt };
    this.users.set(key, user);
    return user;
  }

  user(login: string): UserRecord {
    const user = this.users.get(login.toLowerCase());
    if (!user) throw notFound();
    return user;
  }

  repository(fullName: string): RepositoryRecord {
    const repository = this.repositories.get(fullName.toLowerCase());
    if (!repository) throw notFound();
    return repository;
  }

  app(slug: string): AppRecord {
    const app = this.apps.get(slug);
    if (!app) throw notFound(`No app ${slug}; create it with createApp first.`);
    return app;
  }

  installationOf(app: AppRecord, repository: RepositoryRecord): InstallationRecord | undefined {
    return [...this.installations.values()].find((each) => each.app === app && each.repositories.has(repository));
  }
}

export function findIssue(repository: RepositoryRecord, number: number): IssueRecord {
  const issue = repository.issues[number - 1];
  if (!issue) throw notFound();
  return issue;
}

export function findLabel(repository: RepositoryRecord, name: string): LabelRecord | undefined {
  const key = name.toLowerCase();
  return repository.labels.find((label) => label.name.toLowerCase() === key);
}

export function findComment(repository: RepositoryRecord, id: number): CommentRecord {
  for (const issue of repository.issues) {
    const comment = issue.comments.find((each) => each.id === id);
    if (comment) return comment;
  }
  throw notFound();
}
