import type { IssueView, Snapshot } from './snapshot.ts';
import type { TrackedIssue } from './tracked-issue.ts';

/** Further issues for what has one: a plan, a wave or a task. */

/** An issue, and the one that stands for the same. */
export interface Duplicate {
  readonly issue: IssueView;
  readonly of: number;
}

export interface SecondIssue {
  readonly one: Pick<TrackedIssue<unknown>, 'issue' | 'intact' | 'newer'>;
  readonly of: number;
}

export interface SecondIssues {
  /** To be closed: open, and opened by the app, or with an intact record that it wrote last. */
  readonly duplicates: readonly Duplicate[];
  /** Open as well, and not to be closed: people opened or moved them, or a newer version wrote there. People are told. */
  readonly spare: readonly Duplicate[];
}

export function partSeconds(seconds: readonly SecondIssue[], snapshot: Pick<Snapshot, 'app' | 'issues'>): SecondIssues {
  const duplicates: Duplicate[] = [];
  const spare: Duplicate[] = [];
  for (const { one, of } of seconds) {
    const { issue, intact, newer } = one;
    if (!issue.open) continue;
    const isWritten = intact && [issue.author, issue.writer].includes(snapshot.app);
    const isOurs = newer === undefined && (isWritten || isLeftAsMade(issue, snapshot));
    (isOurs ? duplicates : spare).push({ issue, of });
  }
  return { duplicates, spare };
}

/** The app opened it, and nobody else put it below an issue of their own. */
function isLeftAsMade(
  { author, parent, parentChanges }: IssueView,
  { app, issues }: Pick<Snapshot, 'app' | 'issues'>,
): boolean {
  if (author !== app || parent === undefined) return author === app;
  if (parentChanges.at(-1)?.by === app) return true;
  return issues.some((issue) => issue.number === parent && issue.author === app);
}
