import type { Client } from './octokit.ts';
import { loginOf } from './read/issue-fields.ts';

/**
 * Several hosts may take turns at a plan, each under a login of its own. What one of them did counts for all: whoever
 * reads finds it under the name of the host that reads.
 */

export interface HostNames {
  /** Login under which this process writes. */
  readonly app: string;
  /** Logins of all hosts, as the configuration lists them under `trusted_apps`. */
  readonly hosts: readonly string[];
}

/** @returns The client where there is no other host, or this one is not listed itself; else one whose answers name every host as `app`. */
export function underOneName(client: Client, { app, hosts }: HostNames): Client {
  const others = new Set(hosts.includes(app) ? hosts.filter((login) => login !== app) : []);
  if (others.size === 0) return client;
  const renamed = renamer(app, others);
  const request = new Proxy(client.request, {
    apply: async (target, self, given: Parameters<Client['request']>) => {
      const response = await Reflect.apply(target, self, given);
      return { ...response, data: renamed(response.data) };
    },
  });
  const paginate = new Proxy(client.paginate, {
    get: (target, key) => (key === 'iterator' ? pagesOf(target, renamed) : Reflect.get(target, key)),
  });
  return { graphql: client.graphql, request, paginate };
}

function pagesOf(paginate: Client['paginate'], renamed: (value: unknown) => unknown): unknown {
  return async function* (...given: Parameters<Client['paginate']['iterator']>) {
    for await (const page of paginate.iterator(...given)) yield { ...page, data: renamed(page.data) };
  };
}

/** GraphQL names an app `agent-waves` and says that it is a bot; REST names it `agent-waves[bot]`. People are left alone. */
function renamer(app: string, others: ReadonlySet<string>): (value: unknown) => unknown {
  const isOther = ({ login, type, __typename }: Readonly<Record<string, unknown>>) =>
    typeof login === 'string' &&
    (type === 'Bot' || __typename === 'Bot') &&
    others.has(loginOf({ login, __typename: 'Bot' }).toLowerCase());
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    // What is not JSON, the bytes of a download for one, names nobody.
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, renamed(field)]));
    return isOther(fields) ? { ...fields, login: app } : fields;
  };
  return renamed;
}
