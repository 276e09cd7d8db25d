import { appOf, NEEDS, requireAccess } from '../../access/permissions.ts';
import { addCheckRun, branchAt, newCheckRun } from '../../checks/checks.ts';
import { unprocessable } from '../../model/errors.ts';
import type { Fields } from './fields.ts';
import { payload, refuseInputs } from './issue-mutations.ts';
import { repositoryNode } from './nodes.ts';

interface CreateCheckRun {
  readonly clientMutationId?: string | null;
  readonly repositoryId: string;
  readonly name: string;
  readonly headSha: string;
  readonly status?: 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED' | 'PENDING' | 'WAITING' | null;
  readonly conclusion?: string | null;
  readonly detailsUrl?: string | null;
  readonly externalId?: string | null;
  readonly output?: { readonly title: string; readonly summary: string; readonly text?: string | null } | null;
}

/** `CreateCheckRunInput` of https://docs.github.com/en/graphql/reference/mutations#createcheckrun; needs what REST needs. */
export const checkMutations: Fields<unknown> = {
  createCheckRun: async (_source, { input }: { readonly input: CreateCheckRun }, context) => {
    refuseInputs(input, 'actions', 'startedAt', 'completedAt');
    const { viewer, world } = context;
    const { headSha, name, output, conclusion } = input;
    const repository = await repositoryNode(input.repositoryId, context);
    requireAccess(viewer, { repository, need: NEEDS.writeChecks });
    if ((await repository.objects.commitId(headSha)) === null)
      throw unprocessable(`No commit found for SHA: ${headSha}`);
    if (output) refuseInputs(output, 'annotations', 'images');
    // A conclusion completes the run, whatever `status` says.
    const isCompleted = (conclusion ?? null) !== null || input.status === 'COMPLETED';
    const checkRun = newCheckRun(world, {
      name,
      headSha,
      headBranch: await branchAt(repository, headSha),
      app: appOf(viewer),
      status: isCompleted ? 'completed' : input.status === 'IN_PROGRESS' ? 'in_progress' : 'queued',
      conclusion: conclusion?.toLowerCase() ?? null,
      completedAt: isCompleted ? world.clock() : null,
      externalId: input.externalId ?? '',
      detailsUrl: input.detailsUrl ?? null,
      output: { title: output?.title ?? null, summary: output?.summary ?? null, text: output?.text ?? null },
    });
    addCheckRun(world, { repository, checkRun, by: viewer });
    return payload(input, { checkRun });
  },
};
