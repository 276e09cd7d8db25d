import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface GitServer {
  readonly url: string;
  /** Authorization headers in the order in which they came. */
  readonly authorizations: (string | undefined)[];
  /** The commits of main, oldest first. */
  readonly commits: readonly string[];
}

const identity = ['-c', 'user.name=Lead', '-c', 'user.email=lead@example.com'];

/** `acme/daw` over smart HTTP, for those who show this token: three commits on main, a branch `side`, a tag `v1`. */
export async function serveGit(token: string): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'git-server-'));
  const commits = createRepository(root);
  const authorizations: (string | undefined)[] = [];
  const wanted = `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.headers.authorization?.toLowerCase() !== wanted.toLowerCase()) response.writeHead(401).end();
    else serve(join(root, 'srv'), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    rmSync(root, { recursive: true, force: true });
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, authorizations, commits };
}

function createRepository(root: string): readonly string[] {
  const work = join(root, 'work');
  const git = (...args: string[]): string =>
    execFileSync('git', [...identity, ...args], { cwd: work, encoding: 'utf8' });
  mkdirSync(work);
  git('init', '--quiet', '--initial-branch=main');
  const commits = ['one', 'two', 'three'].map((name) => {
    writeFileSync(join(work, `${name}.txt`), name);
    git('add', '.');
    git('commit', '--quiet', '--message', name);
    return git('rev-parse', 'HEAD').trim();
  });
  git('tag', 'v1', commits[0] ?? '');
  git('branch', 'side', commits[1] ?? '');
  git('clone', '--quiet', '--bare', '.', join(root, 'srv', 'acme', 'daw.git'));
  return commits;
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname.replace(/^(\/acme\/daw)(\.git)?/, '$1.git'),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'lead',
    },
  });
  const chunks: Buffer[] = [];
  request.pipe(backend.stdin);
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.once('close', () => {
    const answer = Buffer.concat(chunks);
    const split = answer.indexOf('\r\n\r\n');
    const headers = answer.subarray(0, split).toString().split('\r\n');
    for (const header of headers) {
      const colon = header.indexOf(':');
      const [name, value] = [header.slice(0, colon), header.slice(colon + 1).trim()];
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(split + 4));
  });
}
