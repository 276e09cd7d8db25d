import { checkRunHtmlUrl } from '../../bodies/check.ts';
import { type CheckState, checkStatesOn } from '../../checks/checks.ts';
import type { CheckRunRecord, StatusRecord } from '../../model/checks.ts';
import { nodeId } from '../../model/node-ids.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { issueNumbered } from '../../model/store.ts';
import { iso, isoOrNull } from '../../model/time.ts';
import { requiredChecks, rulesetsOf } from '../../rules/rulesets.ts';
import type { World } from '../../world.ts';
import { connection, type PageArgs } from './connection.ts';
import type { Fields } from './fields.ts';
import { gitObject } from './git-object.ts';

/** What all checks and statuses on a commit come to, null where there is none. */
export function rollupOf(repository: RepositoryRecord, oid: string) {
  const checks = checkStatesOn(repository, oid);
  if (checks.length === 0) return null;
  return {
    id: nodeId('StatusCheckRollup', `${repository.id}:${oid}`),
    state: rollupState(checks),
    commit: () => gitObject(repository, oid),
    contexts: (args: PageArgs) => ({
      ...connection({
        name: 'contexts',
        all: checks.map(({ record }) => record),
        args,
        key: (record) => `${record.kind}:${record.id}`,
      }),
      checkRunCount: checks.filter(({ record }) => record.kind === 'CheckRun').length,
      statusContextCount: checks.filter(({ record }) => record.kind === 'StatusContext').length,
    }),
  };
}

function rollupState(checks: readonly CheckState[]): 'FAILURE' | 'PENDING' | 'SUCCESS' {
  if (checks.some(({ state }) => state === 'failure')) return 'FAILURE';
  return checks.some(({ state }) => state === 'pending') ? 'PENDING' : 'SUCCESS';
}

interface RequiredArgs {
  readonly pullRequestNumber?: number | null;
  readonly pullRequestId?: string | null;
}

/** By number only: an id would have to be looked up, and nobody asks so. */
function isRequired({
  name,
  world,
  record,
  args,
}: {
  readonly name: string;
  readonly world: World;
  readonly record: CheckRunRecord | StatusRecord;
  readonly args: RequiredArgs;
}): boolean {
  for (const repository of world.store.repositories.values()) {
    const isHere = [...repository.checkRuns, ...repository.statuses].includes(record);
    const pull = isHere ? issueNumbered(repository, args.pullRequestNumber ?? 0)?.pull : null;
    if (pull) return requiredChecks(rulesetsOf(repository, pull.baseRef)).includes(name);
  }
  return false;
}

export const CheckRun: Fields<CheckRunRecord> = {
  id: (run) => nodeId('CheckRun', run.id),
  databaseId: (run) => run.id,
  name: (run) => run.name,
  status: (run) => run.status.toUpperCase(),
  conclusion: (run) => run.conclusion?.toUpperCase() ?? null,
  startedAt: (run) => iso(run.startedAt),
  completedAt: (run) => isoOrNull(run.completedAt),
  detailsUrl: (run) => run.detailsUrl,
  externalId: (run) => run.externalId,
  title: (run) => run.output.title,
  summary: (run) => run.output.summary,
  text: (run) => run.output.text,
  isRequired: (run, args: RequiredArgs, { world }) => isRequired({ name: run.name, world, record: run, args }),
  url: (run, _args, { world }) => {
    const repository = [...world.store.repositories.values()].find((each) => each.checkRuns.includes(run));
    return repository ? checkRunHtmlUrl(world.addresses, { repository, run }) : '';
  },
};

export const StatusContext: Fields<StatusRecord> = {
  id: (status) => nodeId('Status', status.id),
  context: (status) => status.context,
  state: (status) => status.state.toUpperCase(),
  description: (status) => status.description,
  targetUrl: (status) => status.targetUrl,
  creator: (status) => status.creator,
  createdAt: (status) => iso(status.createdAt),
  isRequired: (status, args: RequiredArgs, { world }) =>
    isRequired({ name: status.context, world, record: status, args }),
};
