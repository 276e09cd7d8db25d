import type { StatusReport, TaskStanding } from './report.ts';

/** What is news between two looks: one line each, for output that is no terminal. */
export function changesBetween(before: StatusReport, after: StatusReport): readonly string[] {
  const known = new Map(before.tasks.map((one) => [one.task, one]));
  const gone = before.tasks.filter(({ task }) => !after.tasks.some((one) => one.task === task));
  return [
    ...(after.notice === before.notice
      ? []
      : [after.notice === null ? 'dispatching goes on' : `nothing new starts: ${after.notice}`]),
    ...after.problems.filter((problem) => !before.problems.includes(problem)),
    ...after.tasks.flatMap((task) => changeOf(known.get(task.task), task)),
    ...gone.map(({ task }) => `${task} is no longer in the plan`),
  ];
}

function changeOf(before: TaskStanding | undefined, { task, state, reason }: TaskStanding): readonly string[] {
  if (before?.state === state) return [];
  return [`${task}: ${before === undefined ? '' : `${before.state} → `}${state} (${reason})`];
}
