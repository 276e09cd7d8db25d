import type { AppRecord, UserRecord } from './accounts.ts';
import { gone, notFound } from './errors.ts';
import type { CommentRecord, InstallationRecord, IssueRecord, LabelRecord, RepositoryRecord } from './records.ts';

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
  edit: 1_800_000_001,
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
  environment: 56_000_001,
} as const;

type IdKind = keyof typeof FIRST_IDS;

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

  /** Throws when the login exists, whatever its case. */
  addUser(wanted: Pick<UserRecord, 'login' | 'type' | 'createdAt'>): UserRecord {
    const { login } = wanted;
    const key = login.toLowerCase();
    if (this.users.has(key)) throw new Error(`The login ${login} is taken; choose another one.`);
    const user: UserRecord = { kind: 'User', id: this.nextId('user'), isDeleted: false, ...wanted };
    this.users.set(key, user);
    return user;
  }

  /** The account bears another login from now on, in everything that it did before, too. */
  renameUser(user: UserRecord, login: string): void {
    const key = login.toLowerCase();
    if (this.users.has(key)) throw new Error(`The login ${login} is taken; choose another one.`);
    this.users.delete(user.login.toLowerCase());
    user.login = login;
    this.users.set(key, user);
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

/** The issue or pull request with a number, where it is still here. */
export function issueNumbered({ issues }: Pick<RepositoryRecord, 'issues'>, number: number): IssueRecord | undefined {
  // Nearly always none is gone.
  const likely = issues[number - 1];
  return likely?.number === number ? likely : issues.find((issue) => issue.number === number);
}

/** Operation `issues/get`: 410 for what was deleted, 404 for what never was. */
export function findIssue(repository: RepositoryRecord, number: number): IssueRecord {
  const issue = issueNumbered(repository, number);
  if (issue) return issue;
  throw number >= 1 && number <= repository.lastNumber ? gone() : notFound();
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
