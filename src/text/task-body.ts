import type { Config } from '../plan/config.ts';
import { formatMinutes } from '../plan/estimate.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { agentAndModel } from '../plan/route.ts';
import { PROGRESS_REFUSED } from '../state/completion-record.ts';
import { block, inline } from '../state/markdown.ts';
import { ownPart } from '../state/own-part.ts';
import { type TaskRecord, writeTaskRecord } from '../state/record.ts';
import { attemptFold } from './attempts.ts';

/**
 * Our part of the body of a task issue: what a person wants to know of the task, then the record.
 * `readTaskRecord` of the text is the record again.
 */
export function taskBody(input: TaskBodyInput): string {
  return ownPart(taskText(input) + writeTaskRecord(input.record));
}

/**
 * What stands in front of the record, up to its first character. Of a large plan thousands of them are compared with what
 * stands on GitHub when a process starts: it is put together by nothing slower than `+`.
 */
export function taskText({ task, config, record, issueOf, repositoryUrl }: TaskBodyInput): string {
  const { agent, model } = agentAndModel(task, config);
  let text = paragraph(task.description === '' ? inline(task.title) : block(task.description));
  text += '| | |\n| --- | --- |\n';
  text += row('Estimate', formatMinutes(task.minutes));
  text += row('Depends on', references(task.dependencies, issueOf) || 'nothing');
  text += row('Agent', `${inline(agent)}, ${inline(record.model ?? model)}`);
  if (task.category !== undefined) text += row('Category', inline(task.category));
  if (task.integration !== undefined) text += row('Integration check', inline(task.integration));
  text += '\n';
  text += list('Done when', task.acceptance);
  text += list('Must exist afterwards', task.outputs);
  text += checklist(record);
  return text + attemptFold(record.history, repositoryUrl);
}

/** How each stands that gates a closing: all of it is known once there is anything to say, and nothing waits any more. */
function checklist({ done }: TaskRecord): string {
  if (!done || done.unverified) return '';
  let text = '**Checklist**\n\n';
  for (const [name, label] of CHECKLIST)
    text += `- ${STANDS[done.checks[name] ?? 'absent'] ?? STANDS.absent} ${label}\n`;
  const isRecorded = done.checks.progress !== PROGRESS_REFUSED;
  return `${text}- ${isRecorded ? '✅ progress recorded' : '– progress not recorded: a rule of the repository refuses the commit'}\n\n`;
}

const CHECKLIST = [
  ['compile', 'code compiles'],
  ['test', 'tests pass'],
  ['lint', 'lint passes'],
  ['integration', 'integration verified'],
] as const;

const STANDS: Readonly<Record<string, string>> = {
  passed: '✅',
  flaky: '✅ (not at the first try)',
  failed: '❌',
  absent: '– (there is none)',
  skipped: '– (skipped)',
};

export interface TaskBodyInput {
  readonly task: Task;
  readonly config: Config;
  readonly record: TaskRecord;
  readonly issueOf: (id: TaskId) => number | undefined;
  readonly repositoryUrl: string;
}

/** Nothing where there is nothing to say. */
function paragraph(text: string): string {
  return text === '' ? '' : `${text}\n\n`;
}

function row(name: string, value: string): string {
  return `| ${name} | ${value} |\n`;
}

function references(ids: readonly TaskId[], issueOf: TaskBodyInput['issueOf']): string {
  let text = '';
  for (const id of ids) {
    const issue = issueOf(id);
    text += `${text === '' ? '' : ', '}${inline(id)}${issue === undefined ? '' : ` (#${issue})`}`;
  }
  return text;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  let text = `**${title}**\n\n`;
  for (const item of items) text += `- ${inline(item)}\n`;
  return `${text}\n`;
}
