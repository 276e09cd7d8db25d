import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { UsageError } from '../usage-error.ts';
import { MODEL_INPUTS, type ModelRun } from './agent.ts';

/** Where the embedded GitHub keeps what a workflow may not hold. No workflow that people write knows these names. */
export const MODEL_SECRET = 'REHEARSAL_MODEL_KEY';
export const MODEL_VARIABLE = 'REHEARSAL_MODEL_ADDRESS';

const ACTION = /^agent-waves\/agent-waves@/;

/**
 * Gives the step that runs agents the key and the address of a model, by the names of a secret and a variable.
 * @param workflow Text of the task workflow.
 */
export function wireModel(workflow: string, run: ModelRun): string {
  const document = parseDocument(workflow);
  const steps = agentSteps(document.get('jobs'));
  if (steps.length === 0)
    throw new UsageError('the task workflow of this folder has no step of agent-waves/agent-waves that runs agents');
  const { key, address } = MODEL_INPUTS[run];
  for (const step of steps) {
    step.setIn(['with', key], `\${{ secrets.${MODEL_SECRET} }}`);
    step.setIn(['with', address], `\${{ vars.${MODEL_VARIABLE} }}`);
  }
  return document.toString({ lineWidth: 0 });
}

function agentSteps(jobs: unknown): readonly YAMLMap[] {
  const all = isMap(jobs) ? jobs.items.map(({ value }) => value).filter(isMap) : [];
  const steps = all.map((job) => job.get('steps')).flatMap((list) => (isSeq(list) ? list.items : []));
  return steps.filter((step): step is YAMLMap => isMap(step) && runsAgents(step));
}

function runsAgents(step: YAMLMap): boolean {
  return (
    ACTION.test(String(step.get('uses'))) && ['all', 'agent'].includes(String(step.getIn(['with', 'stage']) ?? 'all'))
  );
}
