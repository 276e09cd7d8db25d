import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { ISOLATIONS, type Judged, type JudgedRun, prepareRun } from '../support/judged.ts';

/** What an installation makes of the code of the repository is made of the code that is judged. By the real npm. */

let judged: Judged | undefined;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  if (judged) await endIsolation(judged.machine.job);
  await judged?.site.close();
});

/** A dependency whose programs put together what lies in `patches` and `prisma`, and count. */
const TOOLS = `#!/usr/bin/env node
const { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
appendFileSync('../../notes/installs', 'once\\n');
const files = ['patches', 'prisma/schema'].filter(existsSync).flatMap((folder) => readdirSync(folder).map((name) => folder + '/' + name));
mkdirSync('node_modules/.made', { recursive: true });
writeFileSync('node_modules/.made/all.txt', files.map((file) => readFileSync(file, 'utf8')).join(''));
`;

/** @param scripts Of the repository's own package.json. */
function repository(scripts: Readonly<Record<string, string>>): NonNullable<JudgedRun['files']> {
  const bin = { husky: 'run.cjs', 'patch-package': 'run.cjs', prisma: 'run.cjs' };
  const manifest = { name: 'small', private: true, devDependencies: { tools: 'file:vendor/tools' } };
  const packages = {
    '': { name: 'small', devDependencies: manifest.devDependencies },
    'node_modules/tools': { resolved: 'vendor/tools', link: true },
    'vendor/tools': { version: '1.0.0', dev: true, bin },
  };
  return {
    'package.json': JSON.stringify({ ...manifest, scripts }),
    'package-lock.json': JSON.stringify({ name: 'small', lockfileVersion: 3, requires: true, packages }),
    'vendor/tools/package.json': JSON.stringify({ name: 'tools', version: '1.0.0', bin }),
    'vendor/tools/run.cjs': TOOLS,
    'patches/answer.patch': 'sound\n',
    'patches/answer.txt': 'sound\n',
    'prisma/schema/one.prisma': 'sound\n',
    'prisma/schema/two.prisma': 'sound\n',
  };
}

const SOUND = '! grep -v sound node_modules/.made/all.txt';

interface Verified {
  readonly failure: string | undefined;
  readonly installs: number;
}

async function verified(run: Omit<JudgedRun, 'isolation' | 'check'>, isolation = ISOLATIONS[0]): Promise<Verified> {
  judged = await prepareRun({ ...run, isolation, check: SOUND });
  const { machine, noted } = judged;
  await machine.steps('claim', 'agent', 'verify');
  return {
    failure: machine.output('verify.conclusion')?.failure?.what,
    installs: (await noted('installs')).length,
  };
}

describe.each([
  ['a patch', 'patches/answer.patch', 'patch-package'],
  ['a schema of several', 'prisma/schema/two.prisma', 'prisma generate'],
  ['whatever a script reads', 'patches/answer.txt', 'node vendor/tools/run.cjs'],
])('%s that the work changes', (_, file, postinstall) => {
  test('is in what verifies it', async () => {
    const { failure, installs } = await verified({
      files: repository({ postinstall }),
      detectsInstall: true,
      agent: `echo rotten > ${file}`,
    });

    expect(failure).toMatch(/^test failed/);
    expect(installs).toBe(2);
  });

  test('and that is new, is in there, too', async () => {
    const { failure } = await verified({
      files: repository({ postinstall }),
      detectsInstall: true,
      agent: `echo rotten > ${file.replace(/(\w+)\.(\w+)$/, 'more.$2')}`,
    });

    expect(failure).toMatch(/^test failed/);
  });
});

test('a script that an installation of the configuration runs is the one of the work', async () => {
  const { failure } = await verified({
    files: { 'setup.sh': 'mkdir -p node_modules/.made && echo sound > node_modules/.made/all.txt\n' },
    install: 'bash setup.sh',
    agent: 'sed -i s/sound/rotten/ setup.sh',
  });

  expect(failure).toMatch(/^test failed/);
});

describe.each(['husky', 'husky || true', 'patch-package', 'prisma generate', 'npx husky'])('`%s`', (prepare) => {
  test('is run once, for all verifications of work that changes nothing it reads', async () => {
    const { failure, installs } = await verified({
      files: repository({ prepare }),
      detectsInstall: true,
      agent: 'echo more > src/more.txt',
    });

    expect([failure, installs]).toEqual([undefined, 1]);
  });
});

test('a dependency that is a folder of the repository is what the work makes of it: npm links to it', async () => {
  const { failure, installs } = await verified({
    files: repository({ prepare: 'husky' }),
    detectsInstall: true,
    agent: 'echo "// more" >> vendor/tools/run.cjs',
  });

  expect([failure, installs]).toEqual([undefined, 1]);
});
