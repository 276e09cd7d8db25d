import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { ISOLATIONS, type Judged, prepareRun } from '../support/judged.ts';
import { POISONS, SOUND } from '../support/poisons.ts';

let judged: Judged;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  await endIsolation(judged.machine.job);
  await judged.site.close();
});

describe.each(ISOLATIONS)('isolation %s, an agent that has poisoned', (isolation) => {
  // Another user takes three times as long: the others are for poisoned-surroundings.nightly.test.ts.
  const poisons = Object.entries(POISONS).filter((_, nth) => isolation === 'none' || nth % 4 === 0);
  test.each(poisons)('%s is judged all the same', async (_, poison) => {
    judged = await prepareRun({ isolation, ...poison });

    await judged.machine.steps('claim', 'agent', 'verify');

    expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  });
});

test('a program that PATH finds in the checkout alone is not found, and the run says how to name it', async () => {
  let shown = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += text;
    return true;
  });
  judged = await prepareRun({
    isolation: 'none',
    prepared: { '.venv/bin/judge': '#!/bin/sh\n' },
    tools: (workspace) => [`${workspace}/.venv/bin`],
    check: 'judge',
    agent: 'true',
  });

  await judged.machine.steps('claim', 'agent', 'verify');

  expect(shown).toContain('PATH: `.venv/bin` left out, because an agent can write there; name programs by their path');
  expect(judged.machine.output('verify.conclusion')).toMatchObject({
    needs: 'person',
    cause: { kind: 'setup', fix: 'name it by its path in checks of .github/agent-waves.yml: `.venv/bin/judge`' },
  });
});

test('what PATH names by the whole path of the checkout is no program of a check', async () => {
  judged = await prepareRun({
    isolation: 'none',
    files: { 'bin/judge': `#!/bin/sh\n${SOUND}\n` },
    tools: (workspace) => [`${workspace}/bin`],
    check: `judge || ${SOUND}`,
    agent: "printf '#!/bin/sh\\n' > bin/judge && chmod +x bin/judge",
  });

  await judged.machine.steps('claim', 'agent', 'verify');

  expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
});

/** As on hosted runners: everybody may write to the packages of a tool. */
async function openTool(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'bin/judge'), '#!/bin/sh\n. "$(dirname "$0")/../lib/judge.sh"\n', { mode: 0o755 });
  await writeFile(join(folder, 'lib/judge.sh'), `${SOUND}\n`);
  await chmod(join(folder, 'lib'), 0o777);
  await chmod(join(folder, 'lib/judge.sh'), 0o666);
}

test.skipIf(ISOLATIONS.length === 1)(
  'a package of a tool that everybody may write to is none that the agent wrote',
  async () => {
    let tool = '';
    judged = await prepareRun({
      isolation: 'user',
      tools: (workspace) => {
        tool = join(workspace, '../../tool');
        return [join(tool, 'bin')];
      },
      check: 'judge',
      agent: 'lib=$(dirname "$(command -v judge)")/../lib; echo true > "$lib/judge.sh" || true',
    });
    await openTool(tool);
    vi.stubEnv('PATH', `${join(tool, 'bin')}:${process.env.PATH}`);

    await judged.machine.steps('claim', 'agent', 'verify');

    vi.unstubAllEnvs();
    expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  },
);

const ABOVE = ['conftest.py', '.npmrc', 'package.json', '.cargo/config.toml', 'node_modules/x/index.js', 'go.work'];

test.skipIf(ISOLATIONS.length === 1)(
  'what programs read above the checkout cannot be written by the agent',
  async () => {
    const above = ABOVE.map((path) => `../${path}`).join(' ');
    judged = await prepareRun({
      isolation: 'user',
      check: `for file in ${above}; do test ! -e "$file" || exit 0; done; ${SOUND}`,
      agent: `for file in ${above}; do mkdir -p "$(dirname "$file")" && echo evil > "$file" || true; done`,
    });

    await judged.machine.steps('claim', 'agent', 'verify');

    expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  },
);
