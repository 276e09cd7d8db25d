import type { Config } from '../plan/config.ts';
import { formatMinutes } from '../plan/estimate.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { routeTask } from '../plan/route.ts';
import { causeText } from '../state/describe-cause.ts';
import { block, inline } from '../state/markdown.ts';
import { UNKNOWN_SLOT } from '../state/names.ts';
import { ownPart } from '../state/own-part.ts';
import { type TaskRecord, writeTaskRecord } from '../state/record.ts';

/**
 * Our part of the body of a task issue: what a person wants to know of the task, then the record.
 * `readTaskRecord` of the text is the record again.
 */
export function taskBody({ task, config, record, issueOf, repositoryUrl }: TaskBodyInput): string {
  const { agent, model } = routeTask(task, config);
  const needs = task.dependencies.map((id) => reference(id, issueOf)).join(', ');
  const facts = [
    `| Estimate | ${formatMinutes(task.minutes)} |`,
    `| Depends on | ${needs || 'nothing'} |`,
    `| Agent | ${inline(agent)}, ${inline(record.model ?? model)} |`,
    ...(task.category === undefined ? [] : [`| Category | ${inline(task.category)} |`]),
    ...(task.integration === undefined ? [] : [`| Integration check | ${inline(task.integration)} |`]),
  ];
  const parts = [
    task.description === '' ? inline(task.title) : block(task.description),
    ['| | |', '| --- | --- |', ...facts].join('\n'),
    list('Done when', task.acceptance),
    list('Must exist afterwards', task.outputs),
    attempts(record, repositoryUrl),
    writeTaskRecord(record),
  ];
  return ownPart(parts.filter((part) => part !== '').join('\n\n'));
}

export interface TaskBodyInput {
  readonly task: Task;
  readonly config: Config;
  readonly record: TaskRecord;
  readonly issueOf: (id: TaskId) => number | undefined;
  readonly repositoryUrl: string;
}

function reference(id: TaskId, issueOf: TaskBodyInput['issueOf']): string {
  const issue = issueOf(id);
  return issue === undefined ? inline(id) : `${inline(id)} (#${issue})`;
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : [`**${title}**`, '', ...items.map((item) => `- ${inline(item)}`)].join('\n');
}

function attempts({ history }: TaskRecord, repositoryUrl: string): string {
  if (history.length === 0) return '';
  const rows = history.map((past) => {
    const run =
      past.run === undefined ? `d${past.dispatch}` : `[d${past.dispatch}](${repositoryUrl}/actions/runs/${past.run})`;
    return `| ${past.attempt} | ${run} | ${past.agent === UNKNOWN_SLOT ? '–' : past.agent} | ${past.outcome} | ${past.cause ? causeText(past.cause) : ''} | ${past.ended} |`;
  });
  return [
    '| Attempt | Run | Slot | Outcome | What failed | Ended |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
