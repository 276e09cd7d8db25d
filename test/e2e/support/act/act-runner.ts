import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  createRunner,
  type RunListener,
  type Runner,
  type RunnerOptions,
  type WorkflowRunRequest,
} from 'embedded-github';
import { readWorkflow, type Workflow } from 'embedded-github/runner';
import { readActLine } from './act-output.ts';
import { git } from './git.ts';

export interface ActOptions extends Pick<RunnerOptions, 'actions' | 'tools' | 'environment'> {
  /** Path of the program. */
  readonly program: string;
}

/**
 * Has act (https://github.com/nektos/act) execute the runs of an embedded GitHub, on this machine and without containers.
 * Workflows are read by the embedded runner, since that is GitHub's part: name, events, inputs.
 *
 * What act does otherwise than GitHub, so that it has to be helped: one token serves all jobs, so it may what any of them
 * may; the checkout is a copy of a clone that was made before; what a run is called comes by the environment.
 */
export function actRunner(options: ActOptions): Runner {
  const { prepare } = createRunner(options);
  return {
    prepare,
    start: (request, listener) => {
      const run = new ActRun(options, { request, listener });
      return { cancel: () => run.end('cancelled'), kill: () => run.end('lost'), done: run.done };
    },
  };
}

interface Started {
  readonly request: WorkflowRunRequest;
  readonly listener: RunListener;
}

class ActRun {
  readonly done: Promise<void>;
  readonly #options: ActOptions;
  readonly #run: Started;
  #child: ChildProcess | undefined;
  #end: 'cancelled' | 'lost' | undefined;

  constructor(options: ActOptions, run: Started) {
    this.#options = options;
    this.#run = run;
    this.done = this.#execute();
  }

  /** After SIGINT steps go on that say `always()`; after SIGTERM nothing does. act ends its steps itself. */
  end(how: 'cancelled' | 'lost'): void {
    this.#end = how;
    this.#child?.kill(how === 'cancelled' ? 'SIGINT' : 'SIGTERM');
  }

  async #execute(): Promise<void> {
    const { listener, request } = this.#run;
    const folder = join(request.folder, 'act');
    mkdirSync(folder, { recursive: true });
    const log = createWriteStream(join(folder, 'act.log'));
    try {
      await layOut(folder, request);
      const code = this.#end === undefined ? await this.#spawn(folder, log) : null;
      if (this.#end !== 'lost') listener.ended(this.#end ?? (code === 0 ? 'success' : 'failure'));
    } catch (error) {
      log.write(`${error}\n`);
      listener.ended('startup_failure');
    } finally {
      log.end();
    }
  }

  #spawn(folder: string, log: NodeJS.WritableStream): Promise<number | null> {
    const { request, listener } = this.#run;
    const { program, tools, environment } = this.#options;
    const home = join(folder, 'home');
    const child = spawn(program, argumentsFor(folder, { request, options: this.#options }), {
      cwd: folder,
      // All of it reaches the steps.
      env: {
        ...{ LANG: 'C.UTF-8', CI: 'true', ...environment },
        HOME: home,
        PATH: [...tools, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
        ...{ XDG_CACHE_HOME: join(home, 'cache'), XDG_CONFIG_HOME: join(home, 'config') },
        // Else it asks a server of its own whether it is old.
        ACT_DISABLE_VERSION_CHECK: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    listener.started();
    const lines = createInterface({ input: child.stdout });
    const begun = new Map<string, string>();
    lines.on('line', (text) => {
      const line = readActLine(text);
      log.write(`${line.text}\n`);
      if (line.job !== undefined && !begun.has(line.job)) begun.set(line.job, line.at);
      if (line.job === undefined || line.jobResult === undefined) return;
      const times = { started_at: begun.get(line.job) ?? line.at, completed_at: line.at };
      listener.jobEnded({ name: line.job, conclusion: line.jobResult, ...times, steps: [] });
    });
    child.stderr.on('data', (chunk) => log.write(chunk));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
  }
}

/** What act is given, as files: nothing of it is on a command line. */
async function layOut(folder: string, request: WorkflowRunRequest): Promise<void> {
  const { repository, urls } = request;
  await mkdir(join(folder, 'home'), { recursive: true });
  const slug = `${repository.owner}/${repository.name}`;
  const workflow = readWorkflow(request.workflow.path, request.workflow.source);
  await git(folder, 'clone', '--quiet', '--no-checkout', repository.gitDir, 'repository');
  const checkout = join(folder, 'repository');
  await git(checkout, 'checkout', '--quiet', '-B', branchOf(request), request.sha);
  await git(checkout, 'remote', 'set-url', 'origin', `${urls.server}/${slug}`);
  const secrets = { ...request.secrets, GITHUB_TOKEN: request.mintToken(permissionsOf(workflow)) };
  const variables = {
    GITHUB_SERVER_URL: urls.server,
    GITHUB_API_URL: urls.api,
    GITHUB_GRAPHQL_URL: urls.graphql,
    GITHUB_REPOSITORY: slug,
    GITHUB_REPOSITORY_OWNER: repository.owner,
    GITHUB_REF: request.ref,
    GITHUB_RUN_ID: String(request.runId),
    GITHUB_RUN_NUMBER: String(request.runNumber),
    GITHUB_RUN_ATTEMPT: String(request.runAttempt),
  };
  const files = {
    'event.json': JSON.stringify(request.event),
    secrets: dotenv(secrets),
    variables: dotenv(request.vars),
    environment: dotenv(variables),
    inputs: '',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
}

function branchOf({ ref }: WorkflowRunRequest): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}

function dotenv(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}

/** What any job of a workflow may: act has one token for all of them. */
function permissionsOf({ permissions, jobs }: Workflow): Record<string, 'read' | 'write' | 'none'> {
  const union: Record<string, 'read' | 'write' | 'none'> = {};
  for (const each of [permissions, ...jobs.map((job) => job.permissions)])
    for (const [scope, level] of Object.entries(each ?? {})) if (union[scope] !== 'write') union[scope] = level;
  return union;
}

function argumentsFor(
  folder: string,
  { request, options }: { readonly request: WorkflowRunRequest; readonly options: ActOptions },
): readonly string[] {
  const file = (name: string) => join(folder, name);
  const local = localRepositories(request.workflow.source, options.actions);
  return [
    request.eventName,
    ...['--directory', file('repository'), '--workflows', request.workflow.path],
    ...['--eventpath', file('event.json'), '--env-file', file('environment'), '--secret-file', file('secrets')],
    // Else act reads files of these names from the repository.
    ...['--var-file', file('variables'), '--input-file', file('inputs')],
    ...['--actor', request.actor.login, '--defaultbranch', request.repository.defaultBranch],
    ...['--platform', 'ubuntu-latest=-self-hosted', '--platform', 'ubuntu-slim=-self-hosted'],
    ...local.flatMap((each) => ['--local-repository', each]),
    ...['--action-offline-mode', '--action-cache-path', file('cache'), '--no-cache-server', '--pull=false'],
    ...['--json', '--rm'],
  ];
}

/** Every action that a workflow names, in the version that it names, by the folder that holds it. */
function localRepositories(source: string, folders: Readonly<Record<string, string>>): readonly string[] {
  const named = [...source.matchAll(/^\s*(?:- )?uses: ([\w.-]+\/[\w.-]+)(?:\/[^@\s]*)?@(\S+)/gm)];
  const mapped = named.flatMap(([, repository = '', ref = '']) =>
    folders[repository] === undefined ? [] : [`${repository}@${ref}=${folders[repository]}`],
  );
  return [...new Set(mapped)];
}
