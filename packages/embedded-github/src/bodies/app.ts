import type { components } from '@octokit/openapi-types';
import type { AppRecord } from '../model/accounts.ts';
import { nodeId } from '../model/node-ids.ts';
import type { InstallationRecord } from '../model/records.ts';
import { iso } from '../model/time.ts';
import type { Addresses } from '../world.ts';
import { userBody } from './user.ts';

type Schemas = components['schemas'];

export function appBody(at: Addresses, app: AppRecord): NonNullable<Schemas['integration']> {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('App', app.id),
    owner: userBody(at, app.owner),
    name: app.slug,
    description: null,
    external_url: at.server,
    html_url: `${at.server}/apps/${app.slug}`,
    created_at: iso(app.createdAt),
    updated_at: iso(app.createdAt),
    permissions: app.permissions as Record<string, string>,
    events: [...app.events],
  };
}

export function installationBody(at: Addresses, installation: InstallationRecord): Schemas['installation'] {
  const { app, account } = installation;
  return {
    id: installation.id,
    account: userBody(at, account),
    repository_selection: 'selected',
    access_tokens_url: `${at.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${at.api}/installation/repositories`,
    html_url: `${at.server}/settings/installations/${installation.id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions as Schemas['app-permissions'],
    events: [...app.events],
    created_at: iso(installation.createdAt),
    updated_at: iso(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
