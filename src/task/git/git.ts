import { execFile, spawn } from 'node:child_process';
import { commandAs, type IsolatedUser } from '../isolation/isolated-user.ts';

/** A repository that we run git on, and where it fetches from and pushes to. */
export interface Repository {
  readonly gitDir: string;
  readonly remote: string;
  readonly token: string;
  /** Who git runs as; ourselves where it is absent. What lies in a repository of somebody else is theirs. */
  readonly user?: IsolatedUser;
}

export interface GitOptions {
  readonly input?: string;
  /** Standard output has one character for each byte, where text would make one of what is not UTF-8. */
  readonly bytes?: boolean;
  /** The folder whose files are read or written, and the index that remembers them. */
  readonly files?: {
    readonly workTree: string;
    readonly index: string;
    /** A folder of objects that need not be written again. */
    readonly borrowed?: string;
  };
  /** Talks to the remote: this one process is given the token. */
  readonly network?: boolean;
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
  // Packs stay packed: they are few files, and what unpacks to a thousand times its size takes no more room.
  'fetch.unpackLimit': '1',
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
    const { program, args: given, env, cwd } = gitCommand(repository, { args, options });
    const encoding = options.bytes ? 'latin1' : 'utf8';
    const settings = { env, cwd, encoding, maxBuffer: 256 * 1024 * 1024 } as const;
    const child = execFile(program, given, settings, (error, stdout, stderr) => {
      // Whoever shares a user with git may end it.
      if (repository.user && error?.signal) resolve({ ok: false, stdout, stderr: `git was ended by ${error.signal}` });
      // A number is an exit code; anything else means that git did not run.
      else if (error && typeof error.code !== 'number')
        reject(new Error(`git ${args[0]} could not run: ${error.message}`, { cause: error }));
      else resolve({ ok: !error, stdout, stderr });
    });
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

/**
 * Sends what one git prints to another one.
 * @param mostBytes Longest that it may be.
 * @throws when one of them says no.
 */
export async function pipeGit(
  from: { readonly repository: Repository; readonly args: readonly string[]; readonly input: string },
  to: { readonly repository: Repository; readonly args: readonly string[]; readonly mostBytes: number },
): Promise<void> {
  const [source, sink] = [start(from), start(to)];
  let bytes = 0;
  source.child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > to.mostBytes) source.child.stdout.destroy();
  });
  source.child.stdout.pipe(sink.child.stdin);
  source.child.stdout.on('close', () => sink.child.stdin.end());
  source.child.stdin.end(from.input);
  sink.child.stdout.resume();
  const [sent, taken] = await Promise.all([source.end, sink.end]);
  if (bytes > to.mostBytes) throw new Error(`git ${from.args[0]} sent more than ${to.mostBytes} bytes`);
  if (sent !== undefined) throw new Error(`git ${from.args[0]} failed: ${sent}`);
  if (taken !== undefined) throw new Error(`git ${to.args[0]} failed: ${taken}`);
}

/** @returns A git that runs, and how it ends: undefined when it says yes. */
function start({ repository, args }: { readonly repository: Repository; readonly args: readonly string[] }) {
  const command = gitCommand(repository, { args, options: {} });
  const child = spawn(command.program, command.args, { env: command.env, cwd: command.cwd });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-4_000);
  });
  child.stdin.on('error', () => undefined); // It may end before it has read everything.
  const end = new Promise<string | undefined>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : lastLines(words) || `${signal ?? code}`));
  });
  return { child, end };
}

function gitCommand(
  repository: Repository,
  { args, options }: { readonly args: readonly string[]; readonly options: GitOptions },
): {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
} {
  const { user, gitDir } = repository;
  const env = gitEnvironment(repository, options);
  const cwd = options.files?.workTree ?? gitDir;
  if (!user) return { program: 'git', args, env, cwd };
  // Another user's folder may be closed to us: that user goes there.
  const { argv, environment } = commandAs(user, { argv: ['git', '-C', cwd, ...args], environment: env });
  const [program, ...rest] = argv;
  return { program, args: rest, env: environment, cwd: '/' };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join(' | ').slice(0, 1_000);
}

function gitEnvironment(repository: Repository, { files, network }: GitOptions): NodeJS.ProcessEnv {
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
    ...(files?.borrowed ? { GIT_ALTERNATE_OBJECT_DIRECTORIES: files.borrowed } : {}),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(entries),
  };
}

function authorization({ remote, token }: Repository): Readonly<Record<string, string>> {
  if (!remote.startsWith('http') || !token) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return { [`http.${new URL(remote).origin}/.extraheader`]: `AUTHORIZATION: basic ${basic}` };
}

/** Who signs what the action commits. */
export const IDENTITY = { name: 'agent-waves[bot]', email: 'agent-waves[bot]@users.noreply.github.com' } as const;

/** Every git repository has it, written or not. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
