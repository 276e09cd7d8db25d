import type { Projection } from '../../progress/project.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { type Ledger, type LedgerEntry, withEntries } from '../ledger.ts';
import type { Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { commitFiles } from './commit-files.ts';
import { commitToProgressBranch } from './commit-to-progress-branch.ts';

export interface CommitInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly snapshot: Snapshot;
  readonly ledger: Ledger;
}

export interface CommittedProgress {
  /**
   * `unchanged`: the files say already what they should. `moved`: the branch stands elsewhere by now, so that the next
   * pass has to project again. `refused`: a rule keeps it from every branch.
   */
  readonly kind: 'committed' | 'unchanged' | 'moved' | 'refused' | 'failed';
  /** Of what was refused or failed. */
  readonly why?: string;
  readonly ledger: Ledger;
}

/** Commits the projected files to the default branch, or to the progress branch where the app may not write to that. */
export async function commit(
  { files, headline }: Projection,
  { client, locator, snapshot, ledger }: CommitInput,
): Promise<CommittedProgress> {
  if (files.size === 0) return { kind: 'unchanged', ledger };
  const { defaultBranch: branch, head, integrationBranch } = snapshot.repository;
  const expectedHead = integrationBranch?.defaultHead ?? head;
  const given = { client, locator, branch, expectedHead, headline, files };
  const learned: LedgerEntry[] = [];
  if (!ledger.usesProgressBranch) {
    const { kind, ...rest } = await commitFiles(given);
    if ('oid' in rest) learned.push({ kind: 'progress-committed', from: expectedHead, to: rest.oid });
    if (kind !== 'refused')
      return { kind, ...('why' in rest ? { why: rest.why } : {}), ledger: withEntries(ledger, learned) };
    learned.push({ kind: 'progress-refused' });
  }
  const committed = await commitToProgressBranch(given);
  return { ...committed, ledger: withEntries(ledger, learned) };
}
