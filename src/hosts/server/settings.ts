import { type NotifySettings, readNotifySettings } from '../notify/notify-settings.ts';
import { type DashboardSettings, readDashboardSettings } from './dashboard/dashboard-settings.ts';
import type { Environment } from './environment.ts';
import { GITHUB_COM, readGitHubAddress } from './github-address.ts';
import { readKey } from './private-key.ts';

/** Settings of the server, read from its environment. */
export interface ServeSettings {
  readonly appId: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly baseUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Logins whose repositories are looked at; undefined: of everybody who installed the app. */
  readonly owners: readonly string[] | undefined;
  /** Milliseconds that passes under way have when the server is to stop. */
  readonly stopWithin: number;
  readonly log: LogSettings;
  /** Where figures can be scraped; undefined: nowhere. */
  readonly metrics: Listener | undefined;
  /** Redis that replicas share, with its password: never shown. Undefined: this process is alone. */
  readonly redisUrl: string | undefined;
  readonly dashboard: DashboardSettings;
  /** Where people are told of what happens to plans. */
  readonly notify: NotifySettings;
  /** Every wait of the protocol is divided by this; 1 but in a rehearsal. */
  readonly timeScale: number;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
}

export interface LogSettings {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly format: (typeof LOG_FORMATS)[number];
}

export type ReadSettings =
  | { readonly ok: true; readonly settings: ServeSettings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Probot's own default; with it anybody could sign webhooks. */
const DEFAULT_SECRET = 'development';
/** What is shorter is found by trying. */
const MIN_SECRET = 16;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const LOG_FORMATS = ['pretty', 'json'] as const;

/** Seconds; who sends SIGTERM waits 30 before it kills, where it is Kubernetes or our compose.yaml. */
const STOP_SECONDS = 25;

/** Whether nothing says which app this is: then there is none yet. Who has set only a part of it wants to go on with one. */
export function namesNoApp({ APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET }: Environment): boolean {
  return !APP_ID && !PRIVATE_KEY && !PRIVATE_KEY_PATH && !WEBHOOK_SECRET;
}

export function readSettings(environment: Environment): ReadSettings {
  const { APP_ID, WEBHOOK_SECRET } = environment;
  const key = readKey(environment);
  const general = readGeneral(environment);
  const problems = [
    ...appIdProblems(APP_ID),
    ...('problem' in key ? [key.problem] : []),
    ...secretProblems(WEBHOOK_SECRET),
    ...('problems' in general ? general.problems : []),
  ];
  if (problems.length > 0 || !APP_ID || 'problem' in key || !WEBHOOK_SECRET || 'problems' in general)
    return { ok: false, problems };
  const app = { appId: APP_ID, privateKey: key.pem, webhookSecret: WEBHOOK_SECRET };
  return { ok: true, settings: { ...general, ...app } };
}

/** Where the server listens, and its set-up, which needs no more than that. */
export function readListener({ HOST, PORT }: Environment): Listener | { readonly problem: string } {
  const port = Number(PORT || 3000);
  return Number.isInteger(port) && port >= 0 && port <= MAX_PORT
    ? { host: HOST || 'localhost', port }
    : { problem: `PORT is "${PORT}": give a number from 0 to ${MAX_PORT}` };
}

type General = Omit<ServeSettings, 'appId' | 'privateKey' | 'webhookSecret'>;

/** What does not say which app this is: all of it has a default. */
function readGeneral(environment: Environment): General | { readonly problems: readonly string[] } {
  const listener = readListener(environment);
  const problems = 'problem' in listener ? [listener.problem] : [];
  const number = (name: string, { otherwise, least, most }: NumberRange): number => {
    const value = Number(environment[name] || otherwise);
    const isWhole = most === undefined || Number.isInteger(value);
    if (!(value >= least && value <= (most ?? Number.MAX_VALUE) && isWhole))
      problems.push(
        `${name} is "${environment[name]}": give a number from ${least} ${most === undefined ? 'on' : `to ${most}`}`,
      );
    return value;
  };
  const timeScale = number('AGENT_WAVES_TIME_SCALE', { otherwise: 1, least: 1 });
  const stopSeconds = number('STOP_SECONDS', { otherwise: STOP_SECONDS, least: 1, most: 3_600 });
  const { METRICS_HOST, METRICS_PORT } = environment;
  const metricsPort = METRICS_PORT ? number('METRICS_PORT', { otherwise: 0, least: 0, most: MAX_PORT }) : undefined;
  const level = LOG_LEVELS.find((name) => name === (environment.LOG_LEVEL || 'info'));
  if (!level) problems.push(`LOG_LEVEL is "${environment.LOG_LEVEL}": give one of ${LOG_LEVELS.join(', ')}`);
  const wanted = environment.LOG_FORMAT || (environment.NODE_ENV === 'production' ? 'json' : 'pretty');
  const format = LOG_FORMATS.find((name) => name === wanted);
  if (!format) problems.push(`LOG_FORMAT is "${environment.LOG_FORMAT}": give ${LOG_FORMATS.join(' or ')}`);
  const address = readGitHubAddress(environment);
  if (!address.ok) problems.push(address.problem);
  const dashboard = readDashboardSettings(environment, address.ok ? address.address : GITHUB_COM);
  if (!dashboard.ok) problems.push(...dashboard.problems);
  const owners = readOwners(environment.OWNERS);
  if (owners && 'problem' in owners) problems.push(owners.problem);
  const notify = readNotifySettings(environment);
  if (!notify.ok) problems.push(...notify.problems);
  const redisUrl = environment.REDIS_URL || undefined;
  if (redisUrl !== undefined && !isRedisUrl(redisUrl))
    problems.push('REDIS_URL is no address of a Redis server: write redis://:PASSWORD@HOST:6379, or rediss:// for TLS');
  const isWrong = problems.length > 0 || 'problem' in listener || (owners && 'problem' in owners);
  if (isWrong || !level || !format || !address.ok || !notify.ok || !dashboard.ok) return { problems };
  return {
    baseUrl: address.address.apiUrl,
    ...listener,
    owners,
    stopWithin: stopSeconds * 1_000,
    log: { level, format },
    metrics: metricsPort === undefined ? undefined : { host: METRICS_HOST || 'localhost', port: metricsPort },
    redisUrl,
    dashboard: dashboard.settings,
    notify: notify.settings,
    timeScale,
  };
}

/** It is not shown where it is wrong: it may hold a password all the same. */
function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  return (url?.protocol === 'redis:' || url?.protocol === 'rediss:') && url.hostname !== '';
}

const MAX_PORT = 65_535;

interface NumberRange {
  readonly otherwise: number;
  readonly least: number;
  /** Of whole numbers; absent: any number. */
  readonly most?: number;
}

function appIdProblems(id: string | undefined): readonly string[] {
  if (!id) return ['APP_ID is missing: the number on the settings page of your GitHub App'];
  return /^\d{1,15}$/.test(id) ? [] : [`APP_ID is "${id}": give the number on the settings page of your GitHub App`];
}

/** An empty list would let nobody in, or everybody: whoever wrote it meant neither. */
function readOwners(text: string | undefined): readonly string[] | undefined | { readonly problem: string } {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name));
  if (wrong === undefined) return names;
  return {
    problem:
      wrong === ''
        ? `OWNERS is "${text}", and one of its names is empty: write OWNERS=acme,other, or leave it out to take everybody who installs the app`
        : `OWNERS names "${wrong}", which is no login: write OWNERS=acme,other`,
  };
}

function secretProblems(secret: string | undefined): readonly string[] {
  if (!secret) return ['WEBHOOK_SECRET is missing: the secret that you entered for the webhook of your GitHub App'];
  if (secret === DEFAULT_SECRET)
    return [`WEBHOOK_SECRET is "${DEFAULT_SECRET}", which everybody knows: choose another`];
  if (secret.length < MIN_SECRET)
    return [
      `WEBHOOK_SECRET has ${secret.length} characters, and who guesses it steers your plans: take ${MIN_SECRET} at least`,
    ];
  return [];
}
