import { NO_RUN, parseDispatchTitle } from '../../state/names.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';
import { newWorld, type PlanWorld, snapshotOf, type WorldRun } from './world.ts';

/** The world as a snapshot shows it: what follows when decisions are carried out in it and nothing else happens. */
export function worldOf({ repository: seen, ...snapshot }: Snapshot): PlanWorld {
  const { head, work, integrationBranch, ...repository } = seen;
  const pulls = snapshot.pulls ?? new Map();
  const runs = snapshot.runs.flatMap((run): readonly WorldRun[] => {
    const inputs = parseDispatchTitle(run.title);
    return inputs ? [{ ...run, inputs, step: run.ended ? 'over' : run.queued ? 'queued' : 'working' }] : [];
  });
  const numbers = [...snapshot.issues.map(({ number }) => number), ...pulls.keys()];
  const ids = [...snapshot.comments.map(({ id }) => id), ...runs.map(({ id }) => id), NO_RUN];
  return {
    ...newWorld({ repository, integrationBranch: integrationBranch?.branch }),
    app: snapshot.app,
    writers: snapshot.writers,
    now: snapshot.now,
    defaultHead: integrationBranch?.defaultHead ?? head,
    mergedHead: integrationBranch?.behind ? '' : (integrationBranch?.defaultHead ?? head),
    labels: new Map(snapshot.labels),
    issues: new Map(snapshot.issues.map((issue) => [issue.number, issue])),
    comments: [...snapshot.comments],
    runs: new Map(runs.map((run) => [run.id, run])),
    pulls: new Map([...pulls].map(([number, pull]) => [number, { ...pull, issue: undefined }])),
    branches: new Map(integrationBranch?.exists ? [[integrationBranch.branch, head]] : []),
    dispatched: new Map(snapshot.dispatched),
    refused: new Map(snapshot.refused),
    lastNumber: numbers.reduce((most, number) => Math.max(most, number), 0),
    lastId: ids.reduce((most, id) => Math.max(most, id), 0),
  };
}

/** GitHub takes only so many new issues a minute, which counts for nothing where none is made (ms). */
const LONG_AGO = 120_000;

/** What the next pass sees of it: all that nothing in the world has changed is as the snapshot that it began with has it. */
export function seenAgain(world: PlanWorld, from: Snapshot): Snapshot {
  const begun = new Set(from.issues.map(({ number }) => number));
  const seen = snapshotOf(world, {
    files: from.files,
    read: (issue) => (begun.has(issue.number) ? issue : { ...issue, createdAt: instant(world.now - LONG_AGO) }),
  });
  const { integrationBranch } = seen.repository;
  return {
    ...from,
    repository: { ...from.repository, ...(integrationBranch ? { integrationBranch } : {}) },
    labels: seen.labels,
    issues: seen.issues,
    comments: seen.comments,
    runs: seen.runs,
    pulls: seen.pulls ?? new Map(),
    dispatched: seen.dispatched,
    refused: seen.refused,
  };
}
