import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRunner } from 'embedded-github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appOctokit,
  git,
  octokitFor,
  startTown,
  type Town,
} from '../../../packages/embedded-github/test/support/town.ts';
import { withoutNextJob } from '../../../src/cli/init/next-job.ts';
import { newFolder, removeFolder } from '../../e2e/support/command.ts';
import { runInit } from '../support/run-init.ts';

const BRANCH = 'agent-waves-onboarding';
const CONFIG = '.github/agent-waves.yml';
const REPOSITORY = { owner: 'acme', repo: 'daw' } as const;
const MANIFEST = { name: 'daw', scripts: { test: 'node --test' } };

let town: Town;
beforeEach(async () => {
  town = await startTown({
    runner: createRunner({ actions: {}, tools: [] }),
    files: { 'package.json': JSON.stringify(MANIFEST), 'test/one.test.js': '' },
  });
});
afterEach(() => town.close());

const propose = (token = town.lead.token, ...flags: readonly string[]) =>
  runInit([town.work, '--yes', '--pull-request', ...flags], {
    GITHUB_TOKEN: token,
    GITHUB_API_URL: town.github.apiUrl,
  });
const pulls = () => town.github.pullsReport('acme/daw');
const lead = () => octokitFor(town.github, town.lead.token);
const remote = (...args: readonly string[]) => git(join(town.folder, 'remote.git'), ...args);
const commits = async () => Number(await remote('rev-list', '--count', `main..${BRANCH}`));
const onBranch = (path: string) => remote('show', `${BRANCH}:${path}`);

describe('init --pull-request', () => {
  it('opens one pull request that explains itself, and writes nothing else anywhere', async () => {
    const before = await readdir(town.work, { recursive: true });

    const { code, stdout, stderr } = await propose();

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [pull, ...others] = pulls();
    expect(others).toEqual([]);
    expect(pull).toMatchObject({
      title: 'Set up Agent Waves',
      state: 'open',
      head: { ref: BRANCH },
      base: { ref: 'main' },
    });
    expect(stdout).toContain(`Pull request #${pull?.number} was opened: ${pull?.html_url}`);
    expect((await remote('diff', '--name-only', 'main', BRANCH)).split('\n')).toEqual([
      CONFIG,
      '.github/workflows/agent-task.yml',
      'docs/planning/tasks.json',
    ]);
    expect(await onBranch('.github/workflows/agent-task.yml')).toBe(
      withoutNextJob(await readFile('templates/agent-task.yml', 'utf8')).trim(),
    );
    expect((await readdir(town.work, { recursive: true })).sort()).toEqual(before.sort());
    const body = pull?.body?.replace(/127\.0\.0\.1:\d+/, 'HOST').replace(/"[0-9a-f]{32}"/g, '"DIGEST"');
    await expect(body).toMatchFileSnapshot('../golden/init/onboarding.md');
  });

  it('leaves pull request and branch as they are when nothing has changed', async () => {
    await propose();
    const [{ body, updated_at } = { body: '', updated_at: '' }] = pulls();

    const again = await propose();

    expect(again.stdout).toMatch(/Pull request #1 is up to date/);
    expect(await commits()).toBe(1);
    expect(pulls()).toMatchObject([{ body, updated_at }]);
  });

  it('brings the same pull request up to date: what init wrote follows the repository, what people wrote stays', async () => {
    await propose();
    const [first] = pulls();
    const ticked = first?.body?.replace('- [ ] Make the environment', '- [x] Make the environment') ?? '';
    await lead().rest.pulls.update({ ...REPOSITORY, pull_number: 1, body: ticked });
    await town.github.commitFiles({
      repository: 'acme/daw',
      by: 'lead',
      branch: BRANCH,
      message: 'Another plan',
      files: {
        'docs/planning/tasks.json': '{ "id": "mine", "name": "Mine", "tasks": [{ "id": "A-1", "title": "One" }] }',
      },
    });
    await writeFile(
      join(town.work, 'package.json'),
      JSON.stringify({ ...MANIFEST, scripts: { ...MANIFEST.scripts, lint: 'eslint .' } }),
    );

    const { stdout } = await propose();

    expect(stdout).toContain('Pull request #1 was updated');
    expect(pulls()).toHaveLength(1);
    expect(await onBranch(CONFIG)).toContain('#   lint: npm run lint');
    expect(await onBranch('docs/planning/tasks.json')).toContain('"Mine"');
    expect(pulls()[0]?.body).toContain('npm run lint');
    expect(pulls()[0]?.body).toContain('- [x] Make the environment');
    expect(pulls()[0]?.body).toContain('Mine: 1 task');
  });

  it('keeps a configuration that a person changed on the branch, and says so', async () => {
    await propose();
    const mine = 'landing: push\n';
    await town.github.commitFiles({
      repository: 'acme/daw',
      by: 'lead',
      branch: BRANCH,
      message: 'Mine',
      files: { [CONFIG]: mine },
    });

    const { stdout } = await propose();

    expect(await onBranch(CONFIG)).toBe(mine.trim());
    expect(stdout).toContain(`kept        ${CONFIG}`);
    expect(pulls()[0]?.body).toContain(`\`${CONFIG}\`: stays as somebody wrote it`);
  });

  it('chooses what the rules of the default branch allow, and names what they ask for', async () => {
    town.github.protect('acme/daw', { branch: 'main', pullRequest: { approvals: 2 }, requiredChecks: ['ci'] });

    const { code } = await propose();

    expect(code).toBe(0);
    expect(await onBranch(CONFIG)).toMatch(/^landing: review$/m);
    expect(pulls()[0]?.body).toContain('| rules | pull requests alone, approvals: 2, required checks: ci |');
  });

  it('goes on where an earlier one ended before its pull request', async () => {
    const { data } = await lead().rest.git.getRef({ ...REPOSITORY, ref: 'heads/main' });
    await lead().rest.git.createRef({ ...REPOSITORY, ref: `refs/heads/${BRANCH}`, sha: data.object.sha });

    const { stdout } = await propose();

    expect(stdout).toContain('Pull request #1 was opened');
  });
});

it('the token of gh is asked for only where a person says so', async () => {
  const programs = await newFolder();
  const gh = join(programs, 'gh');
  await writeFile(
    gh,
    `#!/bin/sh\ntest "$*" = "auth token --hostname ${town.github.url.replace('http://', '')}" && echo ${town.lead.token}\n`,
  );
  await chmod(gh, 0o755);
  const environment = { PATH: `${programs}:${process.env.PATH}`, GITHUB_API_URL: town.github.apiUrl };
  const flags = [town.work, '--yes', '--pull-request'];

  const without = await runInit(flags, environment);
  const withGh = await runInit([...flags, '--gh'], environment);

  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('--gh takes the token of gh') });
  expect(withGh).toMatchObject({ code: 0, stdout: expect.stringContaining('Pull request #1 was opened') });
  await removeFolder(programs);
});

describe('init --pull-request that GitHub refuses', () => {
  it('names the permission to write workflows, and leaves no branch', async () => {
    const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
      installation_id: town.installationId,
    });

    const { code, stderr } = await propose(data.token);

    expect(code).toBe(2);
    expect(stderr).toContain('The token may not write workflows of acme/daw. Give it `Workflows: write`');
    expect(await remote('branch', '--list', BRANCH)).toBe('');
    expect(pulls()).toEqual([]);
  });

  it('says so of a token that may only read', async () => {
    const reader = town.github.createUser({ login: 'reader' });
    town.github.addCollaborator({ repository: 'acme/daw', login: 'reader', permission: 'read' });

    const { code, stderr } = await propose(reader.token);

    expect(code).toBe(2);
    expect(stderr).toMatch(/^GitHub answered: .*write access/);
  });

  it('opens none where a person closed it', async () => {
    await propose();
    await lead().rest.pulls.update({ ...REPOSITORY, pull_number: 1, state: 'closed' });

    const { code, stderr } = await propose();

    expect(code).toBe(2);
    expect(stderr).toContain(`#1 of ${BRANCH} is closed: open it again, or delete that branch`);
    expect(pulls()).toHaveLength(1);
  });

  it('says what is missing without a token, and where GitHub does not show the repository', async () => {
    const nobody = await runInit([town.work, '--yes', '--pull-request'], {
      GITHUB_API_URL: town.github.apiUrl,
    });
    const stranger = await propose(town.github.createUser({ login: 'stranger' }).token);

    expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining('GITHUB_TOKEN is not set') });
    expect(stranger).toMatchObject({ code: 2, stderr: expect.stringContaining('GitHub does not tell of acme/daw') });
  });

  it('asks for a first commit where the repository has none', async () => {
    await town.github.createRepository({ owner: 'acme', name: 'bare' });
    town.github.addCollaborator({ repository: 'acme/bare', login: 'lead', permission: 'admin' });

    const { code, stderr } = await propose(town.lead.token, '--repo', 'acme/bare');

    expect(code).toBe(2);
    expect(stderr).toContain('acme/bare has no commit on main yet; push one first');
  });
});

it('a token is sent to no host that a remote names', async () => {
  const folder = await newFolder();
  await git(folder, 'init', '--quiet');
  await git(folder, 'remote', 'add', 'origin', `${town.github.url}/acme/daw.git`);
  const asked = town.requests.length;

  const { stdout } = await runInit([folder, '--yes', '--dry-run'], { GITHUB_TOKEN: town.lead.token });

  expect(stdout).toMatch(/rules +127\.0\.0\.1:\d+ is not github\.com; name its API as GITHUB_API_URL/);
  expect(town.requests).toHaveLength(asked);
  await removeFolder(folder);
});
