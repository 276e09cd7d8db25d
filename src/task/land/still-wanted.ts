import type { Client } from '../../github/octokit.ts';
import type { DispatchInputs } from '../../state/names.ts';
import { readTaskRecord } from '../../state/record.ts';
import { unlessCopied } from '../../state/record-identity.ts';
import { readClaimCommit } from '../claim/claim-ref.ts';
import { type ActorNode, isAmbiguous } from '../claim/issue.ts';
import { mayWriteHere } from '../claim/reject-actor.ts';
import type { Repository } from '../git/git.ts';
import type { Assignment } from '../protocol/assignment.ts';
import { type Clock, type PollPolicy, pollUntil } from '../protocol/clock.ts';
import type { JobContext } from '../protocol/job.ts';
import type { StepContext } from '../protocol/step.ts';

/** Whether anybody still wants what a run is about to land: the last question before it does. */

interface ClosingNode {
  readonly number: number;
  readonly state: 'OPEN' | 'CLOSED';
  readonly stateReason: string | null;
  readonly timelineItems: { readonly nodes: readonly { readonly actor: ActorNode | null }[] };
}

interface WantedNode extends ClosingNode {
  readonly body: string;
  readonly parent: (ClosingNode & { readonly parent: ClosingNode | null }) | null;
}

const CLOSING = `number state stateReason
      timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor { __typename login } } } }`;

const STILL_WANTED = `query StillWanted($owner: String!, $name: String!, $issue: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $issue) {
      body ${CLOSING}
      parent { ${CLOSING}
        parent { ${CLOSING} }
      }
    }
  }
}`;

interface Asked {
  readonly job: JobContext;
  readonly dispatch: DispatchInputs;
  readonly clock: Clock;
}

/** GitHub may stumble just when work is to land: 0.5, 1, 2, 4, 8, 8 … s, for a minute. */
const PATIENCE: PollPolicy = { firstMs: 500, factor: 2, maxMs: 8_000, limitMs: 60_000 };

/**
 * Reads the issue again, with those of its wave and plan: one request where nobody said no.
 * @returns Why nothing of this dispatch may land any more; undefined while it may. @throws where GitHub does not answer.
 */
export async function refusedMeanwhile(client: Client, asked: Asked): Promise<string | undefined> {
  const { job, dispatch, clock } = asked;
  let problem: unknown;
  const read = await pollUntil(
    async () => {
      try {
        const variables = { owner: job.owner, name: job.repository, issue: dispatch.issue };
        const answer = await client.graphql<{ repository: { issue: WantedNode | null } | null }>(
          STILL_WANTED,
          variables,
        );
        return { issue: answer.repository?.issue };
      } catch (error) {
        if (!isAmbiguous(error)) throw error;
        problem = error;
        return undefined;
      }
    },
    { patience: PATIENCE, clock },
  );
  if (!read) throw new Error(`issue #${dispatch.issue} cannot be read again before landing`, { cause: problem });
  const { issue } = read;
  if (!issue) return `issue #${dispatch.issue} is gone`;
  return whatTheRecordSays(issue.body, asked) ?? (await whoClosed(client, { job, nodes: lineage(issue) }));
}

export interface BeforeMerge {
  readonly context: StepContext;
  readonly assignment: Assignment;
  readonly repository: Repository;
}

/** Of what GitHub merges, for which no lease of the claim answers: the same, once the claim is found to be this run's. */
export async function refusedBeforeMerge(
  client: Client,
  { context: { job, clock }, assignment, repository }: BeforeMerge,
): Promise<string | undefined> {
  const { dispatch, claim } = assignment;
  if ((await readClaimCommit(repository, dispatch.issue)) !== claim)
    return 'the claim of this run is gone: it was cancelled or replaced';
  return refusedMeanwhile(client, { job, dispatch, clock });
}

/** A record that cannot be read, or is older than the run, says nothing: the claim decides. */
function whatTheRecordSays(body: string, { job, dispatch: { dispatch, issue } }: Asked): string | undefined {
  const record = unlessCopied(readTaskRecord(body), issue);
  if (!record || record.dispatch < dispatch) return undefined;
  if (record.dispatch > dispatch) return `dispatch ${record.dispatch} has replaced ${dispatch}`;
  if (record.skipped) return 'the task was left out by `/skip`';
  if (!record.live) return `dispatch ${dispatch} is over: a person said no to the task`;
  if (record.live.run !== undefined && record.live.run !== job.run) return `the issue names run ${record.live.run}`;
  return undefined;
}

/** The issue itself, and those of its wave and plan. */
function lineage({ parent, ...issue }: WantedNode): readonly ClosingNode[] {
  return [issue, ...(parent ? [parent] : []), ...(parent?.parent ? [parent.parent] : [])];
}

/** A closing by somebody who may not write is undone by the next pass, and stops nothing. */
async function whoClosed(
  client: Client,
  { job, nodes: [issue, ...groups] }: { readonly job: JobContext; readonly nodes: readonly ClosingNode[] },
): Promise<string | undefined> {
  const closed = [
    ...(issue?.state === 'CLOSED' ? [issue] : []),
    ...groups.filter(({ state, stateReason }) => state === 'CLOSED' && stateReason === 'NOT_PLANNED'),
  ];
  for (const { number, stateReason, timelineItems } of closed) {
    const actor = timelineItems.nodes.at(-1)?.actor;
    // What a bot closes is no person's no; the app itself says why in the record.
    if (!actor || actor.__typename === 'Bot' || !(await mayWriteHere(client, { job, login: actor.login }))) continue;
    return `${actor.login} closed #${number} as ${(stateReason ?? 'completed').toLowerCase().replace('_', ' ')}`;
  }
  return undefined;
}
