import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { git, gitText, type Repository } from '../git/git.ts';
import { type Checkpoint, type CheckpointStore, readCheckpointNote } from './checkpoint.ts';

const WORKSPACE = 'refs/agent-waves/saved/workspace';
const SESSION = 'refs/agent-waves/saved/session';

/** Redis holds values of at most 512 MB. */
const MAX_BUNDLE_BYTES = 500 * 1024 * 1024;

/** Writes only over a checkpoint of the same or a lower dispatch, in one step. */
const SAVE = `
local there = tonumber(redis.call('HGET', KEYS[1], 'dispatch') or '0')
if there > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'dispatch', ARGV[1], 'bundle', ARGV[2])
return 1`;

export interface RedisLocation {
  /** `redis://…`, or `rediss://…` for TLS. Holds the password: never shown. */
  readonly url: string;
  /** Host and repository: `github.com/acme/daw`. One server may serve many. */
  readonly repository: string;
  readonly issue: number;
  /** Folder for bundles while they travel. */
  readonly folder: string;
}

/**
 * Keeps the work and the agent's session as a git bundle on a Redis server, for as long as the task is open: nothing
 * expires by itself.
 * @throws when the server cannot be reached.
 */
export async function redisStore(repository: Repository, place: RedisLocation): Promise<CheckpointStore> {
  const redis = new Redis(place.url, { lazyConnect: true, connectTimeout: 10_000, maxRetriesPerRequest: 2 });
  // Each command fails by itself; without a listener the client would print, and the address holds the password.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new Error('the Redis server of `redis-url` cannot be reached; mend it, or set `checkpoint: git`', { cause });
  }
  const key = `agent-waves:${place.repository.toLowerCase()}:checkpoint:${place.issue}`;

  async function save(checkpoint: Checkpoint): Promise<boolean> {
    const bundle = await pack(repository, checkpoint, place.folder);
    if (bundle.length > MAX_BUNDLE_BYTES)
      throw new Error(`the checkpoint has ${bundle.length} bytes; Redis takes ${MAX_BUNDLE_BYTES} at most`);
    return (await redis.eval(SAVE, 1, key, checkpoint.note.dispatch, bundle)) === 1;
  }

  async function load(): Promise<Checkpoint | undefined> {
    const bundle = await redis.hgetBuffer(key, 'bundle');
    return bundle === null ? undefined : unpack(repository, bundle, place.folder);
  }

  return {
    keepsSessions: true,
    save,
    load,
    remove: async () => {
      await redis.del(key);
    },
    close: async () => {
      redis.disconnect();
    },
  };
}

/** A bundle of what the checkpoint has over the commit of the base that the work started from. */
async function pack(repository: Repository, { workspace, session }: Checkpoint, folder: string): Promise<Buffer> {
  const refs = [WORKSPACE, ...(session ? [SESSION] : [])];
  await gitText(repository, ['update-ref', WORKSPACE, workspace]);
  if (session) await gitText(repository, ['update-ref', SESSION, session]);
  return withBundleFile(folder, async (file) => {
    await gitText(repository, ['bundle', 'create', '--quiet', file, ...refs, '--not', `${workspace}^`]);
    return readFile(file);
  });
}

async function unpack(repository: Repository, bundle: Buffer, folder: string): Promise<Checkpoint | undefined> {
  return withBundleFile(folder, async (file) => {
    await writeFile(file, bundle);
    const heads = await git(repository, ['bundle', 'list-heads', file]);
    const session = heads.stdout.includes(SESSION);
    const refs = [WORKSPACE, ...(session ? [SESSION] : [])];
    const fetched = await git(repository, [
      'fetch',
      '--quiet',
      '--no-write-fetch-head',
      file,
      ...refs.map((ref) => `+${ref}:${ref}`),
    ]);
    // The base was rewritten and the commit that the work started from is gone: so is what was saved on it.
    if (!fetched.ok) return undefined;
    const workspace = await gitText(repository, ['rev-parse', WORKSPACE]);
    const note = await readCheckpointNote(repository, workspace);
    if (!note) return undefined;
    return { note, workspace, ...(session ? { session: await gitText(repository, ['rev-parse', SESSION]) } : {}) };
  });
}

async function withBundleFile<Value>(folder: string, work: (file: string) => Promise<Value>): Promise<Value> {
  const own = await mkdtemp(join(folder, 'bundle-'));
  try {
    return await work(join(own, 'checkpoint.bundle'));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
