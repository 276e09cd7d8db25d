import type { Environment } from '../environment.ts';
import type { GitHubAddress } from '../github-address.ts';
import type { SignInSettings } from './signed-in-access.ts';

/** Where dashboards are served, and to whom. */
export interface DashboardSettings {
  /** Port of this machine at which whoever is on it may look; undefined: nowhere. */
  readonly port: number | undefined;
  /** How people sign in at the address of the server itself; undefined: nobody can. */
  readonly signIn: SignInSettings | undefined;
}

type ReadDashboard =
  | { readonly ok: true; readonly settings: DashboardSettings }
  | { readonly ok: false; readonly problems: readonly string[] };

const MAX_PORT = 65_535;

export function readDashboardSettings(environment: Environment, github: GitHubAddress): ReadDashboard {
  const { DASHBOARD_PORT, DASHBOARD_URL, CLIENT_ID, CLIENT_SECRET } = environment;
  const problems: string[] = [];
  const port = DASHBOARD_PORT ? Number(DASHBOARD_PORT) : undefined;
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= MAX_PORT))
    problems.push(`DASHBOARD_PORT is "${DASHBOARD_PORT}": give a number from 0 to ${MAX_PORT}`);
  const given = [DASHBOARD_URL, CLIENT_ID, CLIENT_SECRET].filter(Boolean).length;
  if (given > 0 && given < 3)
    problems.push('DASHBOARD_URL, CLIENT_ID and CLIENT_SECRET belong together: set all of them, or none');
  const url = DASHBOARD_URL ? URL.parse(DASHBOARD_URL) : undefined;
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  const isUsable = url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)) && url.pathname === '/';
  if (DASHBOARD_URL && !isUsable)
    problems.push(
      `DASHBOARD_URL is "${DASHBOARD_URL}": give the address of this server for people, as in https://waves.example.com`,
    );
  if (problems.length > 0) return { ok: false, problems };
  const signIn =
    url && CLIENT_ID && CLIENT_SECRET
      ? {
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          publicUrl: url.origin,
          webUrl: github.webUrl,
          apiUrl: github.apiUrl ?? 'https://api.github.com',
        }
      : undefined;
  return { ok: true, settings: { port, signIn } };
}
