import type { LoadedProject } from '../../plan/load-project.ts';
import type { Derivations } from '../../state/derivations.ts';
import type { IssueView } from '../../state/snapshot.ts';
import type { IssueCache, KnownPast } from '../issue-cache.ts';
import type { Ledger } from '../ledger.ts';
import type { Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { type IssueLists, isWanted, type Look, listOthers, listPlans } from './issue-lists.ts';
import { knownPast } from './known-past.ts';
import { mergeIssues, sortedIssues } from './merge-issues.ts';
import { readNamedIssues, unlistedNumbers } from './named-issues.ts';

/** The issues of a repository as they are known after a look at them. */

interface ReadIssues {
  readonly client: Client;
  readonly locator: Locator;
  readonly look: Look;
  /** Login under which `client` writes. */
  readonly app: string;
  readonly cache: IssueCache;
  readonly ledger: Pick<Ledger, 'replaced'>;
  readonly derivations: Derivations;
  readonly project: LoadedProject;
  /** GitHub's clock, epoch milliseconds. */
  readonly date: number;
}

/** @returns Undefined where more of them are wanted than were asked for. */
export async function readIssues(
  node: IssueLists,
  input: ReadIssues,
): Promise<Pick<IssueCache, 'issues' | 'past' | 'gone'> | undefined> {
  const { look, cache, ledger, date } = input;
  const merge = (issues: readonly IssueView[], every: boolean) =>
    mergeIssues({ known: cache.issues, replaced: ledger.replaced, issues, every, date });
  const plans = await listPlans(node, input);
  if (look.kind === 'changes') {
    const issues = merge([...plans, ...(await listOthers(node, { ...input, needed: undefined }))], false);
    const past = knownPast({ ...input, issues: sortedIssues({ issues }) });
    return past && { issues, past, gone: cache.gone };
  }
  const past = knownPast({ ...input, issues: [...plans].sort((a, b) => a.number - b.number) });
  if (!past) return undefined;
  const others = await listOthers(node, { ...input, needed: past.before });
  const listed = [...plans.filter((issue) => isWanted(issue, past.before)), ...others];
  const { issues, gone } = await withNamed(listed, { ...input, past });
  return { issues: merge(issues, true), past, gone };
}

/** With the issues that have lost the label by which they are listed: nearly always there is none. */
async function withNamed(
  listed: readonly IssueView[],
  { client, locator, app, derivations, cache, past }: ReadIssues & { readonly past: KnownPast },
): Promise<{ readonly issues: readonly IssueView[]; readonly gone: ReadonlySet<number> }> {
  let issues = listed;
  const gone = new Set<number>();
  // What is found may name more: the plan its waves, and a wave its tasks.
  for (let round = 0; round < NAMED_ROUNDS; round++) {
    const unlisted = unlistedNumbers({ app, derivations, issues, known: cache.issues, past });
    const numbers = unlisted.filter((number) => !gone.has(number));
    if (numbers.length === 0) break;
    const found = await readNamedIssues({ client, locator, numbers });
    const shown = new Set(found.map(({ number }) => number));
    for (const number of numbers) if (!shown.has(number)) gone.add(number);
    issues = [...issues, ...found];
  }
  return { issues, gone };
}

/** From a task to its wave, to the plan, to its waves, to their tasks. */
const NAMED_ROUNDS = 4;
