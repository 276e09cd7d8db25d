import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { UsageError } from '../usage-error.ts';

export interface RedisServer {
  /** With its password: a secret. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Starts a Redis server on loopback and a free port, behind a password, with nothing kept on disk.
 *
 * @param folder Where it runs and keeps its log.
 * @throws WrongUse where this machine has none.
 */
export async function startRedis(folder: string): Promise<RedisServer> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const password = randomBytes(20).toString('hex');
  const server = spawn(
    'redis-server',
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', 'no', '--requirepass', password],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
  const last = () => server.kill('SIGKILL');
  process.once('exit', last);
  await ready(server, `${folder}/redis.log`);
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    close: async () => {
      process.off('exit', last);
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function ready(server: ChildProcess, log: string): Promise<void> {
  const { stdout } = server;
  if (!stdout) throw new Error('redis-server was started without its output');
  const file = createWriteStream(log);
  stdout.pipe(file);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? new UsageError('--checkpoint redis needs redis-server on this machine: install it, or use --checkpoint git')
          : error,
      ),
    );
    server.once('exit', (code, signal) =>
      reject(new Error(`redis-server ended at once (${signal ?? code}); see ${log}`)),
    );
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port of this machine is free');
  return address.port;
}
