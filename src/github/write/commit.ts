import type { Projection } from '../../progress/project.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { type Ledger, type LedgerEntry, withEntries } from '../ledger.ts';
import type { Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { commitFiles } from './commit-files.ts';
import { commitToProgressBranch } from './commit-to-progress-branch.ts';

interface CommitInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly snapshot: Snapshot;
  readonly ledger: Ledger;
  /** Progress that only moves is committed at most this often (ms). */
  readonly every: number;
  /** People keep the default branch for work, or a rule does. */
  readonly aside: boolean;
}

export interface CommittedProgress {
  /**
   * `unchanged`: the files say already what they should. `waiting`: what they do not say yet has only moved, and goes with
   * the next milestone, or once it is time. `moved`: the branch stands elsewhere by now, so that the next
   * pass has to project again. `refused`: a rule keeps it from every branch.
   */
  readonly kind: 'committed' | 'unchanged' | 'waiting' | 'moved' | 'refused' | 'failed';
  /** Of what was refused or failed. */
  readonly why?: string;
  readonly ledger: Ledger;
}

/** Commits the projected files to the default branch, or to the progress branch where the app is not to write to that, or may not. */
export async function commit(
  { files, pictures, headline, milestones }: Projection,
  { client, locator, snapshot, ledger, every, aside }: CommitInput,
): Promise<CommittedProgress> {
  if (files.size === 0) return { kind: 'unchanged', ledger };
  const { now } = snapshot;
  // Another process, or a new one, may have told nothing yet: who does not know commits.
  if (ledger.told?.milestones === milestones && now - ledger.told.at < every) return { kind: 'waiting', ledger };
  const told: LedgerEntry = { kind: 'progress-told', milestones, at: now };
  const { defaultBranch: branch, head, integrationBranch } = snapshot.repository;
  const expectedHead = integrationBranch?.defaultHead ?? head;
  const given = { client, locator, branch, expectedHead, headline, files };
  const learned: LedgerEntry[] = [];
  if (!aside) {
    const { kind, ...rest } = await commitFiles(given);
    if ('oid' in rest) learned.push({ kind: 'progress-committed', from: expectedHead, to: rest.oid }, told);
    if (kind !== 'refused')
      return { kind, ...('why' in rest ? { why: rest.why } : {}), ledger: withEntries(ledger, learned) };
    learned.push({ kind: 'progress-refused' });
  }
  const committed = await commitToProgressBranch({ ...given, pictures });
  if (committed.kind === 'committed' || committed.kind === 'unchanged') learned.push(told);
  if (committed.kind === 'refused') learned.push({ kind: 'progress-nowhere' });
  return { ...committed, ledger: withEntries(ledger, learned) };
}
