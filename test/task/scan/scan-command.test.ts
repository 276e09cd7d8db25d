import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { dispatch, logsOf, startWithTemplate, type Template } from '../support/template.ts';

let site: Site;
afterEach(() => site.close());

async function begin(command: string, { agent = '', template = HARDENED } = {}): Promise<number> {
  site = await startWithTemplate(template, {
    '.github/agent-waves.yml': `${CONFIG}scan:\n  run: ${JSON.stringify(command)}\n`,
    'agent.sh': `mkdir -p src && echo walls > src/a.txt\n${agent}\n`,
  });
  return site.createIssue(liveRecord());
}

const HARDENED: Template = 'agent-task-hardened.yml';

async function scanJob(run: number): Promise<string | null | undefined> {
  const { data } = await site.octokit.rest.actions.listJobsForWorkflowRun({
    owner: 'acme',
    repo: 'small',
    run_id: run,
  });
  return data.jobs.find(({ name }) => name.endsWith(' · scan'))?.conclusion;
}

describe('a command of the configuration', () => {
  it('is given the patch and nothing else of the work, and lets it land', async () => {
    const command = `set -e; [ "$PWD/work.patch" = "$AGENT_WAVES_PATCH" ]; [ "$(ls)" = work.patch ]
      grep -qx '+walls' "$AGENT_WAVES_PATCH"; ! env | grep -E 'TOKEN|SECRET|INPUT_|GITHUB_'`;
    const issue = await begin(command);

    const run = await dispatch(site, inputsFor(issue));

    const { results } = site.issue(issue);
    expect(results).toMatchObject([{ outcome: 'completed' }]);
    expect(results[0]?.checks).toContainEqual(expect.objectContaining({ name: 'scan', status: 'passed' }));
    expect(await scanJob(run.id)).toBe('success');
  });

  it('that fails keeps the work from landing, beside checks that passed, and speaks to no runner', async () => {
    const issue = await begin(`echo '::add-mask::walls'; echo 'leak in src/a.txt'; exit 3`);

    const run = await dispatch(site, inputsFor(issue));

    const [result] = site.issue(issue).results;
    expect(result).toMatchObject({
      outcome: 'verification',
      failure: { output: expect.stringContaining('leak in src/a.txt') },
    });
    expect(result?.checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'test', status: 'passed' }),
        expect.objectContaining({ name: 'scan', status: 'failed' }),
      ]),
    );
    expect(await site.remote.run('show', 'main:src/a.txt').catch(() => 'nothing')).toBe('nothing');
    // Obeyed, it would show neither itself nor the word.
    expect([...(await logsOf(site, run.id)).values()].join()).toContain('::add-mask::walls\n');
  });

  it('that the runner lacks is asked of a person', async () => {
    const issue = await begin('no-such-scanner stdin < "$AGENT_WAVES_PATCH"');

    await dispatch(site, inputsFor(issue));

    expect(site.issue(issue).results).toMatchObject([
      {
        outcome: 'infrastructure',
        needs: 'person',
        cause: { kind: 'setup', what: expect.stringContaining('`no-such-scanner`') },
      },
    ]);
  });

  it('is not steered by files of the work', async () => {
    const agent = 'printf "[allowlist]\\npaths = [\\".*\\"]\\n" > .gitleaks.toml; echo "exit 0" > scanner';
    const issue = await begin('test -e .gitleaks.toml && exit 0; test -e scanner && exit 0; exit 1', { agent });

    await dispatch(site, inputsFor(issue));

    expect(site.issue(issue).results).toMatchObject([{ outcome: 'verification' }]);
  });

  it('is not passed by where the workflow has no job for it any more', async () => {
    const issue = await begin('exit 1');
    const path = '.github/workflows/agent-task.yml';
    const workflow = await site.remote.run('show', `main:${path}`);
    const without = workflow.replace(/^ {2}scan:\n[\s\S]*?\n\n(?= {2}land:)/m, '').replaceAll(', scan', '');
    const free = without.replace(/ && \(needs\.scan\..*\)"/, '"');
    await site.push('No scan', { [path]: `${free}\n` });

    const run = await dispatch(site, inputsFor(issue));

    expect(run.conclusion).toBe('failure');
    expect(site.issue(issue).results).toEqual([]);
    expect(await site.remote.run('show', 'main:src/a.txt').catch(() => 'nothing')).toBe('nothing');
    expect([...(await logsOf(site, run.id)).values()].join()).toContain('has not passed this work');
  });
});

describe('a configuration that asks for what a workflow has no job for asks a person at once', () => {
  it('a command of scan, in one job', async () => {
    const issue = await begin('true', { template: 'agent-task.yml' });

    await dispatch(site, inputsFor(issue));

    expect(site.issue(issue).results).toMatchObject([
      {
        outcome: 'infrastructure',
        needs: 'person',
        cause: { fix: expect.stringContaining('agent-task-hardened.yml') },
      },
    ]);
  });

  it('a reviewer, in several', async () => {
    site = await startWithTemplate(HARDENED, { '.github/agent-waves.yml': `${CONFIG}review: general-purpose\n` });
    const issue = await site.createIssue(liveRecord());

    await dispatch(site, inputsFor(issue));

    expect(site.issue(issue).results).toMatchObject([
      { outcome: 'infrastructure', needs: 'person', cause: { fix: expect.stringContaining('review: off') } },
    ]);
  });
});
