import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScriptedProvider, startScriptedProvider } from '../task/support/provider/scripted-provider.ts';
import { agentWaves, type Ended, newFolder, removeFolder } from './support/command.ts';
import { doesItsTask, STAND_IN, textOf } from './support/model.ts';
import { git, landings } from './support/world.ts';

/** `rehearse --agent claude` with a stand-in program: adapter, proxy and workflow are real, and so is the way of the key. */

const KEY = 'sk-ant-a-key-of-a-person-0123456789';

describe('a rehearsal with an agent that has a model', () => {
  let programs: string;
  let out: string;
  let provider: ScriptedProvider;
  let ended: Ended;

  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), 'agent-waves-programs-'));
    await writeFile(join(programs, 'claude'), STAND_IN);
    // Whatever git is started, by the rehearsal or by a step, tells what it was given.
    const git = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'git')));
    await writeFile(join(programs, 'git'), `#!/bin/sh\nenv >> '${programs}/given'\nexec '${git}/git' "$@"\n`);
    for (const name of ['claude', 'git']) await chmod(join(programs, name), 0o755);
    out = await newFolder();
    provider = await startScriptedProvider(doesItsTask);
    ended = await agentWaves(
      ['rehearse', 'examples/small', '--out', out, '--agent', 'claude', '--key-from', 'MINE', '--url-from', 'THERE'],
      { MINE: KEY, THERE: provider.url, MODEL_OF_NOBODY: '1', PATH: [programs, process.env.PATH].join(delimiter) },
    );
  });
  afterAll(async () => {
    await provider.close();
    await removeFolder(out);
    await rm(programs, { recursive: true });
  });

  it('says before it begins that it calls a model, which, where, and who could read the key', () => {
    expect(ended.stdout).toContain(
      `This calls a model and costs money: claude (haiku, sonnet) at ${provider.url}, with the key in MINE. Agents and checks run as you, and can read what you can, the key too.\n`,
    );
    expect(ended.stdout.indexOf('This calls a model')).toBeLessThan(ended.stdout.indexOf('Small: 4 tasks'));
  });

  it('lands the whole plan by what the model says, asked with the key', async () => {
    expect(ended, ended.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('4 of 4 tasks completed, 0 failed or blocked, 4 attempts');
    expect((await landings(join(out, 'remote.git'))).map(({ task }) => task)[0]).toBe('A-001');
    expect(provider.requests).toHaveLength(8);
    for (const { headers } of provider.asked) expect(headers['x-api-key']).toBe(KEY);
  });

  it('gives the key to no program but the agent step', async () => {
    const given = await readFile(join(programs, 'given'), 'utf8');

    expect(given).toMatch(/^MODEL_OF_NOBODY=1$/m);
    expect(given).not.toContain(KEY);
  });

  it('leaves the key nowhere: in no file, no object of the repository, and no output', async () => {
    const paths = await readdir(out, { recursive: true });
    const objects = await git(join(out, 'remote.git'), 'cat-file', '--batch-all-objects', '--batch', '--unordered');

    expect(paths.some((path) => /runs\/.*agent.*\.log$/.test(path))).toBe(true);
    expect(await textOf(out, paths)).not.toContain(KEY);
    expect(objects).not.toContain(KEY);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(KEY);
  });
});
