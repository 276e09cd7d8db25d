import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSettings } from '../../../src/task/claim/settings.ts';
import { type GitIn, openGit } from '../support/git.ts';

const PLAN = JSON.stringify({ name: 'P', tasks: [{ id: 'A', title: 'First' }] });

let folder: string;
let lead: GitIn;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-settings-'));
  lead = openGit(folder);
  await lead.run('init', '--quiet');
});
afterEach(() => rm(folder, { recursive: true }));

async function settings(files: Readonly<Record<string, string>>) {
  await lead.write(files);
  await lead.run('add', '--all');
  await lead.run('commit', '--quiet', '-m', 'Begin');
  return readSettings({ gitDir: join(folder, '.git'), remote: '', token: '' }, 'HEAD');
}

it.each(['.github/agent-waves.yml', '.github/agent-waves.yaml'])('a run goes by %s', async (path) => {
  const { config, plan } = await settings({ [path]: 'plan: plan.json\nmax_parallel: 3\n', 'plan.json': PLAN });

  expect([config.max_parallel, plan.name]).toEqual([3, 'P']);
});

it('a run refuses two configurations, as the app does', async () => {
  const files = { '.github/agent-waves.yml': '', '.github/agent-waves.yaml': '', 'docs/planning/tasks.json': PLAN };

  await expect(settings(files)).rejects.toThrow('are both there; keep one of the two');
});
