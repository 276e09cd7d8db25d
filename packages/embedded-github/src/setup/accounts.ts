import type { EmbeddedGitHub } from '../embedded-github.ts';
import type { Platform } from '../platform.ts';

/** People and organizations. */
export function accounts({ store, tokens, clock }: Platform): Pick<EmbeddedGitHub, 'createUser'> {
  return {
    createUser: ({ login, type = 'User' }) => {
      const user = store.addUser({ login, type, createdAt: clock() });
      return { login, id: user.id, token: tokens.forPerson(user) };
    },
  };
}
