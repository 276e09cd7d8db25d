import { NEEDS, requireAccess } from '../access/permissions.ts';
import { repositoryBody } from '../bodies/repository.ts';
import { userBody } from '../bodies/user.ts';
import { unprocessable } from '../model/errors.ts';
import type { RepositoryRecord } from '../model/records.ts';
import type { PreparedWorkflow } from '../model/runner.ts';
import type { PlatformSession } from '../platform.ts';
import type { World } from '../world.ts';
import type { WorkflowFile } from './workflow-reader.ts';
import { findWorkflow, workflowFile } from './workflows.ts';

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs */
const MAX_INPUTS = 25;
const MAX_INPUTS_LENGTH = 65_535;

interface DispatchRequest {
  readonly repository: RepositoryRecord;
  /** Id, file name or path. */
  readonly workflow: string;
  /** Short or full name of a branch or tag. */
  readonly ref: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Starts a workflow by hand. The file must be on the default branch; what runs is the file as it stands on the ref
 * (operation `actions/create-workflow-dispatch`). @returns The id of the run.
 */
export async function dispatchWorkflow({ world, viewer }: PlatformSession, request: DispatchRequest): Promise<number> {
  const { repository } = request;
  requireAccess(viewer, { repository, need: NEEDS.writeActions });
  const workflow = await findWorkflow(world, { repository, key: request.workflow });
  if (workflow.state !== 'active') throw unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const target = await resolveRef(repository, request.ref);
  const file = await workflowFile(repository, { commit: target.sha, path: workflow.path });
  const inputs = checkInputs(requireDispatchable(world, file), request.inputs);
  const fault = world.faults.forDispatch({ workflow: workflow.path, inputs });
  const payload = {
    inputs,
    ref: target.ref,
    repository: repositoryBody(world.addresses, repository),
    sender: userBody(world.addresses, viewer.user),
    workflow: workflow.path,
  };
  const wanted = { repository, event: 'workflow_dispatch', payload, inputs, ...target, actor: viewer.user };
  const runs = Array.from({ length: fault?.runs ?? 1 }, () => file && world.runs.create({ ...wanted, file }));
  // A dispatch that produces no run is answered like any other: with the id of a run that will never be.
  return runs[0]?.id ?? world.store.nextId('run');
}

async function resolveRef(
  repository: RepositoryRecord,
  name: string,
): Promise<{ readonly ref: string; readonly sha: string }> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const ref of candidates) {
    const sha = await repository.objects.commitId(ref);
    if (sha !== null) return { ref, sha };
  }
  throw unprocessable(`No ref found for: ${name}`);
}

function requireDispatchable(world: World, file: WorkflowFile | null): PreparedWorkflow {
  const prepared = file && world.workflows.read(file);
  if (prepared && prepared.problems.length > 0) {
    throw unprocessable(`failed to parse workflow: ${prepared.problems.join('; ')}`);
  }
  if (!prepared?.events.includes('workflow_dispatch')) {
    throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  }
  return prepared;
}

function checkInputs(prepared: PreparedWorkflow, given: Readonly<Record<string, unknown>>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !prepared.dispatchInputs.some((input) => input.name === name));
  if (unknown.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  if (Object.keys(given).length > MAX_INPUTS) throw unprocessable(`you may only define up to ${MAX_INPUTS} \`inputs\``);
  if (JSON.stringify(given).length > MAX_INPUTS_LENGTH) throw unprocessable('inputs are too large.');
  const inputs: Record<string, string> = {};
  for (const { name, required, default: fallback } of prepared.dispatchInputs) {
    const value = given[name];
    if (value !== undefined && value !== null) inputs[name] = String(value);
    else if (fallback !== undefined) inputs[name] = fallback;
    else if (required) throw unprocessable(`Required input '${name}' not provided`);
    else inputs[name] = '';
  }
  return inputs;
}
