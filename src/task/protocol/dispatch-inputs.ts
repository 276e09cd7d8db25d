import type { TaskId } from '../../plan/plan.ts';
import type { DispatchInputs } from '../../state/names.ts';
import type { Environment } from './job.ts';

/** @throws when an input is missing or is no number: GitHub does not enforce `required` in a composite action. */
export function readDispatch(environment: Environment): DispatchInputs {
  const task = environment.INPUT_TASK;
  if (!task) throw new Error('input task is missing; copy templates/agent-task.yml again');
  const number = (name: string): number => {
    const text = environment[`INPUT_${name.toUpperCase()}`] ?? '';
    if (!/^[1-9]\d{0,14}$/.test(text))
      throw new Error(`input ${name} is "${text}", not a number above 0; copy templates/agent-task.yml again`);
    return Number(text);
  };
  return {
    task: task as TaskId,
    issue: number('issue'),
    attempt: number('attempt'),
    slice: number('slice'),
    dispatch: number('dispatch'),
  };
}
