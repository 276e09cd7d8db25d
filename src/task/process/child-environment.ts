import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, JobContext } from '../protocol/job.ts';
import { homeFolder, temporaryFolder } from '../protocol/job-files.ts';

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
export function childEnvironment(job: Pick<JobContext, 'folder'>, machine: Environment): NodeJS.ProcessEnv {
  const [home, temporary] = [homeFolder(job), temporaryFolder(job)];
  for (const folder of [home, temporary]) mkdirSync(folder, { recursive: true });
  const passed = PASSED.flatMap((name) => (machine[name] === undefined ? [] : [[name, machine[name]]]));
  return { ...rustup(machine), ...Object.fromEntries(passed), HOME: home, TMPDIR: temporary, CI: 'true' };
}

/** Rust's toolchains are found through the home folder, which is another one here. */
function rustup(machine: Environment): NodeJS.ProcessEnv {
  const toolchains = join(machine.HOME ?? '/', '.rustup');
  return existsSync(toolchains) ? { RUSTUP_HOME: toolchains } : {};
}
