import { API_VERSION, type Client, ONCE } from '../../github/octokit.ts';
import { LABEL } from '../../state/names.ts';
import { type Clock, pollUntil } from '../protocol/clock.ts';
import type { JobContext } from '../protocol/job.ts';

/** An issue as a run sees it. */
export interface IssueState {
  readonly number: number;
  readonly body: string;
  readonly open: boolean;
  /** `COMPLETED`, `NOT_PLANNED`, `DUPLICATE` of a closed issue. */
  readonly reason: string | undefined;
}

export interface TaskIssue extends IssueState {
  /** GraphQL node ids of the repository and of the issue. */
  readonly nodes: { readonly repository: string; readonly issue: string };
  /** Those in this repository. */
  readonly blockedBy: readonly IssueState[];
  /** Short name of the repository's default branch. */
  readonly defaultBranch: string;
  /** Apps that wrote its body: its author, and its last editor. */
  readonly bots: readonly string[];
  /** Bodies of closed wave issues, newest first, that nobody but these apps wrote. */
  readonly waves: readonly string[];
}

interface IssueNode {
  readonly number: number;
  readonly body: string;
  readonly state: 'OPEN' | 'CLOSED';
  readonly stateReason: string | null;
}

interface WrittenNode {
  readonly body: string;
  readonly lastEditedAt: string | null;
  readonly author: ActorNode | null;
  readonly editor: ActorNode | null;
}

interface BlockerNode extends IssueNode {
  readonly repository: { readonly nameWithOwner: string };
}

/** Who did something, as GraphQL names it. */
export interface ActorNode {
  readonly __typename: string;
  readonly login: string;
}

const FIELDS = 'number body state stateReason';

const CLAIM_TASK = `query ClaimTask($owner: String!, $name: String!, $issue: Int!) {
  repository(owner: $owner, name: $name) {
    id defaultBranchRef { name }
    issue(number: $issue) { id ${FIELDS} author { __typename login } editor { __typename login } blockedBy(first: 50) { nodes { ${FIELDS} repository { nameWithOwner } } } }
    waves: issues(first: 100, filterBy: { labels: ["${LABEL.wave}"], states: [CLOSED] }, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { body lastEditedAt author { __typename login } editor { __typename login } }
    }
  }
}`;

interface TaskIssueAnswer {
  readonly repository: {
    readonly id: string;
    readonly defaultBranchRef: { readonly name: string } | null;
    readonly issue:
      | (IssueNode & {
          readonly id: string;
          readonly author: ActorNode | null;
          readonly editor: ActorNode | null;
          readonly blockedBy: { readonly nodes: readonly (BlockerNode | null)[] };
        })
      | null;
    readonly waves?: { readonly nodes: readonly WrittenNode[] } | null;
  } | null;
}

/** Of a blocker that the token may not see GitHub may complain: what it answers all the same is all that is needed. */
function answerDespiteErrors(error: unknown): TaskIssueAnswer {
  const { data } = error as { readonly data?: TaskIssueAnswer | null };
  if (!data?.repository?.issue) throw error;
  return data;
}

/** One request: the issue, the issues that block it, and what closed waves came to. @throws when there is no such issue. */
export async function readTaskIssue(
  client: Client,
  { job: { owner, repository }, issue }: { readonly job: JobContext; readonly issue: number },
): Promise<TaskIssue> {
  const answer = await client
    .graphql<TaskIssueAnswer>(CLAIM_TASK, { owner, name: repository, issue })
    .catch(answerDespiteErrors);
  const found = answer.repository?.issue;
  if (!found) throw new Error(`issue #${issue} is not in ${owner}/${repository}; the dispatch that named it is wrong`);
  const defaultBranch = answer.repository?.defaultBranchRef?.name ?? 'main';
  const bots = botsAmong([found.author, found.editor]);
  const waves = answer.repository?.waves?.nodes ?? [];
  const here = `${owner}/${repository}`.toLowerCase();
  // The same number in another repository is another issue, and one that this token may not see is none at all.
  const blockedBy = found.blockedBy.nodes.flatMap((node) =>
    node?.repository.nameWithOwner.toLowerCase() === here ? [node] : [],
  );
  return {
    ...issueState(found),
    nodes: { repository: answer.repository?.id ?? '', issue: found.id },
    blockedBy: blockedBy.map(issueState),
    defaultBranch,
    bots,
    waves: waves.flatMap((wave) => (isWrittenBy(bots, wave) ? [wave.body] : [])),
  };
}

function botsAmong(actors: readonly (ActorNode | null)[]): readonly string[] {
  return actors.flatMap((actor) =>
    actor?.__typename === 'Bot' ? [`${actor.login.replace(/\[bot\]$/, '')}[bot]`] : [],
  );
}

/** Whoever edited a body may have put anything into it; one who cannot be named, too. */
function isWrittenBy(bots: readonly string[], { author, editor, lastEditedAt }: WrittenNode): boolean {
  const [writer] = botsAmong([lastEditedAt === null ? author : editor]);
  return writer !== undefined && bots.includes(writer);
}

/** One request for issues that no blocked-by relation leads to. */
export async function readIssues(
  client: Client,
  { job: { owner, repository }, numbers }: { readonly job: JobContext; readonly numbers: readonly number[] },
): Promise<readonly IssueState[]> {
  if (numbers.length === 0) return [];
  const fields = numbers.map((number) => `i${number}: issue(number: ${number}) { ${FIELDS} }`).join('\n    ');
  const query = `query ClaimDependencies($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    ${fields}
  }
}`;
  const answer = await client.graphql<{ repository: Readonly<Record<string, IssueNode | null>> }>(query, {
    owner,
    name: repository,
  });
  return Object.values(answer.repository).flatMap((node) => (node ? [issueState(node)] : []));
}

function issueState({ number, body, state, stateReason }: IssueNode): IssueState {
  return { number, body, open: state === 'OPEN', reason: stateReason ?? undefined };
}

/**
 * Closing twice is closing once, so a lost answer is simply asked for again. No reason is given: GitHub takes `completed`
 * for an issue that is open, and what a person closed meanwhile keeps the reason that they gave.
 */
export async function closeAsCompleted(
  client: Client,
  { job, issue, clock }: { readonly job: JobContext; readonly issue: number; readonly clock: Clock },
): Promise<void> {
  const patience = { firstMs: 500, factor: 2, maxMs: 4_000, limitMs: 8_000 };
  let last: unknown;
  const closed = await pollUntil(
    async () => {
      try {
        await client.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
          owner: job.owner,
          repo: job.repository,
          issue_number: issue,
          state: 'closed',
          headers: API_VERSION,
          request: ONCE,
        });
        return true;
      } catch (error) {
        if (!isAmbiguous(error)) throw error;
        last = error;
        return undefined;
      }
    },
    { patience, clock },
  );
  if (!closed) throw new Error(`issue #${issue} could not be closed; the next pass closes it`, { cause: last });
}

/** A 5xx, or no answer at all: the write may have been carried out. */
export function isAmbiguous(error: unknown): boolean {
  const status = (error as { readonly status?: unknown }).status;
  return typeof status !== 'number' || status >= 500;
}
