import type { ServerResponse } from 'node:http';
import type { EmbeddedGitHub } from 'embedded-github';
import { fullName, type Locator } from '../../github/locator.ts';
import { createClient } from '../../github/octokit.ts';
import { Dashboards } from '../../hosts/server/dashboard/dashboards.ts';
import { OPEN_ACCESS } from '../../hosts/server/dashboard/open-access.ts';
import { DASHBOARD_PATH, dashboardHandler } from '../../hosts/server/dashboard/serve-dashboards.ts';
import { closeServer, listen, strictServer } from '../../hosts/server/http-server.ts';
import type { GitHubAccess } from '../init/github-facts.ts';
import { type Observation, observe } from '../observe/observe.ts';
import { sentTasks } from '../observe/sent-tasks.ts';

/** Takes no part in what is rehearsed. */
export const VIEWER = 'viewer';

/** What was observed within so many milliseconds is shown as it was. */
const EVERY_MS = 1_000;

export interface ServedDashboard {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * The dashboard where jobs make the passes, of which nothing is left between two of them: the plan is observed as
 * `agent-waves status` does it, under the token of a person who writes nothing, as long as somebody looks.
 */
export async function serveObserved(github: EmbeddedGitHub, locator: Locator): Promise<ServedDashboard> {
  const { token } = github.createUser({ login: VIEWER });
  github.addCollaborator({ repository: fullName(locator), login: VIEWER, permission: 'write' });
  const access = { client: createClient({ token, baseUrl: github.apiUrl, isQuiet: true }), locator };
  const dashboards = new Dashboards();
  const observer = new PlanObserver(access, dashboards);
  const handler = dashboardHandler(dashboards, OPEN_ACCESS);
  const server = strictServer(async (request, response) => {
    await observer.showTo(response);
    await handler(request, response);
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    url: `${url}${DASHBOARD_PATH}`,
    close: async () => {
      observer.stop();
      await closeServer(server);
    },
  };
}

class PlanObserver {
  readonly #access: GitHubAccess;
  readonly #dashboards: Dashboards;
  readonly #open = new Set<ServerResponse>();
  #seen: Observation | undefined;
  #at = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(access: GitHubAccess, dashboards: Dashboards) {
    this.#access = access;
    this.#dashboards = dashboards;
  }

  /** Settles once what is shown is of now, and keeps it so until the answer is over. */
  async showTo(response: ServerResponse): Promise<void> {
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    this.#timer ??= setInterval(() => this.#tick(), EVERY_MS);
    if (performance.now() - this.#at > EVERY_MS) await this.#observe();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (this.#open.size === 0) this.stop();
    else void this.#observe();
  }

  #observe(): Promise<void> {
    this.#underWay ??= this.#look().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #look(): Promise<void> {
    try {
      this.#seen = await observe(this.#access, this.#seen);
    } catch {
      // GitHub does not answer, by a fault that is rehearsed, say: what was seen last is shown until it does.
      return;
    }
    this.#at = performance.now();
    const { plan } = this.#seen;
    if (!plan) return this.#dashboards.forget(this.#access.locator);
    const { project, snapshot } = plan;
    const decision = { ...plan.decision, tasks: sentTasks(plan) };
    this.#dashboards.show(this.#access.locator, {
      kind: 'done',
      project,
      decision,
      repositoryUrl: snapshot.repository.url,
    });
  }
}
