import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Ending, type Invocation, stepEnvironment } from '../run/invocation.ts';

/**
 * actions/setup-node without a download: the Node of this machine is the one that is set up, as this machine is every
 * runner that a job asks for. Where that on the job's PATH is another than asked for, and older than the one that runs this
 * program, the latter goes before it. Where the major version is another than asked for, a warning says so. Throws, by name, for inputs other than a
 * major version and a cache that is off.
 */
export async function setupNode(invocation: Invocation, inputs: Readonly<Record<string, string>>): Promise<Ending> {
  for (const [name, value] of Object.entries(inputs)) {
    const known = name === 'node-version' ? /^\d+$/.test(value) : name === 'package-manager-cache' && value === 'false';
    if (!known)
      throw new Error(`the embedded runner's actions/setup-node does not support '${name}: ${value}'; leave it out`);
  }
  const { frame, log } = invocation;
  const found = await versionOnPath(invocation);
  const there = majorOf(found);
  const wanted = inputs['node-version'] ?? there;
  const isOurs = there === undefined || (there !== wanted && Number(majorOf(process.version)) > Number(there));
  if (isOurs) frame.job.paths.unshift(dirname(process.execPath));
  const version = isOurs ? process.version : found;
  if (wanted !== undefined && wanted !== majorOf(version))
    log.note(`##[warning]Node ${wanted} is asked for; the embedded runner downloads none and takes ${version} instead`);
  return { outcome: 'success', outputs: { 'node-version': version } };
}

function majorOf(version: string): string | undefined {
  return /^v(\d+)\.\d+\.\d+$/.exec(version)?.[1];
}

/** Of the Node that runs this program, which is mostly the one, without a process. */
async function versionOnPath(invocation: Invocation): Promise<string> {
  const env = stepEnvironment(invocation);
  const paths = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  const first = paths.find((path) => existsSync(path));
  if (first !== undefined && realpathSync(first) === realpathSync(process.execPath)) return process.version;
  const lines: string[] = [];
  const { job } = invocation.frame;
  await job.machine.run({
    command: 'node',
    args: ['--version'],
    cwd: job.folders.workspace,
    env,
    onLine: (line) => lines.push(line),
    stop: invocation.stop,
  });
  return lines[0]?.trim() ?? '';
}
