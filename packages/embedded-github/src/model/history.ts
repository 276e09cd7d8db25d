import type { IssueRecord, RepositoryRecord } from './records.ts';
import { readerOfPast } from './snapshot-reader.ts';
import type { Store } from './store.ts';

interface Moment {
  readonly at: number;
  readonly repositories: ReadonlyMap<string, RepositoryRecord>;
}

/** How repositories stood before the writes of the last moments; reads that are to be stale are answered from it. */
export class History {
  readonly #store: Store;
  readonly #clock: () => number;
  #moments: readonly Moment[] = [];

  constructor(store: Store, clock: () => number) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Keeps what is there now, just before a write; what is older than `lag` milliseconds is forgotten. */
  async remember(lag: number): Promise<void> {
    const at = this.#clock();
    const copies = [...this.#store.repositories].map(async ([name, each]) => [name, await copyOf(each)] as const);
    const repositories = new Map(await Promise.all(copies));
    this.#moments = [...this.#moments.filter((each) => each.at >= at - lag), { at, repositories }];
  }

  /** What is remembered without the writes of the last `lag` milliseconds; nobody may write to it. */
  storeBefore(lag: number): Store {
    const from = this.#clock() - lag;
    const moment = lag > 0 ? this.#moments.find(({ at }) => at >= from) : undefined;
    if (!moment) return this.#store;
    // Users, apps and the lookups are those of the store itself.
    return Object.create(this.#store, { repositories: { value: moment.repositories } }) as Store;
  }
}

/** A copy that later writes do not reach; its issues point at each other as the originals did. */
async function copyOf(original: RepositoryRecord): Promise<RepositoryRecord> {
  const { objects, defaultBranch } = original;
  const refs = await objects.refs();
  const repository: RepositoryRecord = {
    ...original,
    objects: readerOfPast(objects, { refs, defaultBranch }),
    collaborators: new Map(original.collaborators),
    labels: [...original.labels],
    issues: [],
    transferred: new Map(original.transferred),
    checkRuns: original.checkRuns.map((each) => ({ ...each })),
    statuses: [...original.statuses],
  };
  const copies = new Map(original.issues.map((issue) => [issue, copyIssue(issue, repository)]));
  // What is related and lives in another repository is read as it is.
  const copied = (issues: Iterable<IssueRecord>) => [...issues].map((issue) => copies.get(issue) ?? issue);
  for (const [issue, copy] of copies) {
    copy.subIssues.push(...copied(issue.subIssues));
    for (const each of copied(issue.blockedBy)) copy.blockedBy.add(each);
    for (const each of copied(issue.blocking)) copy.blocking.add(each);
    copy.parent = issue.parent && (copies.get(issue.parent) ?? issue.parent);
    repository.issues.push(copy);
  }
  return repository;
}

function copyIssue(original: IssueRecord, repository: RepositoryRecord): IssueRecord {
  const issue: IssueRecord = {
    ...original,
    repository,
    labels: new Set(original.labels),
    comments: [],
    events: [...original.events],
    edits: [...original.edits],
    reactions: [...original.reactions],
    subIssues: [],
    blockedBy: new Set(),
    blocking: new Set(),
    assignees: new Set(original.assignees),
    pull: original.pull && { ...original.pull, reviews: original.pull.reviews.map((review) => ({ ...review })) },
  };
  const comments = original.comments.map((each) => ({
    ...each,
    issue,
    edits: [...each.edits],
    reactions: [...each.reactions],
  }));
  issue.comments.push(...comments);
  return issue;
}
