import { requireApp, requireInstallation } from '../../access/tokens.ts';
import { appBody, installationBody } from '../../bodies/app.ts';
import { repositoryBody } from '../../bodies/repository.ts';
import { notFound, unprocessable } from '../../model/errors.ts';
import type { InstallationRecord, RepositoryRecord } from '../../model/records.ts';
import { iso } from '../../model/time.ts';
import {
  type Answer,
  type Call,
  created,
  NO_CONTENT,
  type OpenRoute,
  ok,
  optionalObject,
  param,
  routes,
} from './call.ts';
import { listed, page } from './paging.ts';

export const appRoutes = routes({
  'GET /app': (call) => {
    const { app } = requireApp(call.viewer);
    return ok({ ...appBody(call.world.addresses, app), installations_count: installations(call).length });
  },
  'GET /app/installations': (call) =>
    listed(call, { all: installations(call), body: (each) => installationBody(call.world.addresses, each) }),
  'GET /app/installations/{installation_id}': (call) =>
    ok(installationBody(call.world.addresses, installationOfCall(call))),
  'POST /app/installations/{installation_id}/access_tokens': mintToken,
  'GET /repos/{owner}/{repo}/installation': (call) => {
    const { app } = requireApp(call.viewer);
    const repository = call.world.store.repository(`${param(call, 'owner')}/${param(call, 'repo')}`);
    const installation = call.world.store.installationOf(app, repository);
    if (!installation) throw notFound();
    return ok(installationBody(call.world.addresses, installation));
  },
  'GET /installation/repositories': (call) => {
    const repositories = [...requireInstallation(call.viewer).repositories];
    const { items, headers } = page(call, repositories);
    const bodies = items.map((repository) => repositoryBody(call.world.addresses, repository));
    return {
      status: 200,
      headers,
      body: { total_count: repositories.length, repository_selection: 'selected', repositories: bodies },
    };
  },
  'DELETE /installation/token': (call) => {
    requireInstallation(call.viewer);
    call.world.tokens.revoke(call.token);
    return NO_CONTENT;
  },
});

/** Operation `apps/create-from-manifest`: the code is all that is asked for. */
export const openAppRoutes: readonly OpenRoute[] = [
  {
    method: 'POST',
    path: '/app-manifests/{code}/conversions',
    handler: (call) => {
      const made = call.world.manifests.convert(param(call, 'code'));
      if (!made) throw notFound();
      const { app, privateKey, clientSecret } = made;
      const { clientId: client_id, webhook } = app;
      const secrets = { client_id, client_secret: clientSecret, webhook_secret: webhook?.secret ?? null };
      return created({ ...appBody(call.world.addresses, app), ...secrets, pem: privateKey });
    },
  },
];

function installations(call: Call): InstallationRecord[] {
  const { app } = requireApp(call.viewer);
  return [...call.world.store.installations.values()].filter((each) => each.app === app);
}

function installationOfCall(call: Call): InstallationRecord {
  const id = Number(param(call, 'installation_id'));
  const installation = installations(call).find((each) => each.id === id);
  if (!installation) throw notFound();
  return installation;
}

function mintToken(call: Call): Answer {
  const { world } = call;
  const installation = installationOfCall(call);
  const repositories = wantedRepositories(call, installation);
  const permissions = Object.entries(optionalObject(call, 'permissions')).map(
    ([scope, level]) => [scope, String(level)] as const,
  );
  const minted = world.tokens.forInstallation(installation, {
    ...(repositories && { repositories }),
    ...(permissions.length > 0 && { permissions: Object.fromEntries(permissions) }),
  });
  return created({
    token: minted.token,
    expires_at: iso(minted.expiresAt),
    permissions: minted.permissions,
    repository_selection: 'selected',
    ...(repositories && { repositories: repositories.map((each) => repositoryBody(world.addresses, each)) }),
  });
}

function wantedRepositories(call: Call, installation: InstallationRecord): RepositoryRecord[] | undefined {
  const { repository_ids: ids, repositories: names } = call.body;
  const keys = Array.isArray(ids) ? ids : Array.isArray(names) ? names : undefined;
  return keys?.map((key: unknown) => {
    const found = [...installation.repositories].find((each) => each.id === key || each.name === key);
    if (!found)
      throw unprocessable(
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    return found;
  });
}
