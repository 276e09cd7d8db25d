import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { appOctokit } from '../../packages/embedded-github/test/support/town.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { CLOCK_WORKFLOW, PASS_WORKFLOW, TASK_WORKFLOW_PATH } from '../../src/state/names.ts';
import type { JudgedFact } from '../../src/state/preflight/judged-fact.ts';
import { runCommand } from '../cli/support/run-command.ts';
import { type GitHubScene, githubScene, type SceneInput } from '../support/github-scene.ts';

/** Reads every setting, which the app of app.yml is not granted. */
const TOLD = { administration: 'read', secrets: 'read', environments: 'read' } as const;
const REPOSITORY = 'acme/daw';
const ENVIRONMENT = { name: 'agent-waves', branches: ['main'], secrets: { ANTHROPIC_API_KEY: 'one' } } as const;
const PLAN = {
  id: 'p',
  name: 'P',
  waves: [{ number: 1, title: 'One' }],
  tasks: [{ id: 'A', title: 'Do A', wave: 1, estimate: '1h' }],
};

let scene: GitHubScene;
afterEach(() => scene.close());

async function sceneOf(input: Partial<SceneInput> = {}): Promise<GitHubScene> {
  scene = await githubScene({ plan: PLAN, permissions: TOLD, ...input });
  scene.github.setEnvironment(REPOSITORY, ENVIRONMENT);
  return scene;
}

async function doctor(token = scene.town.lead.token) {
  const environment = { GITHUB_TOKEN: token, GITHUB_API_URL: scene.github.apiUrl };
  const args = ['--repo', REPOSITORY];
  const text = await runCommand(doctorCommand(), { args, environment });
  const json = await runCommand(doctorCommand(), { args: [...args, '--json'], environment });
  const { facts } = JSON.parse(json.stdout) as { readonly facts: readonly JudgedFact[] };
  return { ...text, facts };
}

const appToken = async () =>
  (await appOctokit(scene.town).rest.apps.createInstallationAccessToken({ installation_id: scene.town.installationId }))
    .data.token;
const taskRuns = () => scene.github.runs().filter(({ workflow }) => workflow.path === TASK_WORKFLOW_PATH);
const answers = () => scene.comments('plan').map(({ body }) => body ?? '');
const workflow = () => scene.read(TASK_WORKFLOW_PATH);
const rewrite = async (from: string | RegExp, to: string) =>
  scene.push({ [TASK_WORKFLOW_PATH]: (await workflow()).replaceAll(from, to) });

interface Broken {
  readonly input?: Partial<SceneInput>;
  readonly breakIt: () => unknown;
  /** Name of the one fact that is refused. */
  readonly fact: JudgedFact['fact'];
  readonly what: string;
  readonly fix: string;
}

const MERGE = { config: 'landing: merge\n' };
const mayPropose = () => scene.github.setSettings(REPOSITORY, { actionsMayPropose: true });

const BROKEN: Readonly<Record<string, Broken>> = {
  'a protected branch': {
    breakIt: () => scene.github.protect(REPOSITORY, { branch: 'main', pullRequest: { approvals: 1 } }),
    fact: 'rules',
    what: '`main` takes pull requests alone',
    fix: 'set `landing: review`',
  },
  'a branch under classic protection': {
    breakIt: () => scene.github.protect(REPOSITORY, { branch: 'main', classic: true, pullRequest: { approvals: 1 } }),
    fact: 'rules',
    what: '`main` takes pull requests alone',
    fix: 'set `landing: review`',
  },
  'a required check': {
    input: MERGE,
    breakIt: () => {
      mayPropose();
      scene.github.protect(REPOSITORY, { branch: 'main', requiredChecks: ['ci'] });
    },
    fact: 'rules',
    what: '`main` requires the checks `ci`',
    fix: 'the `token` of an app',
  },
  'a merge queue': {
    input: MERGE,
    breakIt: () => {
      mayPropose();
      scene.github.protect(REPOSITORY, { branch: 'main', mergeQueue: true });
    },
    fact: 'rules',
    what: '`main` takes changes through its merge queue alone',
    fix: 'set `landing: review`',
  },
  'no secret': {
    breakIt: () => scene.github.setEnvironment(REPOSITORY, { ...ENVIRONMENT, secrets: {} }),
    fact: 'secrets',
    what: 'Claude Code has no key',
    fix: 'add the secret `ANTHROPIC_API_KEY` or `CLAUDE_CODE_OAUTH_TOKEN` there',
  },
  'two keys for one agent': {
    breakIt: () => scene.github.setSecret(REPOSITORY, { name: 'CLAUDE_CODE_OAUTH_TOKEN', value: 'two' }),
    fact: 'secrets',
    what: 'Claude Code has more than one key',
    fix: 'remove one of them',
  },
  'no workflow': {
    breakIt: () => scene.push({ [TASK_WORKFLOW_PATH]: undefined }),
    fact: 'task-workflow',
    what: '`main` has no `.github/workflows/agent-task.yml`',
    fix: 'run `agent-waves init`',
  },
  'the workflow on another branch': {
    breakIt: async () => {
      const files = { [TASK_WORKFLOW_PATH]: await workflow() };
      await scene.push({ [TASK_WORKFLOW_PATH]: undefined });
      const commit = { repository: REPOSITORY, by: 'lead', message: 'Set up', branch: 'set-up', files };
      await scene.github.commitFiles(commit);
    },
    fact: 'task-workflow',
    what: 'is on the branch `set-up` and not on `main`',
    fix: 'merge `set-up` into `main`',
  },
  'a disabled workflow': {
    breakIt: () => scene.lead.rest.actions.disableWorkflow({ ...scene.repository, workflow_id: 'agent-task.yml' }),
    fact: 'task-workflow',
    what: 'the task workflow is disabled',
    fix: 'choose "Enable workflow" on its page',
  },
  'Actions that are off': {
    breakIt: () => scene.github.setSettings(REPOSITORY, { actionsEnabled: false }),
    fact: 'actions',
    what: 'Actions are off in this repository',
    fix: 'allow actions under Settings, Actions, General',
  },
  'an environment with reviewers': {
    breakIt: () => scene.github.setEnvironment(REPOSITORY, { ...ENVIRONMENT, reviewers: ['lead'] }),
    fact: 'environment',
    what: 'every run waits until `lead` approves it',
    fix: 'take off "Required reviewers"',
  },
  'an environment for another branch': {
    breakIt: () => scene.github.setEnvironment(REPOSITORY, { ...ENVIRONMENT, branches: ['release/*'] }),
    fact: 'environment',
    what: 'takes no runs of `main`',
    fix: 'add `main` under Deployment branches and tags',
  },
  'a policy without the actions that are used': {
    breakIt: () =>
      scene.github.setSettings(REPOSITORY, {
        allowedActions: 'selected',
        selectedActions: { githubOwned: true, verified: false, patterns: ['acme/*'] },
      }),
    fact: 'allowed-actions',
    what: 'the policy does not allow `agent-waves/agent-waves/agents`, `agent-waves/agent-waves`',
    fix: '`agent-waves/agent-waves@*`',
  },
  'a policy of pinned actions': {
    breakIt: async () => {
      await rewrite(/(agent-waves\/agent-waves)@[0-9a-f]{40} # v/g, '$1@v');
      scene.github.setSettings(REPOSITORY, { pinnedActions: true });
    },
    fact: 'allowed-actions',
    what: 'the policy takes actions pinned to a commit alone',
    fix: 'pin them to whole commits',
  },
  'an old template': {
    breakIt: () => rewrite('# v0.1.0', '# v0.0.9'),
    fact: 'template',
    what: 'an old template, of version 0.0.9',
    fix: 'agent-waves init --overwrite',
  },
  'a template from before runs were numbered': {
    breakIt: () => rewrite(/ {6}dispatch:\n.*\n.*\n.*\n/g, ''),
    fact: 'template',
    what: 'takes no input `dispatch`',
    fix: 'agent-waves init --overwrite',
  },
  'a job that may not report': {
    breakIt: () => rewrite('issues: write', 'issues: read'),
    fact: 'job-permissions',
    what: 'the job `task` lacks `issues: write`',
    fix: 'add it under `permissions`',
  },
  'pull requests that workflows may not open': {
    input: MERGE,
    breakIt: () => undefined,
    fact: 'pull-requests',
    what: 'workflows may not open pull requests',
    fix: 'allow GitHub Actions to create and approve pull requests',
  },
  'no squash merging': {
    input: MERGE,
    breakIt: () => {
      mayPropose();
      scene.github.setSettings(REPOSITORY, { squash: false });
    },
    fact: 'merging',
    what: 'the repository does not allow squash merging',
    fix: 'allow squash merging',
  },
};

describe.each(Object.entries(BROKEN))('%s', (_name, { input = {}, breakIt, fact, what, fix }) => {
  it('is named with its fix by doctor and on the plan issue, and nothing is dispatched', async () => {
    await sceneOf(input);
    await breakIt();

    const told = await doctor();
    await scene.start();

    const refused = told.facts.filter(({ verdict }) => verdict === 'refused');
    expect(refused).toEqual([expect.objectContaining({ fact, what: expect.stringContaining(what) })]);
    expect(refused[0]).toMatchObject({ fix: expect.stringContaining(fix), page: expect.stringMatching(/^http/) });
    expect([told.code, told.stdout]).toEqual([1, expect.stringContaining(fix)]);
    expect(taskRuns()).toEqual([]);
    expect(answers().join('\n').toLowerCase()).toContain(fix.toLowerCase());
    expect(scene.state('A')).toBe('held');
  });
});

it('holds the plan where the app itself may not start runs, and doctor says so under its token', async () => {
  await sceneOf({ permissions: { ...TOLD, actions: 'none' } });

  await scene.start();
  const told = await doctor(await appToken());

  expect(taskRuns()).toEqual([]);
  expect(answers().join('\n')).toContain('waves\\[bot\\] lacks the permission `actions: write`');
  expect(told.facts.find(({ fact }) => fact === 'token')).toMatchObject({
    verdict: 'refused',
    fix: expect.stringContaining('give the app `actions: write`'),
  });
});

it('refuses nothing in a repository that is fit, and asks once a plan', async () => {
  await sceneOf();

  const told = await doctor();
  await scene.start();
  const asked = () => scene.requests.filter(({ route }) => route === 'graphql Settings').length;
  const before = asked();
  await scene.run('A').complete();
  await scene.settle();

  expect([told.code, told.facts.filter(({ verdict }) => verdict !== 'ok')]).toEqual([0, []]);
  expect(scene.dispatches('A')).toBe(1);
  // Doctor asked twice, the app once.
  expect([before, asked()]).toEqual([3, 3]);
});

it('advises a clock where jobs make the passes, and is content with one', async () => {
  await sceneOf();
  const clockOf = async () => (await doctor()).facts.find(({ fact }) => fact === 'clock');
  const push = async (name: string) => {
    const template = await readFile(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
    await scene.push({ [`.github/workflows/${name}`]: `# {}\n${template}` });
  };

  const served = await clockOf();
  await push(PASS_WORKFLOW);
  const lacking = await clockOf();
  await push(CLOCK_WORKFLOW);
  const there = await clockOf();

  expect(served).toBeUndefined();
  expect(lacking).toMatchObject({
    verdict: 'ok',
    what: '`main` has no `.github/workflows/agent-waves-clock.yml`',
    advice: expect.stringContaining('stands still where the last run died'),
  });
  expect(there).not.toHaveProperty('advice');
});

const asked = () => scene.requests.filter(({ route }) => route === 'graphql Settings').length;
const configure = (text: string) =>
  scene.github.commitFiles({
    repository: REPOSITORY,
    by: 'lead',
    message: 'Configure',
    files: { '.github/agent-waves.yml': text },
  });
const forbid = () => scene.github.protect(REPOSITORY, { branch: 'main', pullRequest: { approvals: 1 } });
const answersOf = (words: string) => answers().filter((body) => body.includes(words)).length;

it('asks a second time when a person says that it is fixed, says what is left, and then goes on', async () => {
  await sceneOf();
  forbid();
  scene.github.setSettings(REPOSITORY, { actionsEnabled: false });
  await scene.start();
  await scene.settle();
  const first = asked();

  scene.github.setSettings(REPOSITORY, { actionsEnabled: true });
  await scene.comment('plan', '/resume');
  await scene.settle();
  const second = { asked: asked(), said: answersOf('Nothing was dispatched'), runs: taskRuns().length };
  await configure('landing: review\n');
  scene.github.setSettings(REPOSITORY, { actionsMayPropose: true });
  await scene.comment('plan', '/resume');
  await scene.settle();

  expect(first).toBe(1);
  expect(second).toEqual({ asked: 2, said: 2, runs: 0 });
  expect(answers().findLast((body) => body.includes('Nothing was dispatched'))).not.toContain('Actions are off');
  expect(scene.running()).toEqual(['A']);
});

it('looks again by itself where the configuration that it was judged by has changed', async () => {
  await sceneOf();
  forbid();
  scene.github.setSettings(REPOSITORY, { actionsMayPropose: true });
  await scene.start();

  await configure('landing: review\n');
  await scene.settle();

  expect(asked()).toBe(2);
  expect(scene.running()).toEqual(['A']);
});

it('asks nothing while it waits, after a restart, and for the words of a stranger', async () => {
  await sceneOf();
  scene.github.setSettings(REPOSITORY, { actionsEnabled: false });
  await scene.start();

  await scene.comment('plan', '/resume', scene.stranger);
  await scene.settle();
  scene.restart();
  await scene.settle();
  scene.later(20 * 60_000);
  await scene.settle();

  expect(asked()).toBe(1);
  expect(answersOf('Nothing was dispatched')).toBe(1);
});

it('asks nothing once more after a restart of what was found fit, and nothing before anybody starts', async () => {
  await sceneOf();
  await scene.settle();
  const before = asked();
  await scene.start();

  scene.restart();
  await scene.settle();

  expect([before, asked()]).toEqual([0, 1]);
  expect(scene.running()).toEqual(['A']);
});

it('starts where nobody tells the app what it would have to know', async () => {
  await sceneOf({ permissions: {} });
  scene.github.setEnvironment(REPOSITORY, { ...ENVIRONMENT, secrets: {} });

  await scene.start();

  expect(scene.running()).toEqual(['A']);
});

it('dispatches nothing in a pass in which GitHub does not answer what is asked', async () => {
  await sceneOf();
  await scene.settle();
  await scene.label('plan', 'agent:start');
  scene.faults.push({
    on: 'request',
    route: '/repos/{owner}/{repo}/rules/branches/{branch}',
    answer: { status: 403, message: 'secondary rate limit', headers: { 'retry-after': '300' } },
  });

  await expect(scene.pass()).rejects.toThrow();

  expect(taskRuns()).toEqual([]);
});
