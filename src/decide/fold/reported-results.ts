import { ACTIONS_LOGIN, TASK_WORKFLOW_PATH } from '../../state/names.ts';
import { type NewerResult, type Result, readNewerResult, readResult } from '../../state/result.ts';
import type { CommentView, RunView, Snapshot } from '../../state/snapshot.ts';

/** A trusted result, and the comment that brought it. */
export interface ReportedResult {
  readonly result: Result;
  readonly comment: CommentView;
}

/** Results on one issue that the app or GITHUB_TOKEN wrote and nobody edited. */
export function resultsOn(issue: number, snapshot: Snapshot): readonly ReportedResult[] {
  return trustedComments(issue, snapshot).flatMap((comment) => {
    const result = readResult(comment.body);
    return result?.issue === issue ? [{ result, comment }] : [];
  });
}

/** Likewise those that a newer version of the action wrote. */
export function newerResultsOn(issue: number, snapshot: Snapshot): readonly NewerResult[] {
  return trustedComments(issue, snapshot).flatMap(({ body }) => {
    const result = readNewerResult(body);
    return result?.issue === issue ? [result] : [];
  });
}

function trustedComments(issue: number, { comments, app }: Snapshot): readonly CommentView[] {
  return comments.filter(
    (comment) =>
      comment.issue === issue && !comment.edited && (comment.author === app || comment.author === ACTIONS_LOGIN),
  );
}

/** Whether the app, or a run of the repository, started it, as the app starts task runs. */
export function isOurRun(run: RunView, snapshot: Snapshot): boolean {
  return isTaskRun(run, snapshot) && (run.actor === snapshot.app || run.actor === ACTIONS_LOGIN);
}

/** A run of the task workflow as the default branch has it: people may change the file on another branch, and run that. */
export function isTaskRun({ path, event, branch }: RunView, { repository }: Snapshot): boolean {
  return path === TASK_WORKFLOW_PATH && event === 'workflow_dispatch' && branch === repository.defaultBranch;
}

/** In whatever order they were listed. */
export function oldestFirst(runs: readonly RunView[]): readonly RunView[] {
  return [...runs].sort((a, b) => a.id - b.id);
}
