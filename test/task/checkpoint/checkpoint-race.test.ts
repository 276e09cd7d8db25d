import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureWorkspace } from '../../../src/task/checkpoint/capture-workspace.ts';
import { captureSession } from '../../../src/task/checkpoint/session-files.ts';
import { privateRepository } from '../../../src/task/git/private-repository.ts';
import { treeFiles } from '../../../src/task/git/workspace.ts';
import type { IsolatedUser } from '../../../src/task/isolation/isolated-user.ts';
import { runAs } from '../../../src/task/isolation/isolated-user.ts';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { homeFolder } from '../../../src/task/protocol/job-files.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';
import { CAN_RACE, DECOY, giveAway, holdsCanary, startSecretive, swappingGit } from '../support/swapped-link.ts';

let site: Site;
let machine: Machine;
let user: IsolatedUser;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite();
  const issue = await site.createIssue(liveRecord());
  machine = await startMachine(site, { inputs: inputsFor(issue) });
  await machine.step('claim');
  if (CAN_RACE) user = await giveAway(machine.job);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await endIsolation(machine.job);
  await site.close();
});

describe.skipIf(!CAN_RACE)(
  'a link that an agent puts in the place of a file between the look at it and the reading',
  () => {
    it('brings nothing that only the runner may read into a checkpoint', async () => {
      const secret = await startSecretive();
      const { job } = machine;
      await writeFile(join(job.workspace, 'victim'), DECOY);
      vi.stubEnv('PATH', await swappingGit(site.folder, secret.environ));

      const taken = await captureWorkspace(privateRepository(job), job, user).catch(() => undefined);

      vi.unstubAllEnvs();
      await secret.end();
      expect(await holdsCanary(job)).toBe(false);
      // It was there when it was opened: the second try took it for the link that it is.
      const files = taken ? await treeFiles(privateRepository(job), taken.tree) : [];
      expect(files.find(({ path }) => path === 'victim')?.mode).toBe('120000');
    });

    it('nor into what is saved of its session', async () => {
      const secret = await startSecretive();
      const { job } = machine;
      const sessions = join(homeFolder(job), '.claude', 'projects');
      await runAs(user, ['sh', '-c', `mkdir -p ${sessions} && printf ${DECOY} > ${sessions}/victim`]);
      vi.stubEnv('PATH', await swappingGit(site.folder, secret.environ));

      await captureSession(privateRepository(job), job, user).catch(() => undefined);

      vi.unstubAllEnvs();
      await secret.end();
      expect(await holdsCanary(job)).toBe(false);
    });
  },
);

describe.skipIf(!CAN_RACE)('a checkpoint of files that belong to another user', () => {
  it('holds them as they are, those that the user alone may read included', async () => {
    const { job } = machine;
    await runAs(user, ['sh', '-c', `cd ${job.workspace} && mkdir a && echo mine > a/mine && chmod 600 a/mine`]);

    const { tree } = await captureWorkspace(privateRepository(job), job, user);
    await runAs(user, ['sh', '-c', `cd ${job.workspace} && echo more > a/more`]);
    const second = await captureWorkspace(privateRepository(job), job, user);

    const repository = privateRepository(job);
    expect((await treeFiles(repository, tree)).map(({ path }) => path)).toContain('a/mine');
    const paths = (await treeFiles(repository, second.tree)).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['a/mine', 'a/more', 'src/ground.txt']));
  });

  it('can be read by nobody else', async () => {
    const { job } = machine;
    await captureWorkspace(privateRepository(job), job, user);

    const { stdout, stderr } = await runAs(user, ['ls', privateRepository(job).gitDir]);

    expect(stdout).toBe('');
    expect(stderr).toContain('Permission denied');
  });

  it('is refused where a repository of the agent claims to hold what it does not', async () => {
    const { job } = machine;
    const { stdout: name } = await runAs(user, [
      'sh',
      '-c',
      `cd ${job.workspace} && echo new > new && git hash-object new`,
    ]);
    const [folder, file] = [`.git/objects/${name.slice(0, 2)}`, name.trim().slice(2)];
    await runAs(user, ['sh', '-c', `cd ${job.workspace} && mkdir -p ${folder} && echo no object > ${folder}/${file}`]);

    await expect(captureWorkspace(privateRepository(job), job, user)).rejects.toThrow('git index-pack failed');
  });
});
