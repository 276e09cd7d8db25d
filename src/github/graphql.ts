import * as z from 'zod';
import { GraphqlRefusal } from './errors.ts';
import type { Client } from './octokit.ts';

const graphqlError = z.object({
  type: z.string().optional(),
  message: z.string(),
  /** The alias of the mutation that failed stands first. */
  path: z.array(z.union([z.string(), z.number()])).optional(),
});

type GraphqlError = z.infer<typeof graphqlError>;

const graphqlBody = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(graphqlError).optional(),
});

interface GraphqlAnswer {
  /** What held, to be read by `parseAnswer`; fields that failed are null. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphqlError[];
  /** GitHub's clock, epoch milliseconds. */
  readonly date: number;
}

/** Of parts of a query: their types, and what they are. */
export type Variables = Readonly<Record<string, readonly [type: string, value: unknown]>>;

/** @returns What stands between the parentheses of a query that takes them: `$a: Int!, $b: ID!`. */
export function declared(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, [type]]) => `$${name}: ${type}`)
    .join(', ');
}

export function valuesOf(variables: Variables): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(variables).map(([name, [, value]]) => [name, value]));
}

interface GraphqlQuestion {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly request?: { readonly retries?: number };
}

/**
 * Asks, and keeps partial answers: of several mutations some may fail while others hold.
 * octokit.graphql throws those away, and the Date header with them. Throws a `GraphqlRefusal` where nothing held.
 */
export async function graphql(client: Client, { query, variables, request }: GraphqlQuestion): Promise<GraphqlAnswer> {
  const response = await client.request({
    method: 'POST',
    url: graphqlUrl(client),
    query,
    variables,
    ...(request ? { request } : {}),
  });
  const body = graphqlBody.safeParse(response.data);
  const errors = body.data?.errors ?? [];
  if (!body.data?.data) throw new GraphqlRefusal(errors);
  return { data: body.data.data, errors, date: dateOf(response.headers) };
}

/** @returns What GitHub answered, as far as it is relied on. Throws where it is something else, and says what. */
export function parseAnswer<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new Error(`GitHub answered what nobody expects: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
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
