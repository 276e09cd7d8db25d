import type { Task } from '../../../plan/plan.ts';
import type { CheckRule, RuleInput } from '../check-rule.ts';
import { earliestSchedule, span } from '../earliest-schedule.ts';
import { chain, count, durationText, list } from '../words.ts';
import { claimsOf, missingTasks } from './claims-of.ts';

/** Chains said to be the critical path that are none: links that nothing enforces, or a longer chain beside them. */
export const chains: CheckRule = {
  name: 'claim-chain',
  about: 'chains that the document states otherwise',
  find: (input) =>
    claimsOf(input, 'chain').flatMap(({ claim, path, where }) => {
      const title = `${where} calls ${chain(claim.tasks)} the critical path;`;
      return faults(claim.tasks, input).map((fault) => ({ path, message: `${title} ${fault}` }));
    }),
};

function faults(ids: readonly string[], input: RuleInput): readonly string[] {
  const missing = missingTasks(ids, input);
  if (missing !== undefined) return [missing];
  const tasks = ids.flatMap((id) => input.tasks.get(id) ?? []);
  const loose = tasks.flatMap((task, index) => {
    const before = tasks[index - 1];
    return before && !input.waitsFor(task.id, before.id) ? [{ task, before }] : [];
  });
  return loose.length > 0 ? [looseLinks({ loose, tasks, input })] : shortfall(tasks, input);
}

function looseLinks({
  loose,
  tasks,
  input,
}: {
  readonly loose: readonly { readonly task: Task; readonly before: Task }[];
  readonly tasks: readonly Task[];
  readonly input: RuleInput;
}): string {
  const links = loose.map(({ task, before }) => `${task.id} does not wait for ${before.id}`);
  const are = loose.length === 1 ? 'is no dependency' : 'are no dependencies';
  const last = tasks.at(-1);
  const end = input.whole.find(({ id }) => id === last?.id)?.end ?? 0;
  return `${loose.length} of its ${count(tasks.length - 1, 'link')} ${are}: ${list(links)}. As the plan stands, ${last?.id} can be done after ${durationText(end)}, not ${durationText(worth(tasks))}; add the dependencies that were forgotten, or count on the shorter time`;
}

/** Every link holds; then it is the critical path unless another chain takes longer. */
function shortfall(tasks: readonly Task[], input: RuleInput): readonly string[] {
  const own = span(
    earliestSchedule(
      tasks.map(({ id }) => id),
      input.numbered,
    ),
  );
  const { minutes, path } = input.critical;
  return own >= minutes
    ? []
    : [
        `it takes ${durationText(own)}, and ${chain(path)} takes ${durationText(minutes)}; to be done sooner, shorten that one`,
      ];
}

function worth(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { minutes }) => sum + minutes, 0);
}
