import { Command } from 'commander';
import { nearest } from '../plan/nearest.ts';
import type { TaskView } from '../state/task-view.ts';
import { whyTask } from '../text/command-answers.ts';
import { type ObservedPlan, observe } from './observe/observe.ts';
import { sentTasks } from './observe/sent-tasks.ts';
import { askGitHub, ghOption, noPlan, openRepository, type RepositoryFlags, repoOption } from './open-repository.ts';
import { plainText } from './terminal/plain-text.ts';

interface Flags extends RepositoryFlags {
  readonly json?: boolean;
}

const MORE = `
It says what a comment /why on the issue of the task is answered. It asks GitHub with GITHUB_TOKEN, or with the token of
gh, and writes nothing. It exits with 1 where the plan has no such task, and names the nearest; with 2 where GitHub cannot
be asked, or there is no plan.`;

/** `agent-waves why TASK`: why a task stands where it stands. */
export function whyCommand(): Command {
  return new Command('why')
    .description('say where a task stands, and why')
    .argument('<task>', 'the id of the task, in whatever case, or the number of its issue')
    .addOption(repoOption())
    .addOption(ghOption())
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run(named: string, { json, ...flags }: Flags): Promise<void> {
  const access = await openRepository(flags);
  const { plan } = await askGitHub(() => observe(access));
  if (!plan) throw noPlan();
  const tasks = sentTasks(plan);
  const view = findTask(tasks, named);
  if (!view) {
    console.error(notFound(tasks, named));
    process.exitCode = 1;
    return;
  }
  const answer = plainText(whyTask(view));
  const url = urlOf(view, plan);
  if (json)
    console.log(
      JSON.stringify({ task: view.task.id, state: view.state, answer, issue: view.issue ?? null, url }, null, 2),
    );
  else console.log(url === null ? answer : `${answer}\n${url}`);
}

function findTask(tasks: readonly TaskView[], named: string): TaskView | undefined {
  const wanted = named.toLowerCase();
  const number = /^#?(\d+)$/.exec(named)?.[1];
  const byId = tasks.find(({ task }) => task.id.toLowerCase() === wanted);
  return byId ?? tasks.find(({ issue }) => number !== undefined && issue === Number(number));
}

function notFound(tasks: readonly TaskView[], named: string): string {
  const ids = tasks.map(({ task }) => task.id);
  const meant = nearest(named, ids);
  const shown = plainText(named);
  if (meant !== undefined) return `The plan has no task ${shown}. Did you mean ${meant}?`;
  const some = ids.slice(0, 10).join(', ');
  const more = ids.length > 10 ? ` and ${ids.length - 10} more` : '';
  return `The plan has no task ${shown}; it has ${some || 'none'}${more}.`;
}

function urlOf({ issue }: TaskView, { snapshot }: ObservedPlan): string | null {
  return issue === undefined ? null : `${snapshot.repository.url}/issues/${issue}`;
}
