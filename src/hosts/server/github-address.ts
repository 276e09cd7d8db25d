import type { Environment } from './environment.ts';

/** Where GitHub is: told by whoever runs the server alone, never by a webhook or a repository. */
export interface GitHubAddress {
  /** Base of the REST API; undefined: github.com's. */
  readonly apiUrl: string | undefined;
  /** Where people see GitHub, without a trailing slash. */
  readonly webUrl: string;
}

export const GITHUB_COM: GitHubAddress = { apiUrl: undefined, webUrl: 'https://github.com' };

type ReadAddress =
  | { readonly ok: true; readonly address: GitHubAddress }
  | { readonly ok: false; readonly problem: string };

/**
 * By GHE_HOST and GHE_PROTOCOL, as Probot takes them, or by GITHUB_API_URL.
 * https://docs.github.com/en/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api
 */
export function readGitHubAddress({ GHE_HOST, GHE_PROTOCOL, GITHUB_API_URL }: Environment): ReadAddress {
  if (GHE_HOST && !/^[A-Za-z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/.test(GHE_HOST))
    return problem(`GHE_HOST is "${GHE_HOST}": give the host alone, as in github.example.com`);
  if (GHE_PROTOCOL && !['https', 'http'].includes(GHE_PROTOCOL))
    return problem(`GHE_PROTOCOL is "${GHE_PROTOCOL}": give https, or http for a server without a certificate`);
  const byHost = GHE_HOST ? `${GHE_PROTOCOL || 'https'}://${GHE_HOST}/api/v3` : undefined;
  const byUrl = GITHUB_API_URL?.replace(/\/+$/, '') || undefined;
  if (byHost && byUrl && byHost !== byUrl)
    return problem(
      `GHE_HOST says that GitHub is at ${byHost}, and GITHUB_API_URL at ${byUrl}: leave one of the two out`,
    );
  const apiUrl = byHost ?? byUrl;
  if (apiUrl === undefined) return { ok: true, address: GITHUB_COM };
  const webUrl = webUrlOf(apiUrl);
  return webUrl === undefined
    ? problem(`GITHUB_API_URL is "${apiUrl}": give an address as https://github.example.com/api/v3`)
    : { ok: true, address: { apiUrl, webUrl } };
}

function problem(text: string): ReadAddress {
  return { ok: false, problem: text };
}

/** `api.` stands before the host of github.com and of enterprises with data residency, `/api/v3` behind that of a server. */
function webUrlOf(apiUrl: string): string | undefined {
  const url = URL.parse(apiUrl);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return url.pathname === '/api/v3' ? url.origin : `${url.protocol}//${url.host.replace(/^api\./, '')}`;
}
