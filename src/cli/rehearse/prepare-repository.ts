import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hasLimit, withoutDollars } from '../../plan/budget.ts';
import type { Config } from '../../plan/config.ts';
import { CLOCK_WORKFLOW, CONFIG_PATH, PASS_WORKFLOW, TASK_WORKFLOW } from '../../state/names.ts';
import { configPathsIn } from '../config-files.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { withPassRunner } from '../pass-runner.ts';
import type { RehearsalAgent } from './agent.ts';
import { setKeys } from './edit-config.ts';
import { wireModel } from './wire-model.ts';

export interface PrepareInput {
  /** The folder that holds the plan; it is read, never written. */
  readonly source: string;
  /** A folder that is left out: where the rehearsal leaves what it leaves, which may be inside of the other. */
  readonly except: string;
  readonly config: Config;
  readonly agent: RehearsalAgent;
  /** Keys of the configuration that are other than in the folder: agents with a model among them. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** The task workflow of four jobs instead of the folder's own. */
  readonly hardened: boolean;
  /** The workflows that make passes come along. */
  readonly withoutServer: boolean;
  readonly branch: string;
  readonly remote: { readonly url: string; readonly token: string };
}

/** Never part of a repository. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'out']);

const git = promisify(execFile);

/** Pushes a copy of the folder, with the task workflow where it has none and with the agent, to the embedded GitHub. */
export async function prepareRepository(input: PrepareInput): Promise<void> {
  const { source, except } = input;
  // No folder of `source`, into which nothing of it can be copied.
  const scratch = await mkdtemp(join(tmpdir(), 'agent-waves-start-'));
  try {
    const filter = (path: string) => path === source || (path !== except && !LEFT_OUT.has(basename(path)));
    await cp(source, scratch, { recursive: true, filter });
    await pushCopy(scratch, input);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function pushCopy(
  scratch: string,
  { config, agent, changes, hardened, withoutServer, branch, remote }: PrepareInput,
): Promise<void> {
  await addWorkflow(scratch, { hardened, agent, config });
  if (withoutServer)
    for (const name of [PASS_WORKFLOW, CLOCK_WORKFLOW]) {
      const template = await readFile(join(PACKAGE_ROOT, 'templates', name), 'utf8');
      await writeFile(join(scratch, '.github', 'workflows', name), withPassRunner(template, config.pass_runs_on));
    }
  await configure(scratch, { config, agent, changes });
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${remote.token}`).toString('base64')}`;
  const run = (...args: string[]) =>
    git('git', args, {
      cwd: scratch,
      env: {
        PATH: process.env.PATH,
        HOME: scratch,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.extraHeader',
        GIT_CONFIG_VALUE_0: header,
        ...identity('AUTHOR'),
        ...identity('COMMITTER'),
      },
    });
  await run('init', '--quiet', `--initial-branch=${branch}`);
  await run('add', '--all');
  await run('commit', '--quiet', '-m', 'Start of the rehearsal');
  await run('push', '--quiet', remote.url, branch);
}

function identity(role: 'AUTHOR' | 'COMMITTER'): Record<string, string> {
  return { [`GIT_${role}_NAME`]: 'Lead', [`GIT_${role}_EMAIL`]: 'lead@example.com' };
}

const HARDENED = 'agent-task-hardened.yml';

async function addWorkflow(
  folder: string,
  { hardened, agent, config }: Pick<PrepareInput, 'hardened' | 'agent' | 'config'>,
): Promise<void> {
  const path = join(folder, '.github', 'workflows', TASK_WORKFLOW);
  if (!existsSync(path) || hardened) {
    await mkdir(dirname(path), { recursive: true });
    const template = await readFile(join(PACKAGE_ROOT, 'templates', hardened ? HARDENED : TASK_WORKFLOW), 'utf8');
    await writeFile(path, withPassRunner(template, config.pass_runs_on));
  }
  if (agent.kind === 'model') await writeFile(path, wireModel(await readFile(path, 'utf8'), agent.run));
}

/** Every agent type becomes the command of the rehearsal, where it has one. */
async function configure(
  folder: string,
  { config, agent, changes }: Pick<PrepareInput, 'config' | 'agent' | 'changes'>,
): Promise<void> {
  const path = join(folder, configPathsIn(folder)[0] ?? CONFIG_PATH);
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  const agents = agent.kind === 'command' ? commandChanges(agent.command, config) : {};
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, setKeys(text, { ...changes, ...agents }));
}

/** Of the command of a rehearsal nobody learns what it costs: limits in dollars are left out, and it costs nothing. */
function commandChanges(command: string, { agents, routes, budget }: Config): Readonly<Record<string, unknown>> {
  const types = new Set([...Object.keys(agents), ...routes.map((route) => route.agent)]);
  return {
    agents: Object.fromEntries([...types].sort().map((type) => [type, { run: 'command', command }])),
    ...(hasLimit({ budget }, 'usd') ? { budget: withoutDollars(budget) } : {}),
  };
}
