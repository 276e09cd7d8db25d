import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { isWithin } from '../isolation/lock-tool-folders.ts';
import type { Environment, JobContext } from '../protocol/job.ts';
import { agentFolders, homeFolder, temporaryFolder } from '../protocol/job-files.ts';

/**
 * What programs of others may know of this machine: where tools are, how to speak to the network, which language.
 * Everything else (tokens, the runner's own variables and command files) is left out because it is not named here.
 */
const PASSED = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TERM',
  'TZ',
  'JAVA_HOME',
  'GOROOT',
  'RUSTUP_HOME',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** @returns The environment of agents, installs and checks, with a home of their own. */
export function childEnvironment(
  job: Pick<JobContext, 'folder' | 'workspace'>,
  machine: Environment,
): NodeJS.ProcessEnv {
  const [home, temporary] = [homeFolder(job), temporaryFolder(job)];
  for (const folder of [home, temporary]) mkdirSync(folder, { recursive: true });
  const passed = PASSED.flatMap((name) => (machine[name] === undefined ? [] : [[name, machine[name]]]));
  return {
    ...rustup(machine),
    ...Object.fromEntries(passed),
    ...(machine.PATH === undefined ? {} : { PATH: foldersOfTheMachine(machine.PATH, job) }),
    HOME: home,
    TMPDIR: temporary,
    CI: 'true',
  };
}

/** Programs are not looked for where agents write: in the checkout, in their own folders, or wherever one is started. */
function foldersOfTheMachine(path: string, job: Pick<JobContext, 'folder' | 'workspace'>): string {
  return path.split(delimiter).filter(folderTest(job)).join(delimiter);
}

/** @returns Folders that PATH names on this machine, and programs of others do not find there. */
export function foldersLeftOut(machine: Environment, job: Pick<JobContext, 'folder' | 'workspace'>): readonly string[] {
  const isOfTheMachine = folderTest(job);
  return (machine.PATH ?? '').split(delimiter).filter((named) => named !== '' && !isOfTheMachine(named));
}

function folderTest(job: Pick<JobContext, 'folder' | 'workspace'>): (named: string) => boolean {
  const theirs = [job.workspace, ...agentFolders(job)].map(real);
  return (named) => isAbsolute(named) && !theirs.some((each) => isWithin(each, real(named)));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // What is not there yet may come to be.
    return path;
  }
}

/** Rust's toolchains are found through the home folder, which is another one here. */
export function rustup(machine: Environment): NodeJS.ProcessEnv {
  if (machine.RUSTUP_HOME !== undefined) return { RUSTUP_HOME: machine.RUSTUP_HOME };
  const toolchains = join(machine.HOME ?? '/', '.rustup');
  return existsSync(toolchains) ? { RUSTUP_HOME: toolchains } : {};
}
