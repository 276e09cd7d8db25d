import { generateKeyPairSync } from 'node:crypto';
import type { AppRecord, Permissions, UserRecord } from '../model/accounts.ts';
import type { World } from '../world.ts';

export interface WantedApp {
  readonly slug: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly owner: UserRecord | undefined;
  readonly webhook: AppRecord['webhook'];
}

export interface RegisteredApp {
  readonly app: AppRecord;
  /** PEM, PKCS #1, as GitHub hands it out. */
  readonly privateKey: string;
}

/** Registers an app with a key that no other here has; it hears nothing before it is installed. */
export function registerApp({ store, clock }: Pick<World, 'store' | 'clock'>, wanted: WantedApp): RegisteredApp {
  const { slug, permissions, events, webhook } = wanted;
  const { publicKey, privateKey } = keyOf(store.apps.size);
  const bot = store.addUser({ login: `${slug}[bot]`, type: 'Bot', createdAt: clock() });
  const id = store.nextId('app');
  const app: AppRecord = {
    id,
    slug,
    clientId: `Iv23li${String(id).padStart(14, '0')}`,
    permissions,
    events,
    publicKey,
    owner: wanted.owner ?? bot,
    bot,
    createdAt: clock(),
    webhook,
  };
  store.apps.set(slug, app);
  return { app, privateKey };
}

/** Making a key takes as long as hundreds of requests: the first app of every world in a process has the first, and so on. */
const keys: ReturnType<typeof newKey>[] = [];

function keyOf(place: number) {
  const key = keys[place] ?? newKey();
  keys[place] = key;
  return key;
}

function newKey() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}
