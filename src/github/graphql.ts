import type { Client } from './octokit.ts';

export interface GraphqlError {
  readonly type?: string;
  readonly message: string;
  /** The alias of the mutation that failed stands first. */
  readonly path?: readonly (string | number)[];
}

export interface GraphqlAnswer<T> {
  /** What held; fields that failed are null. */
  readonly data: T;
  readonly errors: readonly GraphqlError[];
  /** GitHub's clock, epoch milliseconds. */
  readonly date: number;
}

export interface GraphqlQuestion {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly request?: { readonly retries?: number };
}

/**
 * Asks, and keeps partial answers: of several mutations some may fail while others hold.
 * octokit.graphql throws those away, and the Date header with them.
 */
export async function graphql<T>(
  client: Client,
  { query, variables, request }: GraphqlQuestion,
): Promise<GraphqlAnswer<T>> {
  const response = await client.request({
    method: 'POST',
    url: graphqlUrl(client),
    query,
    variables,
    ...(request ? { request } : {}),
  });
  const body = response.data as { data?: T | null; errors?: readonly GraphqlError[] };
  const errors = body.errors ?? [];
  if (body.data === null || body.data === undefined) {
    const said = errors.map(({ message }) => message).join('; ') || 'no data';
    throw Object.assign(new Error(`GitHub answered the GraphQL request with: ${said}`), {
      status: errors.some(({ type }) => type === 'RATE_LIMITED') ? 429 : 422,
      errors,
    });
  }
  return { data: body.data, errors, date: dateOf(response.headers) };
}

/** GitHub Enterprise Server has its REST API below /api/v3 and GraphQL at /api/graphql. */
function graphqlUrl(client: Client): string {
  const { baseUrl } = client.request.endpoint.DEFAULTS;
  return /\/api\/v3\/?$/.test(baseUrl) ? baseUrl.replace(/\/v3\/?$/, '/graphql') : '/graphql';
}

/** @returns The Date header as epoch milliseconds. Throws when there is none: without it a pass has no time. */
export function dateOf(headers: { readonly date?: string | undefined }): number {
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) throw new Error('GitHub answered without a Date header; is there a proxy that removes it?');
  return date;
}
