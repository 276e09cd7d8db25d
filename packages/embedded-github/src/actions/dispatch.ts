import { NEEDS, requireAccess } from '../access/permissions.ts';
import { repositoryBody, repositoryUrl } from '../bodies/repository.ts';
import { userBody } from '../bodies/user.ts';
import { type Answer, type Call, NO_CONTENT, param, record, text } from '../http/rest/call.ts';
import { unprocessable } from '../model/errors.ts';
import type { PreparedWorkflow } from '../model/runner.ts';
import type { RepositoryRecord } from '../model/store.ts';
import { findWorkflow, type WorkflowFile, workflowFile } from './workflows.ts';

const MOST_INPUTS = 25;
const LONGEST_INPUTS = 65_535;
/** From this version on the answer names the run without being asked to. */
const ALWAYS_TELLS = '2026-03-10';

/**
 * Starts a workflow by hand. The file must be on the default branch; what runs is the file as it stands on the ref.
 * With `return_run_details` the answer names the run.
 */
export async function dispatchWorkflow(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const { world, viewer } = call;
  requireAccess(viewer, repository, NEEDS.writeActions);
  const workflow = await findWorkflow(world, repository, param(call, 'workflow_id'));
  const target = await resolveRef(repository, text(call, 'ref'));
  const file = await workflowFile(repository, target.sha, workflow.path);
  const inputs = checkInputs(requireDispatchable(call, file), record(call, 'inputs'));
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
  const id = runs[0]?.id ?? world.store.nextId('run');
  const tells = call.body.return_run_details === true || call.apiVersion >= ALWAYS_TELLS;
  return tells ? details(call, repository, id) : NO_CONTENT;
}

function details(call: Call, repository: RepositoryRecord, id: number): Answer {
  const { addresses } = call.world;
  const body = {
    workflow_run_id: id,
    run_url: `${repositoryUrl(addresses, repository)}/actions/runs/${id}`,
    html_url: `${addresses.server}/${repository.fullName}/actions/runs/${id}`,
  };
  return { status: 200, body };
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

function requireDispatchable(call: Call, file: WorkflowFile | null): PreparedWorkflow {
  const prepared = file && call.world.runs.read(file);
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
  if (Object.keys(given).length > MOST_INPUTS)
    throw unprocessable(`you may only define up to ${MOST_INPUTS} \`inputs\``);
  if (JSON.stringify(given).length > LONGEST_INPUTS) throw unprocessable('inputs are too large.');
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
