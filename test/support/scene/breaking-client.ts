import type { Octokit } from '@octokit/rest';
import type { Client } from '../../../src/github/octokit.ts';

/** After so many writes, or before the first mutation of this name. */
export type Break = number | { readonly before: string };

export interface BrokenClient {
  readonly client: Client;
  /** Settles at the write that does not get through. */
  readonly broken: Promise<void>;
}

interface Breaking {
  readonly at: Break;
  /** What becomes of the request that does not get through. */
  readonly how: () => Promise<never>;
}

/**
 * A client whose writes stop getting through. Of a batch of mutations those still do that come before: GitHub carries them
 * out in order, and may be stopped between two of them.
 */
export function breakingClient(client: Client, { at, how }: Breaking): BrokenClient {
  const { promise: broken, resolve } = Promise.withResolvers<void>();
  let left = typeof at === 'number' ? at : Number.POSITIVE_INFINITY;
  (client as Octokit).hook.wrap('request', async (request, options) => {
    const { query, variables } = options as { query?: string; variables?: Readonly<Record<string, unknown>> };
    const reads = query === undefined ? options.method === 'GET' : !/^\s*mutation/.test(query);
    if (reads) return request(options);
    const calls = query === undefined ? [] : callsIn(query);
    if (typeof at !== 'number') {
      const place = calls.findIndex((call) => call.includes(` ${at.before}(`));
      if (place >= 0) left = place;
    }
    const writes = Math.max(1, calls.length);
    if (writes <= left) {
      left -= writes;
      return request(options);
    }
    if (left > 0 && query !== undefined) {
      // In place: each hook of Octokit is bound to these options.
      Object.assign(options, firstOf({ query, variables, count: left }));
      await request(options);
    }
    left = 0;
    resolve();
    return how();
  });
  return { client, broken };
}

/** The lines of a batch, as `sendBatch` writes them. */
function callsIn(query: string): readonly string[] {
  return query.split('\n').filter((line) => /^m\d+: /.test(line));
}

interface Batch {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly count: number;
}

function firstOf({ query, variables = {}, count }: Batch): Pick<Batch, 'query' | 'variables'> {
  const declared = [...(/\((.*?)\) \{/.exec(query)?.[1] ?? '').matchAll(/\$i\d+: \w+!/g)].slice(0, count);
  const calls = callsIn(query).slice(0, count);
  const fragment = calls.some((call) => call.includes('IssueFields')) ? query.slice(query.indexOf('fragment ')) : '';
  return {
    query: `mutation Apply(${declared.join(', ')}) {\n${calls.join('\n')}\n}\n${fragment}`,
    variables: Object.fromEntries(Object.entries(variables).slice(0, count)),
  };
}
