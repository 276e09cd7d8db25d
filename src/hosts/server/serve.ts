import { setTimeout as sleep } from 'node:timers/promises';
import { Probot } from 'probot';
import { TIMINGS } from '../../state/timings.ts';
import { scaled } from '../scaled.ts';
import { type App, createApp } from './app.ts';
import { dashboardsFor, isDashboard } from './dashboard/open-dashboards.ts';
import { answerText, closeServer, type Handler, listen, pathOf, strictServer } from './http-server.ts';
import { createLog } from './log.ts';
import { octokitWithPauses, ServerOctokit } from './octokit.ts';
import type { Replicas } from './replicas/open-replicas.ts';
import type { ServeSettings } from './settings.ts';
import { reachGitHub } from './start-problem.ts';
import { openTelemetry } from './telemetry/open-telemetry.ts';
import { WEBHOOK_PATH, webhookHandler } from './webhooks.ts';

export interface Serving {
  readonly url: string;
  /** Where figures are scraped; undefined where they are not. */
  readonly metricsUrl: string | undefined;
  /** Where whoever is on this machine looks at dashboards; undefined where there are none. */
  readonly dashboardUrl: string | undefined;
  /** Settles once every repository that the app is installed on has been looked at. */
  readonly ready: Promise<void>;
  /** Writes a line of the log. */
  readonly say: (what: string) => void;
  /**
   * Takes no more webhooks, lets the passes under way end within `stopWithin`, and ends. A pass that is cut off there is
   * made again by the next process, as after a crash.
   */
  readonly stop: () => Promise<void>;
}

/** Milliseconds between two passes over a repository with a plan. */
const PERIOD = 60_000;

/** Milliseconds between two listings of the repositories that the app is installed on. */
const LIST_EVERY = 60 * 60_000;

/** Milliseconds from the beginning of a pass on, within which events are gathered into one more. */
const GATHER = 200;

/** GitHub waits ten seconds for the answer to a webhook (ms). */
const KEEP_WITHIN = 8_000;

type Phase = 'starting' | 'ready' | 'stopping';

/**
 * Serves webhooks at /api/github/webhooks until stopped.
 * @throws StartProblem with one sentence on what to change.
 */
export async function serve({ timeScale, ...settings }: ServeSettings): Promise<Serving> {
  const log = await createLog(settings.log);
  const replicas = await shareWithOthers(settings, { warn: (what) => log.warn(what), onReturn: () => app?.list() });
  let app: App | undefined;
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    log,
    Octokit: replicas ? octokitWithPauses(replicas.pauses) : ServerOctokit,
    ...(settings.baseUrl === undefined ? {} : { baseUrl: settings.baseUrl }),
  });
  await probot.ready();
  const client = await probot.auth();
  await reachGitHub(() => client.request('GET /app', { request: { retries: 0 } }), {
    ...settings,
    sleep: (milliseconds) => sleep(milliseconds / timeScale),
    say: (what) => probot.log.warn(what),
  });
  let phase: Phase = 'starting';
  const shown = dashboardsFor(settings.dashboard, replicas?.views);
  const server = strictServer(handlerOf(probot, { phase: () => phase, replicas, signedIn: shown?.signedIn }));
  const url = await listen(server, settings);
  const { telemetry, url: metricsUrl } = await openTelemetry(settings.metrics, {
    environment: process.env,
    warn: (what) => probot.log.warn(what),
  }).catch(async (error) => {
    await closeServer(server);
    throw error;
  });
  const local = await shown?.open();
  const made = createApp({
    timings: scaled(TIMINGS, timeScale),
    period: PERIOD / timeScale,
    gather: GATHER,
    listEvery: LIST_EVERY / timeScale,
    owners: settings.owners,
    telemetry,
    shared: replicas?.passes,
    notify: settings.notify,
    ...(shown ? { dashboards: shown.dashboards } : {}),
  });
  app = made;
  await probot.load(made.load);
  const ready = made.lookedAtAll().then(() => {
    if (phase === 'starting') phase = 'ready';
  });
  const stop = async (): Promise<void> => {
    phase = 'stopping';
    await stopPasses(made, { within: settings.stopWithin, warn: (what) => probot.log.warn(what) });
    // /health and /ready answer until here.
    await closeServer(server);
    await local?.close();
    await telemetry.stop();
    replicas?.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    url,
    metricsUrl,
    dashboardUrl: local?.url,
    ready,
    say: (what) => probot.log.info(what),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The libraries are loaded only where there are others. */
async function shareWithOthers(
  { redisUrl: url, appId, baseUrl }: Omit<ServeSettings, 'timeScale'>,
  told: { readonly warn: (what: string) => void; readonly onReturn: () => void },
): Promise<Replicas | undefined> {
  if (url === undefined) return undefined;
  const { openReplicas } = await import('./replicas/open-replicas.ts');
  return openReplicas({ url, appId, baseUrl, gather: GATHER, ...told });
}

interface StopOptions {
  readonly within: number;
  readonly warn: (what: string) => void;
}

async function stopPasses(app: App, { within, warn }: StopOptions): Promise<void> {
  const late = new AbortController();
  const inTime = app.stop().then(() => true);
  const tooLate = sleep(within, false, { signal: late.signal }).catch(() => false);
  const hasEnded = await Promise.race([inTime, tooLate]);
  late.abort();
  if (!hasEnded)
    warn(
      `${within / 1_000} s are over, and passes over ${app.underWay().join(', ')} have not ended: they are cut off, and made again by the next process`,
    );
}

const READINESS: Readonly<Record<Phase, readonly [status: number, text: string]>> = {
  starting: [503, 'not every repository has been looked at yet'],
  ready: [200, 'ready'],
  stopping: [503, 'stopping'],
};

interface Standing {
  readonly phase: () => Phase;
  readonly replicas: Replicas | undefined;
  readonly signedIn: Handler | undefined;
}

function handlerOf(probot: Probot, { phase, replicas, signedIn }: Standing): Handler {
  const webhooks = webhookHandler({
    verify: (body, signature) => probot.webhooks.verify(body, signature),
    receive: (delivery) => probot.receive(delivery as Parameters<Probot['receive']>[0]),
    isClosed: () => phase() === 'stopping',
    keepWithin: replicas ? KEEP_WITHIN : undefined,
    onError: ({ delivery, event, repository }, error) => {
      const about = { delivery, event, ...(repository === undefined ? {} : { repository }) };
      const of = repository === undefined ? '' : ` of ${repository}`;
      probot.log.error({ ...about, err: firstOf(error) }, `webhook ${event}${of}, delivery ${delivery}`);
    },
  });
  return async (request, response) => {
    const path = pathOf(request);
    if (path === WEBHOOK_PATH) return webhooks(request, response);
    if (signedIn && isDashboard(path)) return signedIn(request, response);
    request.resume();
    if (path === '/ready') {
      const isReached = (await replicas?.isReached()) ?? true;
      return isReached ? answerText(response, ...READINESS[phase()]) : answerText(response, 503, 'Redis is away');
    }
    // Whoever can answer is alive: GitHub being away is no reason to be started anew.
    if (path === '/health') return answerText(response, 200, 'alive');
    if (path === '/ping') return answerText(response, 200, 'PONG');
    answerText(response, 404, 'Not found');
  };
}

/** What a handler threw comes with those of others. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? (error.errors[0] ?? error) : error;
}
