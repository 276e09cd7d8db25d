import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DispatchInputs } from '../../../src/state/names.ts';
import { claimRef } from '../../../src/state/names.ts';
import { CONFIG, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { dispatch, logsOf, startWithTemplate, type Template } from '../support/template.ts';

/** The first run of a plan, by the templates as they are and the action of this checkout, under its own GITHUB_TOKEN. */

const REPOSITORY = 'acme/small';
const TEMPLATES: readonly Template[] = ['agent-task.yml', 'agent-task-hardened.yml'];
const LOOKS = { agent: 'A1', sent: '2026-11-23T10:00:00Z', sends: 1, probe: true } as const;
const CLAUDE = CONFIG.replace(/general-purpose:\n.*\n.*\n/, 'general-purpose: { run: claude, model: sonnet }\n');

let site: Site;
afterEach(() => site.close());

async function begin(template: Template, config: string, live: object = LOOKS): Promise<DispatchInputs> {
  site = await startWithTemplate(template, { '.github/agent-waves.yml': config });
  return inputsFor(await site.createIssue(liveRecord({ live: { ...LOOKS, ...live } })));
}

const setKey = () => site.github.setSecret(REPOSITORY, { name: 'ANTHROPIC_API_KEY', value: 'sk-ant-not-a-key' });
const resultOf = ({ issue }: DispatchInputs) => site.issue(issue).results.at(-1);
const logOf = async (run: number) => [...(await logsOf(site, run)).values()].join('\n');
const asked = (route: string) => site.requests.filter((entry) => entry.route === route).length;
const whatWasRefused = (inputs: DispatchInputs) => {
  const cause = resultOf(inputs)?.cause;
  return cause?.kind === 'probe' ? cause.refused : undefined;
};

describe.each(TEMPLATES)('%s', (template) => {
  it('ends before the agent where the secret is missing: no attempt, no agent, its claim given up, and the fix told', async () => {
    const inputs = await begin(template, CLAUDE);

    const run = await dispatch(site, inputs);

    expect(run.conclusion).toBe('failure');
    expect(resultOf(inputs)).toMatchObject({ outcome: 'infrastructure', cause: { kind: 'probe' } });
    expect(whatWasRefused(inputs)).toEqual([
      {
        what: 'Claude Code has no key: the secret `ANTHROPIC_API_KEY` or `CLAUDE_CODE_OAUTH_TOKEN` is empty in the job',
        fix: 'add the secret `ANTHROPIC_API_KEY` or `CLAUDE_CODE_OAUTH_TOKEN` of the environment `agent-waves`',
        page: expect.stringMatching(/\/settings\/environments$/),
      },
    ]);
    expect(await site.ref(claimRef(inputs.issue))).toBeUndefined();
    expect(await logOf(run.id)).not.toMatch(/##\[group\].*Run the agent|The agent was not started/);
  });

  it('goes on with its task where nothing keeps it from landing, and has its claim say so', async () => {
    const inputs = await begin(template, CLAUDE);
    setKey();

    const run = await dispatch(site, inputs);

    expect(run.conclusion).toBe('success');
    expect(site.issue(inputs.issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed' }] });
    expect(existsSync(join(site.folder, 'npm.log'))).toBe(true);
    expect(await site.remote.run('log', '--all', '--format=%s')).not.toContain('probed');
    expect(await logOf(run.id)).toContain('Nothing keeps work from landing that could be looked at');
  });

  it('finds that a rule lets others alone push, which is told to its own token', async () => {
    const inputs = await begin(template, CONFIG);
    site.github.protect(REPOSITORY, { branch: 'main', classic: true, pushers: ['waves'] });

    await dispatch(site, inputs);

    expect(whatWasRefused(inputs)).toEqual([
      expect.objectContaining({
        what: '`main` may be moved by those alone who bypass its rule',
        fix: expect.stringContaining('set `landing: review`'),
      }),
    ]);
  });

  it('looks at nothing where it was not sent to look: the same requests as ever', async () => {
    const inputs = await begin(template, CONFIG, { probe: undefined });

    const run = await dispatch(site, inputs);

    expect(run.conclusion).toBe('success');
    expect([asked('graphql BindingRules'), asked('/repos/{owner}/{repo}/rules/branches/{branch}')]).toEqual([0, 0]);
  });
});

describe('where work lands by pull requests', () => {
  const MERGE = CONFIG.replace('landing: push', 'landing: merge');

  it('ends before the agent where GitHub lets workflows open none', async () => {
    const inputs = await begin('agent-task.yml', MERGE);

    await dispatch(site, inputs);

    expect(whatWasRefused(inputs)).toEqual([
      expect.objectContaining({
        what: expect.stringContaining('workflows may not open pull requests, by which `landing: merge` lands'),
        fix: expect.stringContaining('allow GitHub Actions to create and approve pull requests'),
      }),
    ]);
  });

  it('opens none by asking, and goes on', async () => {
    const inputs = await begin('agent-task.yml', MERGE);
    site.github.setSettings(REPOSITORY, { actionsMayPropose: true });

    const run = await dispatch(site, inputs);

    expect(run.conclusion).toBe('success');
    const { data } = await site.octokit.rest.pulls.list({ owner: 'acme', repo: 'small', state: 'all' });
    expect(data.map(({ head }) => head.ref)).toEqual(['agent-waves/task/A-001']);
  });
});

it('goes on where GitHub does not answer what is asked, and says in its log what was not looked at', async () => {
  const inputs = await begin('agent-task.yml', CONFIG);
  site.github.faults.push({
    on: 'request',
    route: '/repos/{owner}/{repo}/rules/branches/{branch}',
    answer: { status: 403, message: 'Resource not accessible by integration' },
  });

  const run = await dispatch(site, inputs);

  expect(run.conclusion).toBe('success');
  expect(await logOf(run.id)).toContain('the rules of the base');
});

it('says nothing of keys where the job of the agent takes other secrets than the claim is told of', async () => {
  const inputs = await begin('agent-task-hardened.yml', CLAUDE);
  const path = '.github/workflows/agent-task.yml';
  const workflow = await site.remote.run('show', `main:${path}`);
  const renamed = workflow.replaceAll(/(anthropic-api-key: \$\{\{ secrets\.)ANTHROPIC_API_KEY \}\}/g, '$1OF_MINE }}');
  await site.push('Rename', {
    [path]: renamed.replace("secrets.ANTHROPIC_API_KEY != '' ||", "secrets.OF_MINE != '' ||"),
  });
  site.github.setSecret(REPOSITORY, { name: 'OF_MINE', value: 'sk-ant-not-a-key' });

  const run = await dispatch(site, inputs);

  expect(run.conclusion).toBe('success');
});
