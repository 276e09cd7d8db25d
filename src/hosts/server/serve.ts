import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Probot, ProbotOctokit } from 'probot';
import { REQUEST_POLICY } from '../../github/octokit.ts';
import { TIMINGS } from '../../state/timings.ts';
import { createApp } from './app.ts';

/** Settings of the server, read from its environment. */
export interface ServeSettings {
  readonly appId: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly baseUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Every wait of the protocol is divided by this; 1 but in a rehearsal. */
  readonly timeScale: number;
}

export type ReadSettings =
  | { readonly ok: true; readonly settings: ServeSettings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Probot's own default; with it anybody could sign webhooks. */
const DEFAULT_SECRET = 'development';

export function readSettings(environment: Readonly<Record<string, string | undefined>>): ReadSettings {
  const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET } = environment;
  const problems = [
    ...(APP_ID ? [] : ['APP_ID is missing: the number on the settings page of your GitHub App']),
    ...(PRIVATE_KEY ? [] : ['PRIVATE_KEY is missing: the PEM text that "Generate a private key" downloads']),
    ...(WEBHOOK_SECRET
      ? []
      : ['WEBHOOK_SECRET is missing: the secret that you entered for the webhook of your GitHub App']),
    ...(WEBHOOK_SECRET === DEFAULT_SECRET
      ? [`WEBHOOK_SECRET is "${DEFAULT_SECRET}", which everybody knows: choose another`]
      : []),
  ];
  const port = Number(environment.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    problems.push(`PORT is "${environment.PORT}": give a number from 0 to 65535`);
  const timeScale = Number(environment.AGENT_WAVES_TIME_SCALE ?? 1);
  if (!(timeScale >= 1))
    problems.push(`AGENT_WAVES_TIME_SCALE is "${environment.AGENT_WAVES_TIME_SCALE}": give a number from 1 on`);
  if (problems.length > 0 || !APP_ID || !PRIVATE_KEY || !WEBHOOK_SECRET) return { ok: false, problems };
  return {
    ok: true,
    settings: {
      appId: APP_ID,
      // A PEM in one line of a settings page has its line ends written as \n.
      privateKey: PRIVATE_KEY.replaceAll('\\n', '\n'),
      webhookSecret: WEBHOOK_SECRET,
      baseUrl: environment.GITHUB_API_URL,
      host: environment.HOST ?? 'localhost',
      port,
      timeScale,
    },
  };
}

export interface Serving {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Milliseconds between two passes over a repository with a plan. */
const PERIOD = 60_000;

/** Milliseconds between two listings of the repositories that the app is installed on. */
const LIST_EVERY = 60 * 60_000;

/** Milliseconds within which events are gathered into one pass. */
const GATHER = 200;

/** Probot names an installation in `throttle`, so ours is merged into its options rather than put beside them. */
export const ServerOctokit = ProbotOctokit.defaults((options: { readonly throttle?: object }) => ({
  ...options,
  ...REQUEST_POLICY,
  throttle: { ...options.throttle, ...REQUEST_POLICY.throttle },
}));

/** Serves webhooks at /api/github/webhooks until stopped. */
export async function serve({ timeScale, ...settings }: ServeSettings): Promise<Serving> {
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    logLevel: 'info',
    Octokit: ServerOctokit,
    ...(settings.baseUrl === undefined ? {} : { baseUrl: settings.baseUrl }),
  });
  await probot.ready();
  const scaled = Object.fromEntries(
    Object.entries(TIMINGS).map(([name, wait]) => [name, wait / timeScale]),
  ) as unknown as typeof TIMINGS;
  const app = createApp({
    timings: scaled,
    period: PERIOD / timeScale,
    gather: GATHER,
    listEvery: LIST_EVERY / timeScale,
  });
  const webhooks = await probot.getNodeMiddleware({ path: '/api/github/webhooks' });
  const server = createServer(async (request, response) => {
    if (await webhooks(request, response)) return;
    const alive = request.url === '/ping';
    response.writeHead(alive ? 200 : 404, { 'content-type': 'text/plain' }).end(alive ? 'PONG\n' : 'Not found\n');
  });
  await listen(server, settings);
  await probot.load(app.load);
  const { address, port } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    stop: async () => {
      await new Promise((closed) => server.close(closed));
      await app.stop();
    },
  };
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}
