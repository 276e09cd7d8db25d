import { listRefs } from '../git/refs.ts';
import type { CheckRunRecord, StatusRecord } from '../model/checks.ts';
import type { RepositoryRecord, RunRecord, Viewer } from '../model/records.ts';
import type { JobRecord } from '../model/runner.ts';
import type { World } from '../world.ts';

/** What a check says about a commit, whichever interface made it. */
export interface CheckState {
  readonly name: string;
  readonly state: 'success' | 'failure' | 'pending';
  readonly record: CheckRunRecord | StatusRecord;
}

/** The newest word of every check and status on a commit, in the order in which they first spoke. */
export function checkStatesOn(repository: RepositoryRecord, sha: string): readonly CheckState[] {
  const latest = new Map<string, CheckState>();
  for (const record of repository.checkRuns) {
    if (record.headSha === sha)
      latest.set(`check ${record.name}`, { name: record.name, state: stateOfRun(record), record });
  }
  for (const record of repository.statuses) {
    if (record.sha !== sha) continue;
    const state = record.state === 'error' ? 'failure' : record.state;
    latest.set(`status ${record.context}`, { name: record.context, state, record });
  }
  return [...latest.values()];
}

/**
 * Skipped and neutral count as success
 * (https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks).
 */
function stateOfRun(run: CheckRunRecord): CheckState['state'] {
  if (run.status !== 'completed') return 'pending';
  return ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '') ? 'success' : 'failure';
}

/** Where a required check stands: the worst word of those with its name, `expected` when nobody has spoken. */
export function requiredState(checks: readonly CheckState[], name: string): CheckState['state'] | 'expected' {
  const states = checks.filter((each) => each.name === name).map((each) => each.state);
  if (states.length === 0) return 'expected';
  return states.find((state) => state === 'failure') ?? states.find((state) => state === 'pending') ?? 'success';
}

const WORDS = { expected: 'is expected', pending: 'is in progress', failure: 'is failing' } as const;

/** Why required checks keep a change out, in GitHub's words; nothing for those that passed. */
export function checkReasons(
  checks: readonly { readonly name: string; readonly state: ReturnType<typeof requiredState> }[],
): readonly string[] {
  return checks.flatMap(({ name, state }) =>
    state === 'success' ? [] : [`Required status check "${name}" ${WORDS[state]}.`],
  );
}

/** The branch of this repository that a commit is the tip of, the default branch first. */
export async function branchAt(repository: RepositoryRecord, sha: string): Promise<string | null> {
  const tips = (await listRefs(repository, 'refs/heads/')).filter(({ oid }) => oid === sha);
  const names = tips.map(({ name }) => name.replace('refs/heads/', ''));
  return names.find((name) => name === repository.defaultBranch) ?? names[0] ?? null;
}

type NewCheckRun = Pick<CheckRunRecord, 'name' | 'headSha' | 'headBranch'> & Partial<CheckRunRecord>;

/** A check run that nobody knows of yet. */
export function newCheckRun(world: World, wanted: NewCheckRun): CheckRunRecord {
  return {
    kind: 'CheckRun',
    id: world.store.nextId('check'),
    app: null,
    status: 'queued',
    conclusion: null,
    startedAt: world.clock(),
    completedAt: null,
    externalId: '',
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    ...wanted,
  };
}

/** Records a check run and tells of it; null stands for GitHub itself. */
export function addCheckRun(
  world: World,
  {
    repository,
    checkRun,
    by,
  }: { readonly repository: RepositoryRecord; readonly checkRun: CheckRunRecord; readonly by: Viewer | null },
): void {
  repository.checkRuns.push(checkRun);
  announceCheckRun(world, { repository, checkRun, action: 'created', by });
  if (checkRun.status === 'completed') announceCheckRun(world, { repository, checkRun, action: 'completed', by });
}

/** A job is a check on the commit that its run is about; what rules require is found by its name. */
export function checkOfJob(world: World, { run, job }: { readonly run: RunRecord; readonly job: JobRecord }): void {
  const { repository, headSha, headBranch, isFromFork } = run;
  const checkRun = newCheckRun(world, {
    headSha,
    headBranch: isFromFork ? null : headBranch,
    name: job.name,
    status: 'completed',
    conclusion: job.conclusion === 'startup_failure' ? 'failure' : job.conclusion,
    startedAt: Date.parse(job.started_at),
    completedAt: Date.parse(job.completed_at),
  });
  addCheckRun(world, { repository, checkRun, by: null });
}

export function announceCheckRun(
  world: World,
  {
    repository,
    checkRun,
    action,
    by,
  }: {
    readonly repository: RepositoryRecord;
    readonly checkRun: CheckRunRecord;
    readonly action: 'created' | 'completed';
    readonly by: Viewer | null;
  },
): void {
  const sender = by?.user ?? world.store.user('github-actions[bot]');
  world.emit({ name: 'check_run', action, repository, checkRun, cause: by, sender });
}
