/** How GitHub failed us, by what can be done about it. Octokit's errors are translated here and nowhere else. */
export type Failure =
  /** Nothing was carried out, and the same request would be refused again: 4xx. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  /** Nothing was carried out; a later request may go through: a rate limit. */
  | { readonly kind: 'limited'; readonly status: number; readonly message: string; readonly retryAfterS: number }
  /** It may have been carried out or not: 5xx, a time-out, a broken connection. Look before trying again. */
  | { readonly kind: 'ambiguous'; readonly status: number | undefined; readonly message: string };

/** GitHub carried out nothing of a GraphQL request, and said why in a body of status 200. */
export class GraphqlRefusal extends Error {
  readonly status: number;
  readonly errors: readonly { readonly type?: string | undefined; readonly message: string }[];

  constructor(errors: GraphqlRefusal['errors']) {
    super(`GitHub answered the GraphQL request with: ${errors.map(({ message }) => message).join('; ') || 'no data'}`);
    this.name = 'GraphqlRefusal';
    this.status = errors.some(({ type }) => type === 'RATE_LIMITED') ? 429 : 422;
    this.errors = errors;
  }
}

/** GitHub shows the repository to nobody under this token: it is gone, or the app is no longer installed there. */
export class RepositoryNotFound extends Error {
  readonly status = 404;
}

/** @param error Whatever a request threw. Errors that did not come from a request are thrown on. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) throw error;
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  const message = error.message;
  if (status === undefined) {
    if (isNetworkError(error)) return { kind: 'ambiguous', status, message };
    throw error;
  }
  const limit = retryAfter(error);
  if ((status === 403 || status === 429) && limit !== undefined)
    return { kind: 'limited', status, message, retryAfterS: limit };
  if (status >= 400 && status < 500) return { kind: 'refused', status, message };
  return { kind: 'ambiguous', status, message };
}

/** @returns What was asked for; undefined where there is no such thing. */
export async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'refused' && failure.status === 404) return undefined;
    throw error;
  }
}

function isNetworkError(error: Error): boolean {
  const code = (error.cause as { code?: unknown } | undefined)?.code ?? (error as { code?: unknown }).code;
  return (
    error.name === 'AbortError' ||
    error.name === 'TimeoutError' ||
    error instanceof TypeError ||
    typeof code === 'string'
  );
}

function retryAfter(error: Error): number | undefined {
  const headers = (error as { response?: { headers?: Record<string, string | undefined> } }).response?.headers ?? {};
  if (headers['retry-after'] !== undefined) return Number(headers['retry-after']) || 60;
  if (headers['x-ratelimit-remaining'] === '0') return 60;
  return /secondary rate|rate limit/i.test(error.message) ? 60 : undefined;
}
