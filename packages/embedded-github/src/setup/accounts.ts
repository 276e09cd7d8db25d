import type { EmbeddedGitHub } from '../embedded-github.ts';
import type { Platform } from '../platform.ts';

/** People and organizations. */
export function accounts({
  store,
  tokens,
  clock,
  signIns,
  addresses,
}: Platform): Pick<EmbeddedGitHub, 'createUser' | 'signIn' | 'deleteUser' | 'renameUser'> {
  return {
    createUser: ({ login, type = 'User' }) => {
      const user = store.addUser({ login, type, createdAt: clock() });
      return { login, id: user.id, token: tokens.forPerson(user) };
    },
    signIn: (login, page) => `${addresses.server}${signIns.offer(store.user(login), page)}`,
    // https://docs.github.com/en/account-and-profile/setting-up-and-managing-your-personal-account-on-github/managing-user-account-settings/changing-your-github-username
    renameUser: (before, login) => {
      const user = store.user(before);
      store.renameUser(user, login);
      const [from, to] = [before.toLowerCase(), login.toLowerCase()];
      for (const { collaborators, customRoles } of store.repositories.values()) {
        moveKey(collaborators, { from, to });
        moveKey(customRoles, { from, to });
      }
    },
    // https://docs.github.com/en/account-and-profile/setting-up-and-managing-your-personal-account-on-github/managing-your-personal-account/deleting-your-personal-account
    deleteUser: (login) => {
      const user = store.user(login);
      user.isDeleted = true;
      store.users.delete(login.toLowerCase());
      tokens.endUser(user);
      for (const { collaborators } of store.repositories.values()) collaborators.delete(login.toLowerCase());
    },
  };
}

function moveKey<T>(map: Map<string, T>, { from, to }: { readonly from: string; readonly to: string }): void {
  const value = map.get(from);
  if (value === undefined) return;
  map.delete(from);
  map.set(to, value);
}
