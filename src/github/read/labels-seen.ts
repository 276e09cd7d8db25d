import type { IssueCache } from '../issue-cache.ts';
import type { Ledger } from '../ledger.ts';
import type { RepositoryNode } from './observe-query.ts';

interface Reading {
  /** Of everything, not only of what changed. */
  readonly every: boolean;
  readonly cache: IssueCache;
  readonly ledger: Ledger;
}

/** A label that somebody deleted is not listed any more: who reads everything forgets it, where all are shown. */
export function labelsSeen({ ours, waves }: Labels, { every, cache, ledger }: Reading): IssueCache['labels'] {
  const isWhole = every && ours.length < MAX_LABELS;
  return withLabels(isWhole ? ledger.createdLabels : cache.labels, [...ours, ...waves]);
}

type Nodes = RepositoryNode['ours']['nodes'];

interface Labels {
  readonly ours: Nodes;
  /** All of them, where everything is read. */
  readonly waves: Nodes;
}

/** As many as are asked for. */
const MAX_LABELS = 100;

function withLabels(known: IssueCache['labels'], seen: Nodes): IssueCache['labels'] {
  if (seen.every(({ name, id }) => known.get(name) === id)) return known;
  return new Map([...known, ...seen.map(({ name, id }) => [name, id] as const)]);
}
