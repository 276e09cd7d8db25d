import { mayBeForUs } from '../../state/command.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from '../../state/derivations.ts';
import { GHOST, LABEL } from '../../state/names.ts';
import type { CommentView, IssueView, Snapshot } from '../../state/snapshot.ts';

interface Said {
  readonly issues: readonly IssueView[];
  readonly pulls?: Snapshot['pulls'];
  readonly comments: readonly CommentView[];
  /** Login of the app. */
  readonly app: string;
  readonly derivations: Derivations;
}

/**
 * Logins of people whose right to write decides something in this pass: who commands, and who last opened, wrote,
 * closed, reopened, labelled, blocked, moved or renamed an issue, as it shows or as its record remembers. Programs are not
 * asked about: the app's own word counts, and every other bot's counts for nothing (the endpoint of permissions answers
 * `none` for bots of apps).
 */
export function peopleWhoDecide({ issues, pulls, comments, app, derivations }: Said): ReadonlySet<string> {
  const logins = new Set<string>();
  const ask = (login: string | undefined) => {
    if (login !== undefined && login !== app && login !== GHOST && !login.endsWith('[bot]')) logins.add(login);
  };
  for (const { body, author } of comments) if (mayBeForUs(body)) ask(author);
  for (const { closedBy, reopened } of pulls?.values() ?? []) {
    ask(closedBy);
    ask(reopened?.by);
  }
  for (const issue of issues) {
    const { author, writer, titled, stateChanges, labelChanges, blockerChanges, parentChanges } = issue;
    const { setters } = taskRecordOf(issue, derivations) ?? groupRecordOf(issue, derivations) ?? {};
    ask(setters?.start?.by);
    ask(setters?.pause?.by);
    ask(author);
    ask(writer);
    ask(titled.by);
    for (const { by } of [...stateChanges, ...blockerChanges, ...parentChanges]) ask(by);
    for (const { label, by } of labelChanges) if (DECIDING_LABELS.includes(label)) ask(by);
  }
  return logins;
}

const DECIDING_LABELS: readonly string[] = [LABEL.start, LABEL.pause, LABEL.plan, LABEL.wave, LABEL.task];
