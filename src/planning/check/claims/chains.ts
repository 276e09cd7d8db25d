import type { Task } from '../../../plan/plan.ts';
import type { Rule, Subject } from '../check-rule.ts';
import { earliest, span } from '../earliest-schedule.ts';
import { chain, count, list, time } from '../words.ts';
import { absent, claimsOf } from './claims-of.ts';

/** Chains said to be the critical path that are none: links that nothing enforces, or a longer chain beside them. */
export const chains: Rule = {
  name: 'claim-chain',
  find: (subject) =>
    claimsOf(subject, 'chain').flatMap(({ claim, path, where }) => {
      const title = `${where} calls ${chain(claim.tasks)} the critical path;`;
      return faults(claim.tasks, subject).map((fault) => ({ path, message: `${title} ${fault}` }));
    }),
};

function faults(ids: readonly string[], subject: Subject): readonly string[] {
  const missing = absent(ids, subject);
  if (missing !== undefined) return [missing];
  const tasks = ids.flatMap((id) => subject.tasks.get(id) ?? []);
  const loose = tasks.flatMap((task, index) => {
    const before = tasks[index - 1];
    return before && !subject.waitsFor(task.id, before.id) ? [{ task, before }] : [];
  });
  return loose.length > 0 ? [looseLinks(loose, tasks, subject)] : shortfall(tasks, subject);
}

function looseLinks(
  loose: readonly { readonly task: Task; readonly before: Task }[],
  tasks: readonly Task[],
  subject: Subject,
): string {
  const links = loose.map(({ task, before }) => `${task.id} does not wait for ${before.id}`);
  const are = loose.length === 1 ? 'is no dependency' : 'are no dependencies';
  const last = tasks.at(-1);
  const end = subject.whole.find(({ id }) => id === last?.id)?.end ?? 0;
  return `${loose.length} of its ${count(tasks.length - 1, 'link')} ${are}: ${list(links)}. As the plan stands, ${last?.id} can be done after ${time(end)}, not ${time(worth(tasks))}; add the dependencies that were forgotten, or count on the shorter time`;
}

/** Every link holds; then it is the critical path unless another chain takes longer. */
function shortfall(tasks: readonly Task[], subject: Subject): readonly string[] {
  const own = span(
    earliest(
      tasks.map(({ id }) => id),
      subject.numbered,
    ),
  );
  const { minutes, path } = subject.critical;
  return own >= minutes
    ? []
    : [`it takes ${time(own)}, and ${chain(path)} takes ${time(minutes)}; to be done sooner, shorten that one`];
}

function worth(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { minutes }) => sum + minutes, 0);
}
