import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { gitEnvironment } from '../../git/command.ts';
import type { RefChange } from '../../git/refs.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { nameRefusals, pushCommands, updatedRefs } from './pkt-line.ts';

interface GitRequest {
  readonly repository: RepositoryRecord;
  readonly request: Request;
  /** `info/refs`, `git-upload-pack` or `git-receive-pack`. */
  readonly service: string;
  readonly user: string;
  /** What hooks judge a push by, given what it wants to move; null when nothing speaks against any push. */
  readonly judge: ((changes: readonly RefChange[]) => PushJudgement) | null;
}

/** The hooks of a push and their environment, or null where there is nothing to judge. */
export type PushJudgement = { readonly hooks: string; readonly env: Readonly<Record<string, string>> } | null;

/** Processes that serve a repository at this moment. */
const serving = new WeakMap<RepositoryRecord, Set<ChildProcess>>();

/** Settles once no process serves the repository: who has pushed may be gone before git has written what came. */
export async function servedAll(repository: RepositoryRecord): Promise<void> {
  const children = [...(serving.get(repository) ?? [])];
  await Promise.all(
    children.map((child) => {
      // Nobody takes its answer any more, and it must not wait for that.
      child.stdout?.resume();
      return once(child, 'close');
    }),
  );
}

/** Answers a smart HTTP request through `git http-backend`, which speaks CGI. */
export async function serveGit(
  wanted: GitRequest,
): Promise<{ readonly response: Response; readonly moved: RefChange[] }> {
  const { request, service } = wanted;
  const body = await readBody(request);
  const changes = service === 'git-receive-pack' ? pushCommands(body) : [];
  const child = startBackend(wanted, {
    length: body.length,
    judgement: changes.length > 0 ? (wanted.judge?.(changes) ?? null) : null,
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(body);
  const { head, rest } = await readHead(child.stdout);
  const headers = parseHeaders(head);
  const status = Number(headers.get('status')?.slice(0, 3) ?? 200);
  headers.delete('status');
  if (service !== 'git-receive-pack')
    return { response: new Response(streamed(rest, child.stdout), { status, headers }), moved: [] };
  const answer = nameRefusals(Buffer.concat([rest, ...(await child.stdout.toArray())]));
  const updated = updatedRefs(answer);
  const moved = changes.filter((change) => updated.has(change.name));
  headers.delete('content-length');
  return { response: new Response(answer, { status, headers }), moved };
}

async function readBody(request: Request): Promise<Buffer> {
  const raw = Buffer.from(await request.arrayBuffer());
  return request.headers.get('content-encoding') === 'gzip' ? await promisify(gunzip)(raw) : raw;
}

function startBackend(
  { repository, request, service, user }: GitRequest,
  { length, judgement }: { readonly length: number; readonly judgement: PushJudgement },
) {
  const protocol = request.headers.get('git-protocol');
  const env = gitEnvironment({
    GIT_PROJECT_ROOT: dirname(repository.gitDir),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repository.gitDir)}/${service}`,
    QUERY_STRING: new URL(request.url).search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers.get('content-type') ?? '',
    CONTENT_LENGTH: String(length),
    REMOTE_USER: user,
    REMOTE_ADDR: '127.0.0.1',
    ...(protocol !== null && { GIT_PROTOCOL: protocol }),
    ...(judgement && {
      ...judgement.env,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: judgement.hooks,
    }),
  });
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const children = serving.get(repository) ?? new Set();
  serving.set(repository, children.add(child));
  child.once('close', () => children.delete(child));
  return child;
}

/** The CGI head up to its empty line, and what of the body came along with it. */
async function readHead(stdout: Readable): Promise<{ readonly head: string; readonly rest: Buffer }> {
  let data: Buffer = Buffer.alloc(0);
  for (;;) {
    const end = data.indexOf('\r\n\r\n');
    if (end >= 0) return { head: data.subarray(0, end).toString('latin1'), rest: data.subarray(end + 4) };
    const chunk = await nextChunk(stdout);
    if (chunk === null) return { head: 'Status: 500 git http-backend gave no answer', rest: Buffer.alloc(0) };
    data = Buffer.concat([data, chunk]);
  }
}

function nextChunk(stdout: Readable): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      const chunk: Buffer | null = stdout.read();
      if (chunk === null && !stdout.readableEnded) return;
      stdout.off('readable', settle).off('end', settle).off('error', reject);
      resolve(chunk);
    };
    stdout.on('readable', settle).on('end', settle).on('error', reject);
    settle();
  });
}

function streamed(first: Buffer, stdout: Readable): ReadableStream {
  async function* chunks() {
    if (first.length > 0) yield first;
    for await (const chunk of stdout) yield chunk;
  }
  return Readable.toWeb(Readable.from(chunks(), { objectMode: false })) as ReadableStream;
}

function parseHeaders(head: string): Headers {
  const headers = new Headers();
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return headers;
}
