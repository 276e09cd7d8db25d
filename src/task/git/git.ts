import { execFile } from 'node:child_process';

/** A repository that we run git on, and where it fetches from and pushes to. */
export interface Repository {
  readonly gitDir: string;
  readonly remote: string;
  readonly token: string;
}

export interface GitOptions {
  readonly input?: string;
  /** The folder whose files are read or written, and the index that remembers them. */
  readonly files?: { readonly workTree: string; readonly index: string };
  /** Talks to the remote: this one process is given the token. */
  readonly network?: boolean;
  readonly identity?: { readonly name: string; readonly email: string };
}

export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Nothing that a repository's or a machine's configuration could say: no hooks, no filters, no signing, no watchers.
 * Filters act only where configuration defines them, and here none does, so what an agent plants stays text.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.fsmonitor': 'false',
  'core.autocrlf': 'false',
  'commit.gpgSign': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'protocol.version': '2',
  'safe.directory': '*',
};

/** What git needs of the machine to find itself and the network. */
const PASSED = [
  'PATH',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
];

/** Runs git once. The token is never in an argument or a file, only in the environment of a process that needs it. */
export function git(repository: Repository, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      args,
      {
        env: gitEnvironment(repository, options),
        cwd: options.files?.workTree ?? repository.gitDir,
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        // A number is an exit code; anything else means that git did not run.
        if (error && typeof error.code !== 'number')
          reject(new Error(`git ${args[0]} could not run: ${error.message}`, { cause: error }));
        else resolve({ ok: !error, stdout, stderr });
      },
    );
    // Git may end before it has read everything; its exit code tells the story.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** @returns Standard output without its last line break. @throws when git says no. */
export async function gitText(
  repository: Repository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const answer = await git(repository, args, options);
  if (!answer.ok) throw new Error(`git ${args.slice(0, 3).join(' ')} failed: ${lastLines(answer.stderr)}`);
  return answer.stdout.replace(/\n$/, '');
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join(' | ').slice(0, 1_000);
}

function gitEnvironment(repository: Repository, { files, network, identity }: GitOptions): NodeJS.ProcessEnv {
  const settings = Object.entries({ ...SETTINGS, ...(network ? authorization(repository) : {}) });
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const passed = PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(passed),
    LC_ALL: 'C',
    HOME: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_DIR: repository.gitDir,
    ...(files ? { GIT_WORK_TREE: files.workTree, GIT_INDEX_FILE: files.index } : {}),
    ...(identity ? signature(identity) : {}),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(entries),
  };
}

function authorization({ remote, token }: Repository): Readonly<Record<string, string>> {
  if (!remote.startsWith('http') || !token) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return { [`http.${new URL(remote).origin}/.extraheader`]: `AUTHORIZATION: basic ${basic}` };
}

function signature({
  name,
  email,
}: {
  readonly name: string;
  readonly email: string;
}): Readonly<Record<string, string>> {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

/** Who signs what the action commits. */
export const IDENTITY = { name: 'agent-waves[bot]', email: 'agent-waves[bot]@users.noreply.github.com' } as const;
