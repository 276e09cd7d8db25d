import { causeText } from '../state/describe-cause.ts';
import { UNKNOWN_SLOT } from '../state/names.ts';
import type { PastDispatch } from '../state/record.ts';

/** What became of a run, as people say it. */
const ENDS: Readonly<Record<PastDispatch['outcome'], string>> = {
  completed: 'landed',
  continued: 'went on in another run',
  'in-review': 'shown for review',
  verification: 'a check failed',
  agent: 'not finished',
  conflict: 'in conflict with what others landed',
  dependency: 'something that it needs was missing',
  quota: 'a limit of the model provider',
  infrastructure: 'could not work',
  superseded: 'left to another run',
  cancelled: 'cancelled',
};

const HEAD = '| Attempt | Run | Slot | What came of it | Why | Ended |\n| --- | --- | --- | --- | --- | --- |\n';

/**
 * What became of each run of a task. What stopped one as it had stopped the one before is said once. A plan has thousands
 * of these tables: they are put together by nothing slower than `+`.
 * @returns Nothing where there was none.
 */
export function attemptTable(history: readonly PastDispatch[], repositoryUrl: string): string {
  if (history.length === 0) return '';
  let text = HEAD;
  let before = '';
  for (const past of history) {
    const { attempt, agent, cause, ended } = past;
    const why = cause ? causeText(cause) : '';
    const told = why !== '' && why === before ? 'the same' : why;
    text += `| ${attempt} | ${runLink(past, repositoryUrl)} | ${agent === UNKNOWN_SLOT ? '–' : agent} | ${ENDS[past.outcome]} | ${told} | ${ended} |\n`;
    before = why;
  }
  return text;
}

/** The same, folded: whoever opens the issue sees what the task is, and what became of it on one line. */
export function attemptFold(history: readonly PastDispatch[], repositoryUrl: string): string {
  const last = history.at(-1);
  if (!last) return '';
  const runs = history.length === 1 ? '1 run' : `${history.length} runs`;
  return `<details><summary>${runs}, the last one: ${ENDS[last.outcome]}</summary>\n\n${attemptTable(history, repositoryUrl)}\n</details>\n\n`;
}

/** @returns A dash where GitHub never started one. */
function runLink({ run }: Pick<PastDispatch, 'run'>, repositoryUrl: string): string {
  return run === undefined ? '–' : `[${run}](${repositoryUrl}/actions/runs/${run})`;
}

/** The page that shows what a commit changed since another one. @param repositoryUrl Without a trailing slash, on whatever host. */
export function compareUrl(
  repositoryUrl: string,
  { base, commit }: { readonly base: string; readonly commit: string },
): string {
  return `${repositoryUrl}/compare/${base}...${commit}`;
}
