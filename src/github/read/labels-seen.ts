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
export function labelsSeen({ ours, waves }: RepositoryNode, { every, cache, ledger }: Reading): IssueCache['labels'] {
  const isWhole = every && ours.nodes.length < MAX_LABELS && waves.nodes.length < MAX_LABELS;
  return withLabels(isWhole ? ledger.createdLabels : cache.labels, [...ours.nodes, ...waves.nodes]);
}

/** As many as are asked for. */
const MAX_LABELS = 100;

function withLabels(known: IssueCache['labels'], seen: RepositoryNode['ours']['nodes']): IssueCache['labels'] {
  if (seen.every(({ name, id }) => known.get(name) === id)) return known;
  return new Map([...known, ...seen.map(({ name, id }) => [name, id] as const)]);
}
