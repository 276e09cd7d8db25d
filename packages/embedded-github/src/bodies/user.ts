import type { components } from '@octokit/openapi-types';
import type { UserRecord } from '../model/accounts.ts';
import { userNodeId } from '../model/node-ids.ts';
import { iso } from '../model/time.ts';
import type { Addresses } from '../world.ts';

type Schemas = components['schemas'];

/** Whom REST names in the place of a deleted account: https://github.com/ghost. */
const GHOST: UserRecord = { kind: 'User', id: 10_137, login: 'ghost', type: 'User', createdAt: 0, isDeleted: false };

export function userBody(at: Addresses, account: UserRecord): Schemas['simple-user'] {
  const user = account.isDeleted ? GHOST : account;
  const url = `${at.api}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: userNodeId(user),
    avatar_url: `${at.server}/avatars/u/${user.id}`,
    gravatar_id: '',
    url,
    html_url:
      user.type === 'Bot' ? `${at.server}/apps/${user.login.replace('[bot]', '')}` : `${at.server}/${user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    site_admin: false,
  };
}

export function publicUserBody(at: Addresses, user: UserRecord): Schemas['public-user'] {
  return {
    ...userBody(at, user),
    user_view_type: 'public',
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: iso(user.createdAt),
    updated_at: iso(user.createdAt),
  };
}
