import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { gitEnvironment } from '../../git/command.ts';
import type { RefChange } from '../../git/refs.ts';
import { forbidden } from '../../model/errors.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { FLUSH, nameRefusals, pktLine, pushCommands, updatedRefs } from './pkt-line.ts';
import { capabilitiesIn, listedRefs, pushableRefs } from './ref-lists.ts';

interface GitRequest {
  readonly repository: RepositoryRecord;
  readonly request: Request;
  /** `info/refs`, `git-upload-pack` or `git-receive-pack`. */
  readonly service: string;
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

/**
 * Answers a smart HTTP request as `git http-backend` does, by the programs that it would start.
 * https://git-scm.com/docs/http-protocol
 */
export async function serveGit(
  wanted: GitRequest,
): Promise<{ readonly response: Response; readonly moved: RefChange[] }> {
  const { request, service } = wanted;
  if (service === 'info/refs') return { response: await advertisement(wanted), moved: [] };
  if (service === 'git-upload-pack') return { response: await uploadPack(wanted), moved: [] };
  const body = await readBody(request);
  const changes = pushCommands(body);
  const child = startService(wanted, {
    program: 'receive-pack',
    judgement: changes.length > 0 ? (wanted.judge?.(changes) ?? null) : null,
  });
  child.stdin.end(body);
  const answer = nameRefusals(await wholeOutput(child));
  const updated = updatedRefs(answer);
  const moved = changes.filter((change) => updated.has(change.name));
  return { response: gitResponse('receive-pack-result', answer), moved };
}

async function uploadPack(wanted: GitRequest): Promise<Response> {
  const body = await readBody(wanted.request);
  const refs = isVersion2(wanted.request) ? await listedRefs(wanted.repository, body) : null;
  if (refs) return gitResponse('upload-pack-result', refs);
  const child = startService(wanted, { program: 'upload-pack' });
  child.stdin.end(body);
  return gitResponse('upload-pack-result', Readable.toWeb(child.stdout) as ReadableStream);
}

function gitResponse(type: string, body: Buffer | ReadableStream): Response {
  return new Response(body, { headers: { 'content-type': `application/x-git-${type}`, 'cache-control': 'no-cache' } });
}

/** What a program can do and, before version 2 of the protocol, which refs there are. */
async function advertisement(wanted: GitRequest): Promise<Response> {
  const program = programOf(new URL(wanted.request.url).searchParams.get('service'));
  const type = `${program}-advertisement`;
  const head = [pktLine(Buffer.from(`# service=git-${program}\n`)), FLUSH];
  if (program === 'receive-pack') return gitResponse(type, Buffer.concat([...head, await pushAdvertisement(wanted)]));
  if (!isVersion2(wanted.request))
    return gitResponse(type, Buffer.concat([...head, await advertised(wanted, program)]));
  known.fetching ??= await advertised(wanted, program);
  return gitResponse(type, known.fetching);
}

function isVersion2(request: Request): boolean {
  return /(?:^|:)version=2(?:$|:)/.test(request.headers.get('git-protocol') ?? '');
}

/** What git says of itself, and the same for every repository here: all have the same settings. */
const known: { fetching?: Buffer; pushing?: string } = {};

async function pushAdvertisement(wanted: GitRequest): Promise<Buffer> {
  known.pushing ??= capabilitiesIn(await advertised(wanted, 'receive-pack'));
  return pushableRefs(wanted.repository, known.pushing ?? '');
}

async function advertised(wanted: GitRequest, program: Program): Promise<Buffer> {
  const child = startService(wanted, { program, flags: ['--http-backend-info-refs'] });
  child.stdin.end();
  const said = await wholeOutput(child);
  if (said.length === 0) throw new Error(`git ${program} does not serve ${wanted.repository.gitDir}`);
  return said;
}

type Program = 'upload-pack' | 'receive-pack';

function programOf(service: string | null): Program {
  const program = service?.replace(/^git-/, '');
  if (program === 'upload-pack' || program === 'receive-pack') return program;
  throw forbidden('Please upgrade your git client.');
}

async function readBody(request: Request): Promise<Buffer> {
  const raw = Buffer.from(await request.arrayBuffer());
  return request.headers.get('content-encoding') === 'gzip' ? await promisify(gunzip)(raw) : raw;
}

function startService(
  { repository, request }: GitRequest,
  {
    program,
    flags = [],
    judgement = null,
  }: { readonly program: Program; readonly flags?: readonly string[]; readonly judgement?: PushJudgement },
) {
  const protocol = request.headers.get('git-protocol');
  const env = gitEnvironment({
    ...(protocol !== null && { GIT_PROTOCOL: protocol }),
    ...(judgement && {
      ...judgement.env,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: judgement.hooks,
    }),
  });
  const child = spawn('git', [program, '--stateless-rpc', ...flags, repository.gitDir], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const children = serving.get(repository) ?? new Set();
  serving.set(repository, children.add(child));
  child.once('close', () => children.delete(child));
  child.stdin.on('error', () => undefined);
  return child;
}

async function wholeOutput({ stdout }: { readonly stdout: Readable }): Promise<Buffer> {
  return Buffer.concat(await stdout.toArray());
}
