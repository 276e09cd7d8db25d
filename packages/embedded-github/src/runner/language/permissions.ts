import type { TokenPermissions } from '../../model/runner.ts';
import type { TemplateToken } from './language.ts';
import { isMapping } from './language.ts';

const scopes = [
  ...['actions', 'attestations', 'checks', 'contents', 'deployments', 'discussions', 'issues', 'packages', 'pages'],
  ...['pull-requests', 'repository-projects', 'security-events', 'statuses'],
] as const;

/** What a token may do where a workflow is silent: the restricted default of new repositories. */
export const restricted: TokenPermissions = { contents: 'read', metadata: 'read' };

/**
 * Reads a `permissions` key. A scope that is not named has none once any is, `{}` leaves nothing but `metadata`,
 * which every token may read. Undefined where the key is absent.
 */
export function readPermissions(token: TemplateToken | undefined): TokenPermissions | undefined {
  if (token === undefined) return undefined;
  if (isMapping(token)) {
    const named = [...token].map(({ key, value }) => [key.toString(), value.toString() as 'read' | 'write' | 'none']);
    return { ...Object.fromEntries(named), metadata: 'read' };
  }
  const level = token.toString() === 'write-all' ? 'write' : 'read';
  return { ...Object.fromEntries(scopes.map((scope) => [scope, level])), metadata: 'read' };
}
