import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { programPath } from '../package-root.ts';

export interface AppCredentials {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly apiUrl: string;
  /** Every wait of the protocol is divided by this. */
  readonly timeScale: number;
  /** Redis that it shares with other processes of the same app; absent: it is alone. */
  readonly redisUrl?: string;
}

/** The app as its own process, served for real: it can be killed at any moment and started again. */
export class AppProcess {
  readonly #credentials: AppCredentials;
  readonly #log: string;
  #child: ChildProcess | undefined;
  #port = 0;
  #dashboardUrl: string | undefined;

  /** @param log File that keeps what the app prints. */
  constructor(credentials: AppCredentials, log: string) {
    this.#credentials = credentials;
    this.#log = log;
  }

  /** @returns The address of its webhooks, once it listens: on a free port at first, on the same one ever after. */
  async start(): Promise<string> {
    const { appId, privateKey, webhookSecret, apiUrl, timeScale, redisUrl } = this.#credentials;
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(process.execPath, [programPath('cli/main'), 'serve', '--no-settings'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH,
        APP_ID: String(appId),
        PRIVATE_KEY: privateKey,
        WEBHOOK_SECRET: webhookSecret,
        GITHUB_API_URL: apiUrl,
        HOST: '127.0.0.1',
        PORT: String(this.#port),
        DASHBOARD_PORT: String(portOf(this.#dashboardUrl)),
        AGENT_WAVES_TIME_SCALE: String(timeScale),
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
        // Who keeps compiled code for this process means it for the next as well.
        ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
        NODE_NO_WARNINGS: '1',
      },
    });
    this.#child = child;
    const log = createWriteStream(this.#log, { flags: 'a' });
    child.stderr.pipe(log, { end: false });
    const lines = createInterface({ input: child.stdout });
    return await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        log.write(`${line}\n`);
        this.#dashboardUrl = /Dashboards are at (\S+)/.exec(line)?.[1] ?? this.#dashboardUrl;
        const url = /serves webhooks at (\S+)/.exec(line)?.[1];
        if (url === undefined) return;
        this.#port = portOf(url);
        resolve(url);
      });
      child.once('exit', (code, signal) =>
        reject(new Error(`the app ended at once (${signal ?? code}); see ${this.#log}`)),
      );
    });
  }

  /** Where whoever is on this machine looks at dashboards, once it has said so. */
  get dashboardUrl(): string | undefined {
    return this.#dashboardUrl;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @param signal SIGKILL: as when its machine fails. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.#child || !this.running) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  }
}

/** 0, which is any free one, where there is no address yet. */
function portOf(url: string | undefined): number {
  return url === undefined ? 0 : Number(new URL(url).port);
}
