import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StatusReport } from '../../../src/cli/status/report.ts';
import { statusCommand } from '../../../src/cli/status.ts';
import type { GitHubScene } from '../../support/github-scene.ts';
import { midway, onGitHub, planScene, steady, writes } from '../support/plan-scene.ts';

let scene: GitHubScene;
beforeEach(async () => {
  scene = await planScene();
});
afterEach(() => scene.close());

const status = (args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) =>
  onGitHub(scene, statusCommand(), { args, environment });
const report = async () => JSON.parse((await status(['--json'])).stdout) as StatusReport;

describe('agent-waves status', () => {
  it('says in the words of PROGRESS.md how the plan stands, with what needs a person first', async () => {
    await midway(scene);
    scene.requests.splice(0);

    const { code, stdout } = await status();

    await expect(steady(stdout)).toMatchFileSnapshot('golden/midway.txt');
    expect(code).toBe(0);
    expect(writes(scene)).toEqual([]);
    const progress = await scene.read('PROGRESS.md');
    for (const words of ['25%', '1 of 4 tasks completed', '1h of 4.5h of estimated work', '🚨 1 needs a person']) {
      expect([progress.includes(words), stdout.includes(words)]).toEqual([true, true]);
    }
  });

  it('names a command that does what is needed', async () => {
    await midway(scene);
    const [need] = (await report()).needs;
    const [, issue = '', words = ''] = /issue comment (\d+) .* --body (.*)$/.exec(need?.command ?? '') ?? [];

    await scene.comment(Number(issue), words);
    await scene.settle();

    expect(need?.tasks).toEqual(['C']);
    expect(scene.running()).toContain('C');
    expect((await report()).needs).toEqual([]);
  });

  it('prints the same as JSON', async () => {
    await midway(scene);

    const told = await report();

    expect(told).toMatchObject({
      repository: 'acme/daw',
      plan: { id: 'daw', name: 'DAW', issue: scene.number('plan') },
      keeper: 'waves[bot]',
      notice: null,
      counts: { completed: 1, running: 1, blocked: 1, 'needs-human': 1 },
      running: [{ task: 'B', slot: 'A1', attempt: 1, slice: 1, run: expect.stringMatching(/\/actions\/runs\/\d+$/) }],
      waits: [{ task: 'D', state: 'blocked' }],
      waves: [
        { wave: 1, tasks: 3, over: 1, running: 1 },
        { wave: 2, tasks: 1, over: 0, running: 0 },
      ],
      due: {},
    });
    const reason = scene.reason('D');
    expect(told.tasks.find(({ task }) => task === 'D')?.reason).toBe(reason);
  });

  it('asks for a start before anything has begun, and shows no run that nobody has started', async () => {
    await scene.settle();
    const first = await report();
    await scene.label('plan', 'agent:start');

    const due = await report();

    expect(first.needs[0]).toMatchObject({
      what: `Nothing is started: label the plan issue #${scene.number('plan')} agent:start to start every wave.`,
      command: expect.stringMatching(/^gh issue edit 1 --repo \S+ --add-label agent:start$/),
    });
    expect(first.needs.slice(1).map(({ tasks }) => tasks)).toEqual([['A', 'B', 'C'], ['D']]);
    // No pass has been made since: the issues of tasks are due, and nothing runs.
    expect(due.running).toEqual([]);
    expect(due.due).toMatchObject({ 'create-issue': 4 });
  });

  it('tells a run that is due from one that runs', async () => {
    await midway(scene);
    await scene.comment('C', '/retry');

    const told = await report();

    expect(told.running.map(({ task }) => task)).toEqual(['B']);
    expect(told.tasks.find(({ task }) => task === 'C')).toEqual({
      task: 'C',
      state: 'ready',
      reason: 'starts with the next pass',
    });
    expect(told.due).toMatchObject({ dispatch: 1 });
    expect(scene.running()).toEqual(['B']);
  });

  it('lists what is wrong with a plan that cannot be read, and what runs meanwhile', async () => {
    await midway(scene);
    await scene.pushPlan('{ "name": "DAW", "tasks": [{ "id": "A", "title": "Dig", "deps": [] }] }');

    const { code, stdout } = await status();

    expect(code).toBe(0);
    expect(stdout).toContain('a task has no `deps`; write `dependencies`');
    expect(stdout).toMatch(/! The plan cannot be read: .*; fix it on the default branch/);
    expect(stdout).toMatch(/Running\n {2}A1 B {2}since/);
  });

  it('lets nothing in a title or an id steer the terminal', async () => {
    await scene.close();
    scene = await planScene({
      plan: { id: 'p', name: 'P **b**', tasks: [{ id: 'A', title: '[f](http://g) @h #7 `a` <b>' }] },
      config: '\u001b]0;x\u0007: 1\n',
    });
    const broken = await status();
    await scene.push({ '.github/agent-waves.yml': 'landing: push\n' });
    await scene.start();

    const { stdout } = await status();

    expect(broken.stdout).not.toMatch(/[\p{Cc}--\n]/v);
    expect(stdout).toContain('P **b** · ');
    expect(stdout).toContain('[f](http://g) @h #7 `a` <b>');
  });

  it('colours on demand, and not where NO_COLOR says so or nothing is a terminal', async () => {
    await midway(scene);
    const coloured = (text: string) => text.includes('\u001b[');

    const plain = await status();
    const forced = await status([], { FORCE_COLOR: '1', NO_COLOR: '1' });
    const without = await status([], { NO_COLOR: '1' });

    expect([plain, forced, without].map(({ stdout }) => coloured(stdout))).toEqual([false, true, false]);
  });

  it('exits with 2 without a plan, a token, or a repository that the token is shown', async () => {
    await scene.push({ 'docs/planning/tasks.json': undefined });
    const planless = await status();
    const stranger = await onGitHub(scene, statusCommand(), { token: 'wrong' });
    const elsewhere = await onGitHub(scene, statusCommand(), { args: ['--repo', 'acme/other'] });
    const both = await status(['--json', '--watch']);

    expect([planless.code, planless.stderr]).toEqual([2, expect.stringContaining('there is no plan')]);
    expect([stranger.code, stranger.stderr]).toEqual([2, expect.stringContaining('GitHub cannot be asked')]);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('GitHub cannot be asked')]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--json prints one status')]);
  });
});
