import { LABEL } from '../../state/names.ts';
import { readGroupRecord, readTaskRecord } from '../../state/record.ts';
import { type CommentView, type IssueView, millis, type Snapshot } from '../../state/snapshot.ts';
import type { Locator } from '../locator.ts';
import type { Memory } from '../memory.ts';
import type { Client } from '../octokit.ts';
import { readComments } from './comments.ts';
import { readPermissions } from './permissions.ts';
import type { WantedPulls } from './pulls.ts';
import { type RepositoryReading, readRepository } from './repository.ts';
import { readRuns } from './runs.ts';

export interface ObserveInput {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which `client` writes. */
  readonly app: string;
  readonly memory: Memory;
  /** Milliseconds between two listings of runs while every dispatch has its run id. */
  readonly runsEvery: number;
}

/** Comments from so long before the watermark are read again: one may have shown up late. */
const OVERLAP = 2 * 60_000;

/** A reading of every issue, for what changes an issue without moving its `updatedAt`. */
const FULL_LOOK_EVERY = 10 * 60_000;

/**
 * Reads runs, then comments, then issues and files, in this order: so a run seen as ended has its result in view.
 * @returns The snapshot, or undefined when the repository holds no plan.
 */
export async function observe(input: ObserveInput): Promise<Snapshot | undefined> {
  const { memory } = input;
  if (memory.issuesSince === undefined) await readRepository({ ...input, full: true });
  let reading = await look(input, false);
  // Somebody else dispatched since our last look: runs have to be seen before they are missed.
  if (!reading.runsRead && outstanding(memory).nameless) reading = await look(input, true);
  if (!reading.files.plan && !planIssue(memory)) return undefined;

  const writers = await readPermissions(input, actors(memory, reading.comments, input.app), reading.now);
  return {
    now: reading.now,
    repository: reading.repository,
    app: input.app,
    files: reading.files,
    labels: new Map(memory.labels),
    issues: [...memory.issues.values()].sort((a, b) => a.number - b.number),
    runs: [...memory.runs.values()].sort((a, b) => a.id - b.id),
    comments: reading.comments,
    writers,
    dispatched: new Map(memory.dispatched),
    refused: new Map(memory.refused),
    ...(reading.pulls.size > 0 ? { pulls: reading.pulls } : {}),
    ...(memory.opened.size > 0 ? { opened: new Map(memory.opened) } : {}),
    ...(memory.usesProgressBranch ? { usesProgressBranch: true } : {}),
  };
}

interface Look extends RepositoryReading {
  readonly comments: readonly CommentView[];
  readonly runsRead: boolean;
}

async function look(input: ObserveInput, runsNeeded: boolean): Promise<Look> {
  const { memory } = input;
  const { since, nameless } = outstanding(memory);
  const runsDue = (memory.issuesSince ?? 0) - memory.runsAt >= input.runsEvery;
  const runsRead = since !== undefined && (runsNeeded || nameless || runsDue);
  const runs = runsRead ? await readRuns(input, since) : undefined;
  if (since === undefined) memory.runs.clear();

  const plan = planIssue(memory);
  const comments = plan ? await readComments(input, commentsSince(plan, memory)) : undefined;
  const full = (memory.issuesSince ?? 0) - memory.fullLookAt >= FULL_LOOK_EVERY;
  const repository = await readRepository({ ...input, full, pulls: wantedPulls(memory) });
  const now = Math.min(runs?.date ?? repository.now, comments?.date ?? repository.now, repository.now);
  return { ...repository, now, comments: comments?.comments ?? [], runsRead };
}

function planIssue({ issues }: Memory): IssueView | undefined {
  return [...issues.values()].sort((a, b) => a.number - b.number).find(({ labels }) => labels.includes(LABEL.plan));
}

/** Pull requests of tasks in review, and of waves that are done. */
function wantedPulls({ issues }: Memory): WantedPulls {
  const numbers: number[] = [];
  const branches: string[] = [];
  for (const { open, labels, body } of [...issues.values()].sort((a, b) => a.number - b.number)) {
    if (open && labels.includes(LABEL.task)) {
      const record = readTaskRecord(body);
      if (record?.review && !record.done) numbers.push(record.review.pull);
    } else if (labels.includes(LABEL.wave)) {
      const pull = readGroupRecord(body)?.pull;
      if (!pull || pull.state === 'merged') continue;
      if (pull.number === undefined) branches.push(pull.branch);
      else numbers.push(pull.number);
    }
  }
  return { numbers: [...new Set(numbers)], branches };
}

interface Outstanding {
  /** Runs created since this moment may matter; undefined when nothing runs. */
  readonly since: number | undefined;
  /** A dispatch whose run we do not know. */
  readonly nameless: boolean;
}

/** What runs by the records, as far as this process has seen them. */
function outstanding({ issues, dispatched }: Memory): Outstanding {
  let since: number | undefined;
  let nameless = false;
  for (const issue of issues.values()) {
    if (!issue.labels.includes(LABEL.task)) continue;
    const record = readTaskRecord(issue.body);
    if (!issue.open && !record?.live) continue;
    // People merged it: no run has anything to close.
    if (record?.done?.pull !== undefined) continue;
    const sent = record
      ? (record.live?.sent ?? (record.done ? record.history.at(-1)?.sent : undefined))
      : issue.createdAt;
    if (sent === undefined) continue;
    since = Math.min(since ?? Number.POSITIVE_INFINITY, millis(sent) - 60_000);
    const told = dispatched.get(issue.number);
    if (!record || (record.live && record.live.run === undefined && told?.dispatch !== record.dispatch))
      nameless = true;
  }
  return { since, nameless };
}

/** A record that somebody broke is remade from all comments since its issue was made. */
function commentsSince(plan: IssueView, { issues }: Memory): number {
  const watermark = readGroupRecord(plan.body)?.watermark;
  const moments = [millis(watermark ?? plan.createdAt) - OVERLAP];
  for (const issue of issues.values()) {
    if (issue.labels.includes(LABEL.task) && !readTaskRecord(issue.body)) moments.push(millis(issue.createdAt));
  }
  return Math.min(...moments);
}

/** People whose right to write decides something in this pass. */
function actors({ issues }: Memory, comments: readonly CommentView[], app: string): ReadonlySet<string> {
  const logins = new Set(comments.filter(({ body }) => body.trimStart().startsWith('/')).map(({ author }) => author));
  for (const { author, labels, labelled } of issues.values()) {
    logins.add(author);
    for (const label of [LABEL.start, LABEL.pause]) {
      const setter = labels.includes(label) ? labelled.get(label)?.by : undefined;
      if (setter !== undefined) logins.add(setter);
    }
  }
  logins.delete(app);
  return logins;
}
