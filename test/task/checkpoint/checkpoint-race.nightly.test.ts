import { spawn } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { captureWorkspace } from '../../../src/task/checkpoint/capture-workspace.ts';
import { privateRepository } from '../../../src/task/git/private-repository.ts';
import { commandAs, endProcesses } from '../../../src/task/isolation/isolated-user.ts';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';
import { CAN_RACE, DECOY, exchanger, giveAway, holdsCanary, slowGit, startSecretive } from '../support/swapped-link.ts';

const SECONDS = Number(process.env.RACE_SECONDS ?? 60);

let site: Site;
let machine: Machine;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite();
  const issue = await site.createIssue(liveRecord());
  machine = await startMachine(site, { inputs: inputsFor(issue) });
  await machine.step('claim');
});
afterEach(async () => {
  await endIsolation(machine.job);
  await site.close();
});

test.skipIf(!CAN_RACE)(
  'an agent that swaps files and links for a minute brings no secret into a checkpoint',
  async () => {
    const secret = await startSecretive();
    const { job } = machine;
    const program = await exchanger(site.folder);
    const names = Array.from({ length: 4 }, (_, n) => [`file${n}-swapped`, `link${n}-swapped`] as const);
    for (const [file, link] of names) {
      await writeFile(join(job.workspace, file), DECOY);
      await symlink(secret.environ, join(job.workspace, link));
    }
    const user = await giveAway(job);
    for (const pair of names) {
      const { argv, environment } = commandAs(user, {
        argv: [program, ...pair],
        environment: { PATH: process.env.PATH },
      });
      spawn(argv[0], argv.slice(1), { cwd: job.workspace, env: environment, stdio: 'ignore' });
    }

    vi.stubEnv('PATH', await slowGit(site.folder));

    let taken = 0;
    let failed = 0;
    for (const until = Date.now() + SECONDS * 1_000; Date.now() < until; ) {
      const end = await captureWorkspace(privateRepository(job), job, user).catch(() => undefined);
      if (end) taken++;
      else failed++;
    }

    vi.unstubAllEnvs();
    await endProcesses(user);
    await secret.end();
    console.info(`${taken} checkpoints taken, ${failed} refused while files were swapped`);
    expect(taken + failed).toBeGreaterThan(0);
    expect(await holdsCanary(job)).toBe(false);
  },
);
