import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runner, RunnerOptions } from 'embedded-github';
import { actRunner } from './act-runner.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** What GitHub has of the repository of the action, as far as an action of it is concerned. */
const OF_THE_ACTION = ['action.yml', 'orchestrate', 'agents', 'dist', 'package.json'];

/** In place of actions that others publish, and that act would download. Checking out is act's own. */
const STAND_INS = ['setup-node', 'upload-artifact', 'download-artifact'];

/** Path of act; `.ci/run` builds it where there is Go. */
export const ACT = process.env.ACT_PROGRAM ?? '';

export interface ActMachine {
  readonly makeRunner: (options: RunnerOptions) => Runner;
  readonly remove: () => Promise<void>;
}

/** A machine on which act executes jobs, with the actions that they use. */
export async function actMachine(): Promise<ActMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-act-'));
  const ours = join(folder, 'agent-waves');
  // act packs the whole folder for each step, so that the sources of this checkout stay out of it.
  for (const name of OF_THE_ACTION) await cp(join(ROOT, name), join(ours, name), { recursive: true });
  const standIns = STAND_INS.map((name) => [
    `actions/${name}`,
    fileURLToPath(new URL(`stand-ins/${name}`, import.meta.url)),
  ]);
  return {
    makeRunner: (options) =>
      actRunner({
        ...options,
        program: ACT,
        actions: { ...Object.fromEntries(standIns), 'agent-waves/agent-waves': ours },
        environment: {
          ...options.environment,
          STAND_IN_NODE: dirname(process.execPath),
          STAND_IN_ARTIFACTS: join(folder, 'artifacts'),
        },
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
