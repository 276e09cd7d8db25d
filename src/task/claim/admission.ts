import type { Client } from '../../github/octokit.ts';
import { closedAs } from '../../state/closed-as.ts';
import { describeCause } from '../../state/describe-cause.ts';
import type { DispatchInputs } from '../../state/names.ts';
import { readTaskRecord, type TaskRecord } from '../../state/record.ts';
import { newerVersionIn } from '../../state/record-form.ts';
import { unlessCopied } from '../../state/record-identity.ts';
import { endOf } from '../../state/rules.ts';
import { isOver } from '../../state/satisfied.ts';
import type { Repository } from '../git/git.ts';
import { type Clock, pollUntil, STALE_READS } from '../protocol/clock.ts';
import type { JobContext } from '../protocol/job.ts';
import { missingOnBase, type NeededTask } from './dependencies-on-base.ts';
import { type IssueState, isAmbiguous, readIssues, readTaskIssue, type TaskIssue } from './issue.ts';
import { rejectActor } from './reject-actor.ts';

/** Whether a run that holds the claim may work: the issue must ask for exactly this dispatch. */
export type Admission =
  | { readonly kind: 'admitted'; readonly issue: TaskIssue; readonly record: TaskRecord }
  | { readonly kind: 'superseded'; readonly why: string };

export interface AdmissionRequest {
  readonly client: Client;
  readonly job: JobContext;
  readonly dispatch: DispatchInputs;
  readonly clock: Clock;
}

/** Reads the issue until it is as new as the inputs. */
export async function admit(question: AdmissionRequest): Promise<Admission> {
  const { client, job, dispatch, clock } = question;
  let problem: unknown;
  const answer = await pollUntil(
    async () => {
      try {
        return admissionOf(await readTaskIssue(client, { job, issue: dispatch.issue }), question);
      } catch (error) {
        if (!isAmbiguous(error)) throw error;
        // GitHub stumbled: a read is simply made again.
        problem = error;
        return undefined;
      }
    },
    { patience: STALE_READS, clock },
  );
  if (!answer && problem) throw new Error(`issue #${dispatch.issue} cannot be read`, { cause: problem });
  if (!answer)
    return { kind: 'superseded', why: `issue #${dispatch.issue} does not know dispatch ${dispatch.dispatch}` };
  const strange = answer.kind === 'admitted' ? await rejectActor(client, { job, issue: answer.issue }) : undefined;
  return strange === undefined ? answer : { kind: 'superseded', why: strange };
}

/** @returns undefined when the issue is older than the inputs: a stale read. */
function admissionOf(issue: TaskIssue, { job, dispatch }: AdmissionRequest): Admission | undefined {
  const superseded = (why: string): Admission => ({ kind: 'superseded', why });
  const newer = newerVersionIn(issue.body);
  if (newer !== undefined)
    return superseded(
      `issue #${issue.number} holds a record of form ${newer}, which a newer action than this one reads`,
    );
  const record = unlessCopied(readTaskRecord(issue.body), issue.number);
  if (!record || record.dispatch < dispatch.dispatch) return undefined;
  if (record.dispatch > dispatch.dispatch)
    return superseded(`dispatch ${record.dispatch} has replaced ${dispatch.dispatch}`);
  if (record.task !== dispatch.task)
    return superseded(`issue #${dispatch.issue} is of ${record.task}, not ${dispatch.task}`);
  if (record.attempt !== dispatch.attempt || record.slice !== dispatch.slice) {
    return superseded(`the issue asks for attempt ${record.attempt}, slice ${record.slice}`);
  }
  if (record.hold) return superseded(`${record.hold.by} has put the task on hold: ${describeCause(record.hold.cause)}`);
  if (!record.live) return superseded(`dispatch ${dispatch.dispatch} is over`);
  if (record.live.run !== undefined && record.live.run !== job.run)
    return superseded(`the issue names run ${record.live.run}`);
  if (!issue.open) return superseded('the issue is closed');
  return { kind: 'admitted', issue, record };
}

/** What pre-execution verification looks at. */
export interface DependencyRequest {
  readonly client: Client;
  readonly job: JobContext;
  readonly repository: Repository;
  readonly clock: Clock;
  /** Direct dependencies and their issues. */
  readonly needs: TaskRecord['needs'];
  /** Issues that were read together with the task's own. */
  readonly known: readonly IssueState[];
  /** Fetches the base and says where it is. */
  readonly fetchBase: () => Promise<string>;
}

export type DependencyResult =
  | { readonly kind: 'satisfied'; readonly head: string }
  | { readonly kind: 'missing'; readonly what: readonly string[]; readonly head: string };

/**
 * Every dependency is satisfied by the rule that decide goes by, and what it landed is on the base. What is not there
 * yet is looked for again: issues and refs may be read stale for a minute.
 */
export async function verifyDependencies(dependencies: DependencyRequest, head: string): Promise<DependencyResult> {
  const { client, job, needs, clock } = dependencies;
  let known = dependencies.known;
  let newest = head;
  let missing: readonly string[] = [];
  let again = false;
  const satisfied = await pollUntil(
    async () => {
      const wanted = Object.values(needs);
      if (again) {
        known = await readIssues(client, { job, numbers: wanted });
        newest = await dependencies.fetchBase();
      } else {
        const unread = wanted.filter((number) => !known.some((issue) => issue.number === number));
        known = [...known, ...(await readIssues(client, { job, numbers: unread }))];
      }
      again = true;
      missing = await unsatisfied(dependencies, { known, head: newest });
      return missing.length === 0 ? true : undefined;
    },
    { patience: STALE_READS, clock },
  );
  return satisfied ? { kind: 'satisfied', head: newest } : { kind: 'missing', what: missing, head: newest };
}

async function unsatisfied(
  { needs, repository }: DependencyRequest,
  { known, head }: { readonly known: readonly IssueState[]; readonly head: string },
): Promise<readonly string[]> {
  const open: string[] = [];
  const needed: NeededTask[] = [];
  for (const [task, number] of Object.entries(needs)) {
    const issue = known.find((candidate) => candidate.number === number);
    const record = issue && unlessCopied(readTaskRecord(issue.body), number);
    const name = `${task} (#${number})`;
    if (!issue || !isSatisfied(issue, record)) open.push(`${name} is not completed`);
    else if (record) needed.push({ name, issue: number, record });
  }
  return [...open, ...(await missingOnBase(repository, { head, needed }))];
}

/** By the rule that decide goes by; what a task landed may be seen before its issue is closed. */
function isSatisfied({ open, reason }: IssueState, record: Partial<TaskRecord> = {}): boolean {
  return isOver({ state: endOf({ issue: { open, closedAs: open ? undefined : closedAs(reason) }, record }), record });
}
