import type { Octokit } from '@octokit/rest';
import type { Role } from '../../../packages/embedded-github/src/index.ts';
import { octokitFor, type Town } from '../../../packages/embedded-github/test/support/town.ts';

/** People with tokens of their own. Before each thing that one of them writes, time passes. */
export function peopleOf(town: Town, hesitate: () => void) {
  const person = (token: string): Octokit => {
    const client = octokitFor(town.github, token);
    client.hook.before('request', ({ method }) => {
      if (method !== 'GET') hesitate();
    });
    return client;
  };
  const join = (login: string, permission?: Role): Octokit => {
    const { token } = town.github.createUser({ login });
    if (permission) town.github.addCollaborator({ repository: 'acme/daw', login, permission });
    return person(token);
  };
  return {
    /** Administrates the repository. */
    lead: person(town.lead.token),
    /** Another one who may write. */
    second: join('second', 'write'),
    triager: join('triager', 'triage'),
    /** May read: on a private repository nobody comments without that. */
    stranger: join('stranger', 'read'),
    /** Somebody else who joins. */
    join,
  };
}
