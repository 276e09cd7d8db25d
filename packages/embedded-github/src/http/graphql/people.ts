import type { UserRecord } from '../../model/accounts.ts';
import { userNodeId } from '../../model/node-ids.ts';
import { iso, second } from '../../model/time.ts';
import type { Context, Fields } from './fields.ts';

/** Whoever did something; null once the account is deleted. */
export function actorOf(user: UserRecord | null | undefined): UserRecord | null {
  return user && !user.isDeleted ? user : null;
}

const actor: Fields<UserRecord> = {
  id: userNodeId,
  databaseId: (user) => user.id,
  login: (user) => user.login,
  url: (user, _args, { world }) => `${world.addresses.server}/${user.login}`,
  resourcePath: (user) => `/${user.login}`,
  avatarUrl: (user, _args, { world }) => `${world.addresses.server}/avatars/u/${user.id}`,
  createdAt: (user) => iso(user.createdAt),
};

export const User: Fields<UserRecord> = {
  ...actor,
  name: () => null,
  isViewer: (user, _args, { viewer }) => viewer.user === user,
};
export const Organization: Fields<UserRecord> = actor;
/** GraphQL names a bot without the `[bot]` that REST appends. */
export const Bot: Fields<UserRecord> = { ...actor, login: (user) => user.login.replace(/\[bot\]$/, '') };

export const RateLimit: Fields<Context> = {
  cost: () => 1,
  limit: () => 5000,
  nodeCount: () => 0,
  remaining: () => 5000,
  used: () => 0,
  resetAt: (_source, _args, { world }) => iso((second(world.clock()) + 3600) * 1000),
};
