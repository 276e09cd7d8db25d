import type { Task } from '../../plan/plan.ts';
import type { CheckRule, RuleFinding, RuleInput } from './check-rule.ts';
import { durationText } from './words.ts';

/** Longest that a job on a hosted runner may last, in minutes. */
const HOSTED_JOB = 360;

/** Tasks that do not fit into one run of a hosted runner. */
export const longTasks: CheckRule = {
  name: 'long-task',
  about: 'tasks that take longer than a job may last',
  find: ({ plan, slice }) =>
    plan.tasks.flatMap((task, index): readonly RuleFinding[] => {
      const message = excess(task, slice);
      return message === undefined ? [] : [{ path: ['tasks', index, 'estimate'], message }];
    }),
};

function excess({ id, minutes }: Task, slice: RuleInput['slice']): string | undefined {
  if (minutes > HOSTED_JOB) {
    return `${id} takes ${durationText(minutes)}, and a job on a hosted runner may last ${durationText(HOSTED_JOB)}: ${consequence(minutes, slice)}`;
  }
  if (minutes === HOSTED_JOB) {
    return `${id} takes exactly the ${durationText(HOSTED_JOB)} that a job on a hosted runner may last, which leaves no time to check and land the work: ${consequence(minutes, slice)}`;
  }
  if (minutes > slice) {
    return `${id} takes ${durationText(minutes)}, and an agent works for ${durationText(slice)} in one run (\`slice\`): ${consequence(minutes, slice)}`;
  }
  return undefined;
}

function consequence(minutes: number, slice: number): string {
  if (minutes <= slice) {
    return `with \`slice: ${slice / 60}h\` it would be cut off there; set \`slice\` below ${durationText(HOSTED_JOB)}, use runners of your own, or divide the task`;
  }
  const runs = Math.ceil(minutes / slice);
  return `it is done in ${runs} runs of at most ${durationText(slice)}, each going on with what the one before saved; split it if it has parts`;
}
