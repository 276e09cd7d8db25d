/** One request, as faults, laws and stories speak of it. */
export interface Asked {
  readonly method: string;
  /** Below the repository: `issues/12/comments`. */
  readonly path: string;
  /** Text of a GraphQL document. */
  readonly document: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Name of a GraphQL operation, or its only mutation. */
  readonly operation: string;
  /** In words. */
  readonly what: string;
}

export function askedOf(apiUrl: string, url: string, init: RequestInit | undefined): Asked {
  const method = init?.method ?? 'GET';
  const path = decodeURIComponent(url.replace(apiUrl, '').replace(/\?.*$/, ''))
    .replace('/repos/acme/daw/', '')
    .replace(/^\//, '');
  if (!path.endsWith('graphql'))
    return { method, path, document: undefined, variables: {}, operation: '', what: `${method} ${path}` };
  const { query = '', variables = {} } = JSON.parse(String(init?.body ?? '{}')) as {
    query?: string;
    variables?: Record<string, unknown>;
  };
  const name = /^\s*(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? '';
  const operation = query.includes('createCommitOnBranch') ? 'createCommitOnBranch' : name;
  const kind = isMutation(query) ? 'mutation' : 'query';
  return { method, path, document: query, variables, operation, what: `${kind} ${operation}` };
}

export function isWrite({ method, document }: Pick<Asked, 'method' | 'document'>): boolean {
  return document === undefined ? method !== 'GET' && method !== 'HEAD' : isMutation(document);
}

function isMutation(document: string): boolean {
  return document.trimStart().startsWith('mutation');
}
