import * as z from 'zod';
import { isMissed, type LandedWork } from '../../state/evidence.ts';
import { mayRevert } from '../../state/reverts.ts';
import { type BaseCommit, type BaseHistory, type Instant, instant, millis } from '../../state/snapshot.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { gainedSince } from './gained-commits.ts';

/** What landed on the base and was taken back there, as far as a pass has to look. */

const COMMITS = `nodes { oid message parents(first: 3) { nodes { oid } } } pageInfo { hasNextPage endCursor }`;

/** Of the query that every pass asks: as many as the base gains between two looks, commits of progress among them. */
export const NEWEST_COMMITS = `fragment NewestCommits on Commit {
  history(first: 30) { ${COMMITS} }
}`;

export const commitPage = z.object({
  nodes: z.array(
    z.object({
      oid: z.string(),
      message: z.string(),
      parents: z.object({ nodes: z.array(z.object({ oid: z.string() })) }),
    }),
  ),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});

type CommitPage = z.infer<typeof commitPage>;

/** What one process has read of the base. */
export interface BaseReading {
  readonly tip: string;
  readonly history: BaseHistory;
}

/** A last look that lies further back is not looked for: everything is looked up then. */
const MAX_BEHIND = 250;
/** Commits that a plan is followed through; what is older speaks neither for nor against anything. */
const MAX_COMMITS = 10_000;
const PAGE = 100;
/** A runner's clock may be behind, and a rebase keeps no order. */
const BEFORE_THE_PLAN_MS = 24 * 60 * 60_000;

interface HistoryQuestion {
  readonly client: Client;
  readonly locator: Locator;
  /** The commit at the tip of the base, and the newest commits. */
  readonly tip: string;
  readonly page: CommitPage;
  /** The last look, by the plan's record. */
  readonly last: string | undefined;
  /** When the plan began; undefined while nothing of it runs or has landed. */
  readonly begin: Instant | undefined;
  /** A record has to be made anew, from everything that its task landed. */
  readonly everything: boolean;
  /** Work that landed. */
  readonly landed: readonly LandedWork[];
  readonly known: BaseReading | undefined;
}

/** Asks for more than is in view only where the last look is not, or where something may have been taken back. */
export async function readBaseHistory(question: HistoryQuestion): Promise<BaseReading> {
  const { tip, last, begin, everything, landed, known } = question;
  const isEnough = !everything || known?.history.whole === true;
  if (known?.tip === tip && known.history.since === last && last !== undefined && isEnough) return known;
  const listing = new Listing(question);
  const gained = last === undefined ? undefined : await listing.since(last);
  const isPlain = gained && !everything && !gained.some(mayRevert);
  if (isPlain && !landed.some((work) => isMissed(work, { since: last, commits: gained })))
    return { tip, history: { commits: gained, since: last, whole: false } };
  const since = gained && last;
  if (begin === undefined) return { tip, history: { commits: gained ?? [], since, whole: true } };
  const newer = known?.history.whole ? await listing.since(known.tip) : undefined;
  if (known && newer) return { tip, history: { commits: [...newer, ...known.history.commits], since, whole: true } };
  return { tip, history: { ...(await listing.back(begin)), since } };
}

/** The commits of the base, read page by page as they are needed. */
class Listing {
  readonly #question: HistoryQuestion;
  #commits: readonly BaseCommit[];
  #after: string | null;

  constructor(question: HistoryQuestion) {
    const { page } = question;
    this.#question = question;
    this.#commits = page.nodes.map(toCommit);
    this.#after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  }

  /** What the base has gained since that commit; undefined where it is none of the newest ones of the base. */
  async since(last: string): Promise<readonly BaseCommit[] | undefined> {
    const { tip, known } = this.#question;
    for (;;) {
      const gained = gainedSince(last, { tip, commits: [...this.#commits, ...(known?.history.commits ?? [])] });
      if (gained.kind === 'complete') return gained.commits;
      if (this.#after === null || this.#commits.length >= MAX_BEHIND)
        return gained.kind === 'reached' ? gained.commits : undefined;
      await this.#more();
    }
  }

  /** Every commit since the plan began. */
  async back(begin: Instant): Promise<Pick<BaseHistory, 'commits' | 'whole'>> {
    const since = instant(millis(begin) - BEFORE_THE_PLAN_MS);
    const commits: BaseCommit[] = [];
    for (let after: string | null = null; ; ) {
      const page: CommitPage = await nextPage(this.#question, { after, since });
      commits.push(...page.nodes.map(toCommit));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) return { commits, whole: true };
      if (commits.length >= MAX_COMMITS) return { commits, whole: false };
    }
  }

  async #more(): Promise<void> {
    const page = await nextPage(this.#question, { after: this.#after, since: null });
    this.#commits = [...this.#commits, ...page.nodes.map(toCommit)];
    this.#after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  }
}

function toCommit({ oid, message, parents }: CommitPage['nodes'][number]): BaseCommit {
  return { oid, message, parents: parents.nodes.map((parent) => parent.oid) };
}

const HISTORY = `
query BaseHistory($owner: String!, $repo: String!, $tip: GitObjectID!, $after: String, $since: GitTimestamp) {
  repository(owner: $owner, name: $repo) {
    object(oid: $tip) { ... on Commit { history(first: ${PAGE}, after: $after, since: $since) { ${COMMITS} } } }
  }
}`;

const answered = z.object({ repository: z.object({ object: z.object({ history: commitPage }) }) });

/** By the name of the tip: the branch may move from page to page. */
async function nextPage(
  { client, locator, tip }: HistoryQuestion,
  page: { readonly after: string | null; readonly since: Instant | null },
): Promise<CommitPage> {
  const { data } = await graphql(client, { query: HISTORY, variables: { ...locator, tip, ...page } });
  return parseAnswer(answered, data).repository.object.history;
}
