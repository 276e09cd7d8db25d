import { NEEDS } from '../../access/permissions.ts';
import { statusBody } from '../../bodies/check.ts';
import { minimalRepositoryBody, repositoryUrl } from '../../bodies/repository.ts';
import type { StatusRecord } from '../../model/checks.ts';
import { invalidField, notFound, unprocessable } from '../../model/errors.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { type Answer, type Call, created, ok, optionalText, param, repositoryFor, routes } from './call.ts';
import { listed } from './paging.ts';

export const statusRoutes = routes({
  'POST /repos/{owner}/{repo}/statuses/{sha}': createStatus,
  'GET /repos/{owner}/{repo}/commits/{ref}/status': combinedStatus,
  'GET /repos/{owner}/{repo}/commits/{ref}/statuses': async (call) => {
    const repository = repositoryFor(call, NEEDS.readStatuses);
    const sha = await commitOf(repository, param(call, 'ref'));
    const newestFirst = repository.statuses.filter((each) => each.sha === sha).reverse();
    return listed(call, {
      all: newestFirst,
      body: (status) => statusBody(call.world.addresses, { repository, status }),
    });
  },
});

const STATES = ['error', 'failure', 'pending', 'success'] as const;

async function commitOf(repository: RepositoryRecord, ref: string): Promise<string> {
  const sha = await repository.objects.commitId(ref);
  if (sha === null) throw notFound(`No commit found for SHA: ${ref}`);
  return sha;
}

async function createStatus(call: Call): Promise<Answer> {
  const { world, viewer } = call;
  const repository = repositoryFor(call, NEEDS.writeStatuses);
  const sha = param(call, 'sha');
  if ((await repository.objects.commitId(sha)) === null) throw unprocessable(`No commit found for SHA: ${sha}`);
  const state = STATES.find((each) => each === call.body.state);
  if (!state) throw invalidField('Status', 'state', 'custom');
  const status: StatusRecord = {
    kind: 'StatusContext',
    id: world.store.nextId('status'),
    sha,
    state,
    context: optionalText(call, 'context') ?? 'default',
    description: optionalText(call, 'description') ?? null,
    targetUrl: optionalText(call, 'target_url') ?? null,
    creator: viewer.user,
    createdAt: world.clock(),
  };
  repository.statuses.push(status);
  world.emit({ name: 'status', repository, status, cause: viewer, sender: viewer.user });
  return created(statusBody(world.addresses, { repository, status }));
}

/** The newest status of every context, and what they come to: pending where there is none. */
async function combinedStatus(call: Call): Promise<Answer> {
  const at = call.world.addresses;
  const repository = repositoryFor(call, NEEDS.readStatuses);
  const sha = await commitOf(repository, param(call, 'ref'));
  const onCommit = repository.statuses.filter((each) => each.sha === sha);
  const latest = [...new Map(onCommit.map((each) => [each.context, each])).values()];
  const states = latest.map(({ state }) => state);
  const failed = states.some((state) => state === 'error' || state === 'failure');
  const succeeded = states.length > 0 && states.every((state) => state === 'success');
  const url = `${repositoryUrl(at, repository)}/commits/${sha}`;
  return ok({
    state: failed ? 'failure' : succeeded ? 'success' : 'pending',
    sha,
    total_count: latest.length,
    statuses: latest.map((status) => statusBody(at, { repository, status })),
    repository: minimalRepositoryBody(at, repository),
    commit_url: url,
    url: `${url}/status`,
  });
}
