import { hasAccess, NEEDS, requireIssueAccess, roleOf, roleReaches } from '../access/permissions.ts';
import type { UserRecord } from '../model/accounts.ts';
import { unprocessable } from '../model/errors.ts';
import type { IssueRecord } from '../model/records.ts';
import type { Session } from '../world.ts';
import { touch } from './issues.ts';

/** Up to 10 people may have one issue (operation `issues/add-assignees`). */
const MAX_ASSIGNEES = 10;

/**
 * Gives an issue to people beside those who have it. Without push access of the caller nobody is assigned, and nothing is
 * said of it; logins that cannot have the issue are left out likewise (operations `issues/add-assignees` and
 * `issues/check-user-can-be-assigned-to-issue`). No event is kept or sent.
 */
export function assign(
  session: Session,
  { issue, logins }: { readonly issue: IssueRecord; readonly logins: readonly string[] },
): void {
  const { world, viewer } = session;
  const { repository } = issue;
  requireIssueAccess(viewer, { issue, need: NEEDS.joinIssues });
  if (!hasAccess(viewer, { repository, need: NEEDS.editIssues })) return;
  const wanted = new Set(logins.map((login) => login.toLowerCase()));
  const people = [...world.store.users.values()].filter(
    (user) => wanted.has(user.login.toLowerCase()) && user.type === 'User' && mayHave(user),
  );
  const all = new Set([...issue.assignees, ...people]);
  if (all.size > MAX_ASSIGNEES) throw unprocessable('Validation Failed');
  for (const user of all) issue.assignees.add(user);
  touch(world, issue);

  /** On a public repository everybody reads, and yet only members are assigned. */
  function mayHave(user: UserRecord): boolean {
    return repository.collaborators.has(user.login.toLowerCase()) || roleReaches(roleOf(user, repository), 'triage');
  }
}
