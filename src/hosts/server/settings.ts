import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerVariable } from './variables.ts';

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

type Environment = Readonly<Partial<Record<ServerVariable, string | undefined>>>;

/** Probot's own default; with it anybody could sign webhooks. */
const DEFAULT_SECRET = 'development';
/** What is shorter is found by trying. */
const MIN_SECRET = 16;

export function readSettings(environment: Environment): ReadSettings {
  const { APP_ID, WEBHOOK_SECRET } = environment;
  const key = readKey(environment);
  const problems = [
    ...(APP_ID ? [] : ['APP_ID is missing: the number on the settings page of your GitHub App']),
    ...('problem' in key ? [key.problem] : []),
    ...secretProblems(WEBHOOK_SECRET),
  ];
  const port = Number(environment.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    problems.push(`PORT is "${environment.PORT}": give a number from 0 to 65535`);
  const timeScale = Number(environment.AGENT_WAVES_TIME_SCALE ?? 1);
  if (!(timeScale >= 1))
    problems.push(`AGENT_WAVES_TIME_SCALE is "${environment.AGENT_WAVES_TIME_SCALE}": give a number from 1 on`);
  if (problems.length > 0 || !APP_ID || 'problem' in key || !WEBHOOK_SECRET) return { ok: false, problems };
  return {
    ok: true,
    settings: {
      appId: APP_ID,
      privateKey: key.pem,
      webhookSecret: WEBHOOK_SECRET,
      baseUrl: environment.GITHUB_API_URL,
      host: environment.HOST ?? 'localhost',
      port,
      timeScale,
    },
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

/** By PRIVATE_KEY, the text itself, or PRIVATE_KEY_PATH, the file that holds it. */
function readKey({
  PRIVATE_KEY,
  PRIVATE_KEY_PATH,
}: Environment): { readonly pem: string } | { readonly problem: string } {
  if (!PRIVATE_KEY && !PRIVATE_KEY_PATH)
    return {
      problem:
        'PRIVATE_KEY is missing: the PEM text that "Generate a private key" downloads; or PRIVATE_KEY_PATH, where that file is',
    };
  if (PRIVATE_KEY) {
    if (isPrivateKey(pemOf(PRIVATE_KEY))) return { pem: pemOf(PRIVATE_KEY) };
    const isPath = /^[^\n]{1,300}\.pem$|^[./~][^\n]{0,300}$/.test(PRIVATE_KEY);
    return {
      problem: isPath
        ? 'PRIVATE_KEY is a path: give it as PRIVATE_KEY_PATH'
        : 'PRIVATE_KEY is no private key: give the whole PEM text that "Generate a private key" downloads',
    };
  }
  const path = PRIVATE_KEY_PATH ?? '';
  try {
    const pem = pemOf(readFileSync(path, 'utf8'));
    return isPrivateKey(pem)
      ? { pem }
      : { problem: `PRIVATE_KEY_PATH names ${path}, which holds no private key: name the file that GitHub gave you` };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: `PRIVATE_KEY_PATH names ${path}, which cannot be read (${why})` };
  }
}

/** A PEM in one line of a settings page has its line ends written as \n, or all of it as base64. */
function pemOf(text: string): string {
  const lines = text.trim().replaceAll('\\n', '\n');
  if (lines.includes('-----BEGIN') || !/^[A-Za-z0-9+/=\s]{100,}$/.test(lines)) return lines;
  return Buffer.from(lines, 'base64').toString('utf8');
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
