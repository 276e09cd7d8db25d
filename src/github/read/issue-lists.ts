import * as z from 'zod';
import { LABEL } from '../../state/names.ts';
import { type IssueView, instant, millis } from '../../state/snapshot.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { ISSUE_FIELDS, issueNode, toIssueView } from './issue-fields.ts';

/** The issues of plans, waves and tasks, page by page. */

/** Which of them a reading asks for. */
export type Look =
  /** Those that changed since a moment (epoch ms). */
  | { readonly kind: 'changes'; readonly since: number }
  /** All; of those that are closed what was touched since a moment, where there is one. */
  | { readonly kind: 'all'; readonly since: number | undefined }
  /** All, by a process that does not know yet how far back they are wanted. */
  | { readonly kind: 'first' };

/** Three lists, because a filter by several labels asks for issues that have them all. */
const LISTS = { planIssues: LABEL.plan, waveIssues: LABEL.wave, taskIssues: LABEL.task } as const;

/** Open issues, those first that nobody has touched for longest: nearly always there is none that the lists leave out. */
const OPEN_LISTS = { openWaves: LABEL.wave, openTasks: LABEL.task } as const;

const OLDEST_FIRST = '{ field: CREATED_AT, direction: ASC }';
/** What was touched last is what a plan is at: the first page is all of it, where the plan is small. */
const NEWEST_CHANGE_FIRST = '{ field: UPDATED_AT, direction: DESC }';
const OLDEST_CHANGE_FIRST = '{ field: UPDATED_AT, direction: ASC }';

const PAGE = `{
      nodes { ...IssueFields } pageInfo { hasNextPage endCursor }
    }`;

/** @returns The lists of the query that a pass reads by. */
export function issueSelection(look: Look): string {
  const lists = Object.entries(LISTS).map(([list, label]) => {
    const order = look.kind === 'first' && list !== 'planIssues' ? NEWEST_CHANGE_FIRST : OLDEST_FIRST;
    return `
    ${list}: issues(first: 100, filterBy: { since: $since, labels: ["${label}"] }, orderBy: ${order}) ${PAGE}`;
  });
  if (!leavesOut(look)) return lists.join('');
  const open = Object.entries(OPEN_LISTS).map(
    ([list, label]) => `
    ${list}: issues(first: 10, filterBy: { states: [OPEN], labels: ["${label}"] }, orderBy: ${OLDEST_CHANGE_FIRST}) ${PAGE}`,
  );
  return [...lists, ...open].join('');
}

/** Whether issues may be left out that nobody has touched. */
function leavesOut(look: Look): boolean {
  return look.kind === 'first' || (look.kind === 'all' && look.since !== undefined);
}

/** @returns What the variable `$since` of that query is. */
export function sinceOf(look: Look): string | null {
  return look.kind === 'first' || look.since === undefined ? null : instant(look.since);
}

const issuePage = z.object({
  nodes: z.array(issueNode),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});

type IssuePage = z.infer<typeof issuePage>;

/** The lists in an answer. */
export const issueLists = {
  planIssues: issuePage,
  waveIssues: issuePage,
  taskIssues: issuePage,
  openWaves: issuePage.optional(),
  openTasks: issuePage.optional(),
};

export type IssueLists = z.infer<z.ZodObject<typeof issueLists>>;

interface Listing {
  readonly client: Client;
  readonly locator: Locator;
  readonly look: Look;
}

/** The plan issues of the answer, and those of its further pages. */
export function listPlans({ planIssues }: IssueLists, { look, ...source }: Listing): Promise<readonly IssueView[]> {
  return withFurther(planIssues, { ...source, since: sinceOf(look), label: LABEL.plan });
}

/** The issues of waves and tasks. @param needed Since when (epoch ms) those that are closed are wanted; undefined: ever. */
export async function listOthers(
  node: IssueLists,
  { look, needed, ...source }: Listing & { readonly needed: number | undefined },
): Promise<readonly IssueView[]> {
  const issues: IssueView[] = [];
  for (const list of ['waveIssues', 'taskIssues'] as const) {
    const label = LISTS[list];
    const page = node[list];
    if (look.kind !== 'first') issues.push(...(await withFurther(page, { ...source, since: sinceOf(look), label })));
    else if (isWhole(page, needed)) issues.push(...page.nodes.map(toIssueView));
    // By the order of changes no further page is read: what changes meanwhile would be on none of them.
    else {
      const since = needed === undefined ? null : instant(needed);
      issues.push(...(await withFurther(NO_PAGE, { ...source, since, label })));
    }
  }
  if (needed === undefined || look.kind === 'changes') return issues;
  for (const list of ['openWaves', 'openTasks'] as const) {
    const page = node[list];
    if (page) issues.push(...(await untouched(page, { ...source, label: OPEN_LISTS[list], needed })));
  }
  return issues.filter((issue) => isWanted(issue, needed));
}

/** Whether an issue is in view where what is closed is wanted only if it was touched since a moment (epoch ms). */
export function isWanted({ open, updatedAt }: IssueView, needed: number | undefined): boolean {
  return needed === undefined || open || millis(updatedAt) >= needed;
}

/** Nothing before the first page. */
const NO_PAGE: IssuePage = { nodes: [], pageInfo: { hasNextPage: true, endCursor: null } };

/** Whether a page in the order of changes, newest first, holds everything that is wanted. */
function isWhole({ nodes, pageInfo }: IssuePage, needed = Number.NEGATIVE_INFINITY): boolean {
  const last = nodes.at(-1);
  return !pageInfo.hasNextPage || (last !== undefined && millis(last.updatedAt) < needed);
}

interface Further extends Omit<Listing, 'look'> {
  readonly since: string | null;
  readonly label: string;
}

async function withFurther(first: IssuePage, question: Further): Promise<readonly IssueView[]> {
  const issues = first.nodes.map(toIssueView);
  for (let { pageInfo } = first; pageInfo.hasNextPage; ) {
    const page = await nextPage(MORE_ISSUES, { ...question, after: pageInfo.endCursor });
    issues.push(...page.nodes.map(toIssueView));
    ({ pageInfo } = page);
  }
  return issues;
}

interface Untouched extends Omit<Listing, 'look'> {
  readonly label: string;
  /** Epoch milliseconds. */
  readonly needed: number;
}

/** Open issues that nobody has touched since then. */
async function untouched(first: IssuePage, { needed, ...question }: Untouched): Promise<readonly IssueView[]> {
  const issues: IssueView[] = [];
  for (let page = first; ; ) {
    const older = page.nodes.map(toIssueView).filter(({ updatedAt }) => millis(updatedAt) < needed);
    issues.push(...older);
    if (!page.pageInfo.hasNextPage || older.length < page.nodes.length) return issues;
    page = await nextPage(MORE_OPEN, { ...question, after: page.pageInfo.endCursor });
  }
}

const MORE_ISSUES = `
query ObserveMore($owner: String!, $repo: String!, $since: DateTime, $label: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issues(first: 100, after: $after, filterBy: { since: $since, labels: [$label] }, orderBy: ${OLDEST_FIRST}) ${PAGE}
  }
}
${ISSUE_FIELDS}`;

const MORE_OPEN = `
query ObserveOpen($owner: String!, $repo: String!, $label: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issues(first: 100, after: $after, filterBy: { states: [OPEN], labels: [$label] }, orderBy: ${OLDEST_CHANGE_FIRST}) ${PAGE}
  }
}
${ISSUE_FIELDS}`;

const moreIssues = z.object({ repository: z.object({ issues: issuePage }) });

interface NextPage extends Omit<Listing, 'look'> {
  readonly since?: string | null;
  readonly label: string;
  readonly after: string | null;
}

async function nextPage(query: string, { client, locator, since, label, after }: NextPage): Promise<IssuePage> {
  const variables = { ...locator, ...(since === undefined ? {} : { since }), label, after };
  const { data } = await graphql(client, { query, variables });
  return parseAnswer(moreIssues, data).repository.issues;
}
