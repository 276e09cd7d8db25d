import type { RequestEntry } from 'embedded-github';

/** How often the app has looked at the repository: each of its passes begins with that. */
export function looks(requests: readonly RequestEntry[]): number {
  return requests.filter(({ route }) => route === 'graphql Observe').length;
}

/** Passes that the app has begun since anybody last wrote something. */
export function looksSinceWrite(requests: readonly RequestEntry[]): number {
  return looks(requests.slice(requests.findLastIndex(isWrite) + 1));
}

function isWrite({ route, method }: RequestEntry): boolean {
  const reads = method === 'GET' || route.startsWith('graphql Observe') || route.startsWith('git upload');
  // Tokens are asked for whenever one runs out.
  return !reads && !route.endsWith('/access_tokens');
}
