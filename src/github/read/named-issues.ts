import { z } from 'zod';
import { type Derivations, groupRecordOf } from '../../state/derivations.ts';
import { LABEL, parseDispatchTitle } from '../../state/names.ts';
import type { IssueView, RunView } from '../../state/snapshot.ts';
import { graphql } from '../graphql.ts';
import { fullName, type Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { ISSUE_FIELDS, issueNode, toIssueView } from './issue-fields.ts';

/** Issues that records and runs name, and that no list shows: somebody took our label off, or they are no more. */

interface Naming {
  readonly issues: ReadonlyMap<number, IssueView>;
  readonly runs: ReadonlyMap<number, RunView>;
  readonly derivations: Derivations;
  /** Known to be no more. */
  readonly gone: ReadonlySet<number>;
}

/** More than this many at once is no accident: the rest is asked for by the next pass. */
const MAX_NAMED = 50;

/** @returns Numbers of issues that are not among those that were read. */
export function missingIssues({ issues, runs, derivations, gone }: Naming): readonly number[] {
  const named = new Set<number>();
  let hasPlan = false;
  const parents: number[] = [];
  for (const issue of issues.values()) {
    if (issue.labels.includes(LABEL.plan)) hasPlan = true;
    if (issue.labels.includes(LABEL.wave) && issue.parent !== undefined) parents.push(issue.parent);
    if (issue.labels.includes(LABEL.task)) continue;
    for (const number of Object.values(groupRecordOf(issue, derivations)?.issues ?? {})) named.add(number);
  }
  for (const { title, ended } of runs.values()) {
    const number = ended ? undefined : parseDispatchTitle(title)?.issue;
    if (number !== undefined) named.add(number);
  }
  if (!hasPlan) for (const number of parents) named.add(number);
  return [...named].filter((number) => !issues.has(number) && !gone.has(number)).slice(0, MAX_NAMED);
}

const found = issueNode.extend({ repository: z.object({ nameWithOwner: z.string() }) }).nullish();

interface NamedIssues {
  readonly issues: readonly IssueView[];
  /** Deleted, transferred, or never issues. */
  readonly gone: readonly number[];
}

/** Reads issues by their numbers, in one request. @param numbers At least one. */
export async function readNamedIssues(
  { client, locator }: { readonly client: Client; readonly locator: Locator },
  numbers: readonly number[],
): Promise<NamedIssues> {
  const fields = numbers.map(
    (number) => `    i${number}: issue(number: ${number}) { ...IssueFields repository { nameWithOwner } }`,
  );
  const query = `query ObserveNamed($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
${fields.join('\n')}
  }
}
${ISSUE_FIELDS}`;
  const { data, errors } = await graphql(client, { query, variables: { ...locator } });
  const failed = errors.find(({ type }) => type !== 'NOT_FOUND');
  if (failed) throw new Error(`issues of ${fullName(locator)} cannot be read: ${failed.message}`);
  const repository = z.record(z.string(), z.unknown()).parse(data.repository ?? {});
  const issues: IssueView[] = [];
  const gone: number[] = [];
  for (const number of numbers) {
    const node = found.parse(repository[`i${number}`]);
    if (node && isHere(node.repository.nameWithOwner, locator)) issues.push(toIssueView(node));
    else gone.push(number);
  }
  return { issues, gone };
}

/** GitHub follows an issue to where it was transferred. */
function isHere(name: string, locator: Locator): boolean {
  return name.toLowerCase() === fullName(locator).toLowerCase();
}
