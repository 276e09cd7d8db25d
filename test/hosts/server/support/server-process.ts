import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { Town } from '../../../../packages/embedded-github/test/support/town.ts';
import { eventually, settling } from '../../../support/waiting.ts';

const PROGRAM = fileURLToPath(new URL('../../../../src/cli/main.ts', import.meta.url));

export const SECRET = 'a secret of this test';

export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `agent-waves serve` as an operator runs it, with nothing of our environment but PATH. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<ServerEnd>;
  #said = '';

  constructor(environment: Readonly<Record<string, string>>, { cwd, args = [] }: { cwd: string; args?: string[] }) {
    this.child = spawn(process.execPath, [PROGRAM, 'serve', ...args], {
      cwd,
      env: {
        PATH: process.env.PATH,
        NODE_NO_WARNINGS: '1',
        NODE_COMPILE_CACHE: inject('compileCache'),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk) => (this.#said += chunk));
    this.ended = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  /** Everything that it printed so far. */
  get said(): string {
    return this.#said;
  }

  /** The lines of its log, where LOG_FORMAT is json. */
  get lines(): readonly Readonly<Record<string, unknown>>[] {
    const whole = this.#said.slice(0, this.#said.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** @returns The first part in brackets of what it says, once it does. */
  saying(words: RegExp): Promise<string> {
    return eventually(
      `the server says ${words}`,
      () => {
        const found = words.exec(this.#said);
        return found && (found[1] ?? found[0]);
      },
      () => this.#said,
    );
  }

  /** @returns Its address, once it listens. */
  async url(): Promise<string> {
    return new URL(await this.saying(/serves webhooks at (http[^\s"]+)/)).origin;
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<ServerEnd> {
    this.child.kill(signal);
    return settling('the server ends', this.ended, () => this.#said);
  }
}

/** What says which app it is, and where GitHub is. */
export function settingsOf({ app, github }: Pick<Town, 'app' | 'github'>): Readonly<Record<string, string>> {
  return {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: SECRET,
    GITHUB_API_URL: github.apiUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_FORMAT: 'json',
  };
}

/** Sends a webhook as GitHub does. */
export function sendWebhook(
  url: string,
  { event, payload, delivery = randomUUID() }: { event: string; payload: object; delivery?: string },
): Promise<Response> {
  const body = JSON.stringify(payload);
  return fetch(`${url}/api/github/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': delivery,
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
  });
}
