import { randomBytes } from 'node:crypto';
import type { AppRecord, UserRecord } from '../model/accounts.ts';
import { unprocessable } from '../model/errors.ts';
import type { World } from '../world.ts';
import { type RegisteredApp, registerApp } from './register.ts';

/** https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
export interface Manifest {
  readonly name: string;
  /** Homepage. */
  readonly url: string;
  readonly redirectUrl: string;
  readonly hookUrl: string | undefined;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** "You must complete this step ... within one hour." */
const CODE_MS = 3_600_000;

export interface Conversion extends RegisteredApp {
  readonly clientSecret: string;
}

/** Apps that people make from manifests: each has a code, for which its secrets are given once. */
export class Manifests {
  readonly #world: Pick<World, 'store' | 'clock'>;
  readonly #made = new Map<string, Conversion & { readonly until: number }>();

  constructor(world: Pick<World, 'store' | 'clock'>) {
    this.#world = world;
  }

  /** @returns The code. @throws 422 where the name is taken. */
  create({ name, hookUrl, permissions, events }: Manifest, owner: UserRecord): string {
    const slug = slugOf(name);
    if (slug === '' || this.#world.store.apps.has(slug)) throw unprocessable('Name is already taken');
    const webhook: AppRecord['webhook'] = hookUrl ? { url: hookUrl, secret: randomBytes(20).toString('hex') } : null;
    const registered = registerApp(this.#world, { slug, permissions, events, owner, webhook });
    const code = randomBytes(20).toString('hex');
    const clientSecret = randomBytes(20).toString('hex');
    this.#made.set(code, { ...registered, clientSecret, until: this.#world.clock() + CODE_MS });
    return code;
  }

  convert(code: string): Conversion | undefined {
    const made = this.#made.get(code);
    this.#made.delete(code);
    return made && made.until > this.#world.clock() ? made : undefined;
  }
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** @throws 422 with what GitHub would not take. */
export function parseManifest(text: string): Manifest {
  const value = parsed(text);
  const { url, redirect_url: redirectUrl, hook_attributes: hook, default_permissions, default_events } = value;
  const name = asText(value.name);
  if (!asText(url)) throw unprocessable('Invalid GitHub App configuration: "url" wasn\'t supplied.');
  if (!asText(redirectUrl)) throw unprocessable('Invalid GitHub App configuration: "redirect_url" wasn\'t supplied.');
  const hookUrl = hook === undefined ? undefined : asText(asObject(hook).url);
  if (hook !== undefined && !hookUrl)
    throw unprocessable('Invalid GitHub App configuration: "hook_attributes.url" wasn\'t supplied.');
  const permissions = Object.entries(asObject(default_permissions ?? {})).map(([key, level]) => [key, String(level)]);
  const events = Array.isArray(default_events) ? default_events.map(String) : [];
  const given = { name, url: asText(url), redirectUrl: asText(redirectUrl) };
  return { ...given, hookUrl, permissions: Object.fromEntries(permissions), events };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    throw unprocessable('Invalid GitHub App configuration: the manifest is not JSON.');
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
