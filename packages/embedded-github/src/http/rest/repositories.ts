import { hasAccess, NEEDS, roleOf, roleReaches } from '../../access/permissions.ts';
import { fullRepositoryBody } from '../../bodies/repository.ts';
import { publicUserBody, userBody } from '../../bodies/user.ts';
import { forbidden } from '../../model/errors.ts';
import { type Answer, type Call, ok, param, repositoryFor, repositoryOf, routes } from './call.ts';

export const repositoryRoutes = routes({
  'GET /meta': () => ok({ verifiable_password_authentication: false }),
  'GET /user': (call) => {
    if (call.viewer.kind !== 'person') throw forbidden();
    return ok(publicUserBody(call.world.addresses, call.viewer.user));
  },
  'GET /users/{username}': (call) =>
    ok(publicUserBody(call.world.addresses, call.world.store.user(param(call, 'username')))),
  'GET /repos/{owner}/{repo}': readRepository,
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': readPermission,
});

function readRepository(call: Call): Answer {
  const repository = repositoryOf(call);
  const full = fullRepositoryBody(call.world.addresses, repository);
  // Only those who may write see how merges are set.
  const body = hasAccess(call.viewer, { repository, need: NEEDS.writeContents }) ? full : withoutMergeSettings(full);
  if (call.viewer.kind !== 'person') return ok(body);
  const role = roleOf(call.viewer.user, repository);
  const permissions = {
    admin: roleReaches(role, 'admin'),
    maintain: roleReaches(role, 'maintain'),
    push: roleReaches(role, 'write'),
    triage: roleReaches(role, 'triage'),
    pull: roleReaches(role, 'read'),
  };
  return ok({ ...body, permissions });
}

function withoutMergeSettings(body: object): object {
  const isSetting = (name: string) =>
    /^(?:allow_|delete_branch_on_merge|(?:squash_)?merge_commit_|squash_merge_)/.test(name);
  return Object.fromEntries(Object.entries(body).filter(([name]) => !isSetting(name)));
}

/**
 * The role of any person, `none` for strangers. `permission` names the legacy base roles: maintain is mapped to write,
 * triage to read, a custom role to the one that it stands on, and `role_name` is the role's own name
 * (https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user). Bots of apps are
 * no collaborators, whatever their apps may do: the answer is `none` (reported, not documented).
 */
function readPermission(call: Call): Answer {
  const repository = repositoryFor(call, NEEDS.metadata);
  const user = call.world.store.user(param(call, 'username'));
  const role = user.type === 'Bot' ? null : roleOf(user, repository);
  const permission = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : (role ?? 'none');
  const name = (role && repository.customRoles.get(user.login.toLowerCase())) ?? role ?? 'none';
  const permissions = {
    admin: roleReaches(role, 'admin'),
    maintain: roleReaches(role, 'maintain'),
    push: roleReaches(role, 'write'),
    triage: roleReaches(role, 'triage'),
    pull: roleReaches(role, 'read'),
  };
  return ok({
    permission,
    role_name: name,
    user: { ...userBody(call.world.addresses, user), permissions, role_name: name },
  });
}
