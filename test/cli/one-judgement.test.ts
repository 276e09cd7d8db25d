import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPlan } from '../../src/cli/open-plan.ts';
import { loadFolder } from '../../src/cli/rehearse/load-folder.ts';
import { loadProject } from '../../src/plan/load-project.ts';
import type { FileProblem } from '../../src/plan/plan.ts';
import { refusedPlan } from '../../src/planning/check/check.ts';
import { planFindings } from '../../src/planning/diff/plan-findings.ts';

const PLAN = 'docs/planning/tasks.json';
const CONFIG = '.github/agent-waves.yml';
const SOUND = JSON.stringify({ name: 'P', tasks: [{ id: 'A', title: 'T', integration: 'api' }] });
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

const cases = new URL('../plan/cases/', import.meta.url);
const brokenPlans = (await readdir(cases)).filter((file) => file.endsWith('.json'));
const brokenConfigs = (await readdir(new URL('config/', cases))).filter((file) => file.endsWith('.yml'));

describe('check, rehearsal, app and the review of a pull request refuse the same, in the same words', () => {
  it.each(brokenPlans)('the plan %s', async (file) => {
    await refusedByAll({ [PLAN]: await readFile(new URL(file, cases), 'utf8') });
  });

  it.each(brokenConfigs)('the configuration %s', async (file) => {
    await refusedByAll({ [PLAN]: '{', [CONFIG]: await readFile(new URL(`config/${file}`, cases), 'utf8') });
  });

  it('a budget that nobody could keep', async () => {
    const problems = await refusedByAll({
      [PLAN]: SOUND,
      [CONFIG]: 'budget: { plan: { usd: 5 } }\nagents: { general-purpose: { run: codex } }\n',
    });

    expect(problems[0]?.message).toMatch(/a limit in `usd` cannot be kept/);
  });

  it('an integration check that the configuration lacks', async () => {
    await refusedByAll({ [PLAN]: SOUND, [CONFIG]: 'landing: push\n' });
    await refusedByAll({ [PLAN]: SOUND });
  });

  it('a configuration under both of its names', async () => {
    const problems = await refusedByAll({ [PLAN]: SOUND, [CONFIG]: '', '.github/agent-waves.yaml': '' });

    expect(problems).toMatchObject([
      { file: '.github/agent-waves.yaml', message: '`agent-waves.yml` is there as well; keep one of the two' },
      { file: PLAN },
    ]);
  });

  it('what is wrong in a configuration that ends in .yaml', async () => {
    const [problem] = await refusedByAll({ [PLAN]: '{', '.github/agent-waves.yaml': 'landig: push\n' });

    expect(problem).toMatchObject({ file: '.github/agent-waves.yaml', line: 1 });
  });
});

async function refusedByAll(files: Readonly<Record<string, string>>): Promise<readonly FileProblem[]> {
  const folder = await folderOf(files);
  const flags = {};
  const wishes = { protectDefault: false, hardened: false, host: 'server' } as const;
  const file = (path: string) => (files[path] === undefined ? undefined : { path, text: files[path] });
  const [config, otherConfig] = [file(CONFIG), file('.github/agent-waves.yaml')].filter((one) => one !== undefined);

  const checked = await openPlan(join(folder, PLAN));
  const rehearsed = await loadFolder(folder, { wishes, flags, agent: undefined });
  const app = loadProject({ plan: file(PLAN), config, otherConfig });

  expect(app.ok).toBe(false);
  const expected = app.ok ? [] : app.problems;
  expect(rehearsed).toEqual({ ok: false, problems: expected });
  expect(planFindings(app)).toEqual(refusedPlan(expected));
  expect(checked.ok).toBe(false);
  const said = refusedPlan(checked.ok ? [] : checked.problems).findings;
  // On the command line a file is named as it was found.
  expect(said.map(({ file: path, ...rest }) => ({ ...rest, file: path.slice(folder.length + 1) }))).toEqual(
    expected.map((problem) => ({ severity: 'error', rule: 'refused', ...problem })),
  );
  return expected;
}

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-judgement-'));
  folders.push(folder);
  for (const [path, text] of Object.entries({ '.git': '', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}
