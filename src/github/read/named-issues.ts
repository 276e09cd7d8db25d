import * as z from 'zod';
import { type Derivations, groupRecordOf, taskRecordOf } from '../../state/derivations.ts';
import { type IssueView, millis } from '../../state/snapshot.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import type { IssueCache, KnownPast } from '../issue-cache.ts';
import { fullName, type Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { ISSUE_FIELDS, issueNode, toIssueView } from './issue-fields.ts';
import { isWanted } from './issue-lists.ts';

/**
 * Issues that are ours and that no list of labelled ones shows, because somebody took the label off: records of the app
 * name them, issues hang below them, or this process has seen them before.
 */

/** So many are asked for at a time: whoever takes the labels off more of them than that is found out in the next reading. */
const MAX_NAMED = 50;

interface Listed {
  readonly app: string;
  readonly derivations: Derivations;
  /** Every issue with a label of ours that is wanted. */
  readonly issues: readonly IssueView[];
  readonly known: IssueCache['issues'];
  readonly past: Pick<KnownPast, 'before'>;
}

/** @returns Numbers that ought to be among the listed and are not, lowest first. */
export function unlistedNumbers({ issues, known, past, ...source }: Listed): readonly number[] {
  const listed = new Set(issues.map(({ number }) => number));
  const { before } = past;
  const seen = [...known.values()].flatMap((issue) => (isWanted(issue, before) ? [issue.number] : []));
  const named = issues.flatMap((issue) => namedIn(issue, { ...source, before }));
  const missing = [...seen, ...named].flatMap((number) => (number === undefined || listed.has(number) ? [] : [number]));
  return [...new Set(missing)].sort((a, b) => a - b).slice(0, MAX_NAMED);
}

interface Naming extends Pick<Listed, 'app' | 'derivations'> {
  /** Of issues from before then (epoch ms) no more is wanted than whose they are. */
  readonly before: number | undefined;
}

function namedIn(issue: IssueView, { app, derivations, before }: Naming): readonly (number | undefined)[] {
  // Whoever else wrote a body may name whatever they like.
  const isOurs = issue.writer === app;
  const record = isOurs ? groupRecordOf(issue, derivations) : undefined;
  if (before !== undefined && millis(issue.createdAt) < before)
    return record || (isOurs && taskRecordOf(issue, derivations)) ? [] : [issue.parent];
  return [...(issue.author === app ? [issue.parent] : []), ...Object.values(record?.issues ?? {})];
}

interface Question {
  readonly client: Client;
  readonly locator: Locator;
  readonly numbers: readonly number[];
}

/** @returns Those that exist; the others are deleted, or live elsewhere by now. */
export async function readNamedIssues({ client, locator, numbers }: Question): Promise<readonly IssueView[]> {
  const fields = numbers
    .map((number) => `i${number}: issue(number: ${number}) { ...IssueFields repository { nameWithOwner } }`)
    .join('\n    ');
  const query = `
query ObserveNamed($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    ${fields}
  }
}
${ISSUE_FIELDS}`;
  const { data, errors } = await graphql(client, { query, variables: { ...locator } });
  const failed = errors.find(({ type }) => type !== 'NOT_FOUND');
  // None is taken for gone by guess: it would be made anew.
  if (failed) throw new Error(`issues of ${fullName(locator)} cannot be read: ${failed.message}`);
  const { repository } = parseAnswer(named, data);
  return Object.values(repository).flatMap((node) => (node && isHere(node, locator) ? [toIssueView(node)] : []));
}

const namedNode = issueNode.extend({ repository: z.object({ nameWithOwner: z.string() }) });

const named = z.object({ repository: z.record(z.string(), namedNode.nullable()) });

/** GitHub follows an issue to where it was transferred. */
function isHere({ repository }: z.infer<typeof namedNode>, locator: Locator): boolean {
  return repository.nameWithOwner.toLowerCase() === fullName(locator).toLowerCase();
}
