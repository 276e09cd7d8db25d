import { closeServer, type Handler, listen, strictServer } from '../http-server.ts';
import type { DashboardSettings } from './dashboard-settings.ts';
import { Dashboards } from './dashboards.ts';
import { OPEN_ACCESS } from './open-access.ts';
import { DASHBOARD_PATH, dashboardHandler } from './serve-dashboards.ts';
import type { SharedViews } from './shared-views.ts';
import { signedInAccess } from './signed-in-access.ts';

/** Dashboards, and the ways to them that this server has. */
export interface ShownDashboards {
  readonly dashboards: Dashboards;
  /** Answers at the address of the server itself; undefined where nobody can sign in. */
  readonly signedIn: Handler | undefined;
  /**
   * Opens the port for whoever is on this machine. It is another one than that of webhooks: what passes those on from the
   * internet never leads here. @throws StartProblem
   */
  readonly open: () => Promise<{ readonly url: string; readonly close: () => Promise<void> } | undefined>;
}

/** @param shared With other replicas; absent: there are none. @returns Undefined where nobody could look. */
export function dashboardsFor(
  { port, signIn }: DashboardSettings,
  shared?: SharedViews | undefined,
): ShownDashboards | undefined {
  if (port === undefined && signIn === undefined) return undefined;
  const dashboards = new Dashboards(shared);
  return {
    dashboards,
    signedIn: signIn && dashboardHandler(dashboards, signedInAccess(signIn)),
    open: async () => {
      if (port === undefined) return undefined;
      const server = strictServer(dashboardHandler(dashboards, OPEN_ACCESS));
      const url = await listen(server, { host: '127.0.0.1', port, names: 'DASHBOARD_PORT' });
      return { url: `${url}${DASHBOARD_PATH}`, close: () => closeServer(server) };
    },
  };
}

export function isDashboard(path: string): boolean {
  return path === DASHBOARD_PATH || path.startsWith(`${DASHBOARD_PATH}/`);
}
