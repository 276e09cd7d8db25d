import type { AppRecord, Permissions, Role, UserRecord } from '../model/accounts.ts';
import { forbidden, notFound } from '../model/errors.ts';
import type { IssueRecord, RepositoryRecord, Viewer } from '../model/records.ts';

export interface Need {
  /** The app permission, as the installation spells it: `issues`, `contents`, `actions`. */
  readonly scope: string;
  readonly level: 'read' | 'write';
  /** What a person needs instead. */
  readonly role: Role;
}

const ROLES: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];

/** The role of a person, null for a stranger to a private repository. */
export function roleOf(user: UserRecord, repository: RepositoryRecord): Role | null {
  if (user === repository.owner) return 'admin';
  return repository.collaborators.get(user.login.toLowerCase()) ?? (repository.private ? null : 'read');
}

export function roleReaches(role: Role | null, needed: Role): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Throws 404 when the viewer may not know of the repository at all. */
export function requireVisible(viewer: Viewer, repository: RepositoryRecord): void {
  if (!isVisible(viewer, repository)) throw notFound();
}

export function isVisible(viewer: Viewer, repository: RepositoryRecord): boolean {
  switch (viewer.kind) {
    case 'person':
      return roleOf(viewer.user, repository) !== null;
    case 'installation':
      // By id: a stale read looks at a copy.
      return [...viewer.repositories].some(({ id }) => id === repository.id);
    case 'run':
      return viewer.repository.id === repository.id;
    case 'app':
      return false;
  }
}

export function hasAccess(
  viewer: Viewer,
  { repository, need }: { readonly repository: RepositoryRecord; readonly need: Need },
): boolean {
  if (!isVisible(viewer, repository)) return false;
  if (viewer.kind === 'person') return roleReaches(roleOf(viewer.user, repository), need.role);
  return viewer.kind !== 'app' && grants(viewer.permissions, need);
}

function grants(permissions: Permissions, need: Need): boolean {
  const granted = need.scope === 'metadata' ? (permissions.metadata ?? 'read') : permissions[need.scope];
  return granted === 'write' || granted === 'admin' || (granted === 'read' && need.level === 'read');
}

/** Throws 404 for what the viewer may not see and 403 for what it may not do. */
export function requireAccess(
  viewer: Viewer,
  { repository, need }: { readonly repository: RepositoryRecord; readonly need: Need },
): void {
  requireVisible(viewer, repository);
  if (hasAccess(viewer, { repository, need })) return;
  throw viewer.kind === 'person' ? forbidden(`Must have ${need.role} access to the repository.`) : forbidden();
}

export const NEEDS = {
  metadata: { scope: 'metadata', level: 'read', role: 'read' },
  readIssues: { scope: 'issues', level: 'read', role: 'read' },
  /** Opening an issue, commenting, reacting. */
  joinIssues: { scope: 'issues', level: 'write', role: 'read' },
  /** Labels, closing, relations. */
  triageIssues: { scope: 'issues', level: 'write', role: 'triage' },
  /** Other people's texts. */
  editIssues: { scope: 'issues', level: 'write', role: 'write' },
  readContents: { scope: 'contents', level: 'read', role: 'read' },
  writeContents: { scope: 'contents', level: 'write', role: 'write' },
  writeWorkflows: { scope: 'workflows', level: 'write', role: 'write' },
  readActions: { scope: 'actions', level: 'read', role: 'read' },
  writeActions: { scope: 'actions', level: 'write', role: 'write' },
  readChecks: { scope: 'checks', level: 'read', role: 'read' },
  writeChecks: { scope: 'checks', level: 'write', role: 'write' },
  readStatuses: { scope: 'statuses', level: 'read', role: 'read' },
  writeStatuses: { scope: 'statuses', level: 'write', role: 'write' },
  readPulls: { scope: 'pull_requests', level: 'read', role: 'read' },
  /** Reviewing: everybody may, but only the reviews of those who may write count. */
  reviewPulls: { scope: 'pull_requests', level: 'write', role: 'read' },
  writePulls: { scope: 'pull_requests', level: 'write', role: 'write' },
  mergePulls: { scope: 'contents', level: 'write', role: 'write' },
  // Names alone: "Authenticated users must have collaborator access to a repository to create, update, or read secrets".
  readSecrets: { scope: 'secrets', level: 'read', role: 'write' },
  readEnvironments: { scope: 'environments', level: 'read', role: 'write' },
  readAdministration: { scope: 'administration', level: 'read', role: 'admin' },
  administer: { scope: 'administration', level: 'write', role: 'admin' },
} as const satisfies Record<string, Need>;

/** For issues; for a pull request the permission for pull requests does as well. */
export function requireIssueAccess(
  viewer: Viewer,
  { issue, need }: { readonly issue: IssueRecord; readonly need: Need },
): void {
  if (
    issue.pull !== null &&
    hasAccess(viewer, { repository: issue.repository, need: { ...need, scope: 'pull_requests' } })
  )
    return;
  requireAccess(viewer, { repository: issue.repository, need });
}

/** The author of an issue or comment may change it without any role; apps need their permission all the same. */
export function requireAuthorOr(
  viewer: Viewer,
  { author, issue, need }: { readonly author: UserRecord; readonly issue: IssueRecord; readonly need: Need },
): void {
  requireIssueAccess(viewer, { issue, need: viewer.user === author ? { ...need, role: 'read' } : need });
}

export function appOf(viewer: Viewer): AppRecord | null {
  return viewer.kind === 'installation' || viewer.kind === 'app' ? viewer.app : null;
}
