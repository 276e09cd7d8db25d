import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentWaves, type Ended, newFolder, readJson, removeFolder } from '../e2e/support/command.ts';
import { git, landings, runLog } from '../e2e/support/world.ts';
import { insiderWords } from '../support/insider-words.ts';

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly labels: readonly { readonly name: string }[];
  readonly comments_list: readonly { readonly body: string; readonly user: { readonly login: string } }[];
}

interface Plan {
  readonly tasks: readonly Readonly<Record<'id' | 'status' | 'agent_id' | 'started_at' | 'completed_at', string>>[];
}

interface Report {
  readonly plan: string;
  readonly tasks: { readonly total: number; readonly completed: number; readonly failed: number };
  readonly attempts: number;
  readonly makespan_s: number;
  readonly bound_s: number;
  readonly ratio: number;
  readonly max_running: number;
  readonly requests: { readonly total: number; readonly by_route: Readonly<Record<string, number>> };
  readonly webhooks: number;
  readonly processor: Readonly<Record<string, number>> | null;
  readonly landings: readonly Readonly<Record<string, string | number>>[];
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

describe('rehearse examples/small, in which one attempt fails', () => {
  let out: string;
  let ended: Ended;
  const requests = async () => (await readFile(join(out, 'requests.jsonl'), 'utf8')).trimEnd().split('\n');
  const planOnBase = async () =>
    JSON.parse(await git(join(out, 'remote.git'), 'show', 'main:docs/planning/tasks.json')) as Plan;

  beforeAll(async () => {
    out = await newFolder();
    ended = await agentWaves(['rehearse', 'examples/small', '--out', out, '--fail', 'A-002:1', '--stats']);
  });
  afterAll(() => removeFolder(out));

  it('ends with exit code 0 and a summary', () => {
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('4 of 4 tasks completed, 0 failed or blocked, 5 attempts');
    expect(ended.stdout).toMatch(/✖ A-002 Left branch: attempt 1 failed, and is followed by another: .*test failed/);
    expect(ended.stdout).toContain('✔ A-002 Left branch (attempt 2)\n');
  });

  it('leaves the page as it stands on the base', async () => {
    const page = await readFile(join(out, 'PROGRESS.md'), 'utf8');

    expect(page.trim()).toBe((await git(join(out, 'remote.git'), 'show', 'main:PROGRESS.md')).trim());
  });

  it('shows the plan in pictures beside the page, for light and dark', async () => {
    const shown = (name: string) => git(join(out, 'remote.git'), 'show', `main:PROGRESS-pictures/${name}.svg`);

    for (const name of ['plan-light', 'plan-dark', 'timeline-light', 'timeline-dark'])
      expect(await shown(name)).toContain('4 of 4 tasks completed');
    const page = await readFile(join(out, 'PROGRESS.md'), 'utf8');
    const named = [...page.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(named).toHaveLength(4);
    for (const path of named) expect(await readFile(join(out, path), 'utf8')).toContain('<svg');
    expect(await shown('plan-dark')).not.toBe(await shown('plan-light'));
  });

  it('says nothing to people in words of its makers, and ends no issue with something that waits', async () => {
    const issues = await readJson<readonly (Issue & { readonly body: string })[]>(out, 'issues.json');
    const texts = issues.flatMap(({ body, comments_list: comments }) => [body, ...comments.map((each) => each.body)]);
    const page = await readFile(join(out, 'PROGRESS.md'), 'utf8');

    expect([...texts, page].flatMap(insiderWords)).toEqual([]);
    for (const text of texts) expect(text.replace(/<!--[\s\S]*?-->/g, '')).not.toMatch(/⏳|waiting/);
    const tasks = issues.filter(({ labels }) => labels.some(({ name }) => name === 'agent-waves:task'));
    expect(tasks).toHaveLength(4);
    for (const { body } of tasks)
      expect(body).toMatch(/\*\*Checklist\*\*\n\n(?:- (?:✅|–).*\n){4}- ✅ progress recorded\n/);
  });

  it('reports what it measured', async () => {
    const report = await readJson<Report>(out, 'report.json');

    expect(report).toMatchObject({ plan: 'Small', tasks: { total: 4, completed: 4, failed: 0 }, attempts: 5 });
    expect(report.makespan_s).toBeGreaterThan(report.bound_s);
    expect(report.bound_s).toBeGreaterThan(0);
    expect(report.ratio).toBeCloseTo(report.makespan_s / report.bound_s, 0);
    expect([1, 2]).toContain(report.max_running);
    expect(report.webhooks).toBeGreaterThan(10);
    expect(report.requests.total).toBe((await requests()).length);
    const sum = Object.values(report.requests.by_route).reduce((total, count) => total + count, 0);
    expect(sum).toBe(report.requests.total);
  });

  it('tells of the verifications and waits of every landing, and of the attempt that failed', async () => {
    const { landings } = await readJson<Report>(out, 'report.json');

    expect(landings.map(({ task, outcome }) => `${task} ${outcome}`).sort()).toEqual([
      'A-001 completed',
      'A-002 completed',
      'A-002 verification',
      'A-003 completed',
      'A-004 completed',
    ]);
    for (const { verifications, verified_s, waited_s } of landings) {
      expect(verifications).toBeGreaterThanOrEqual(1);
      expect(verified_s).toBeGreaterThan(0);
      expect(waited_s).toBeGreaterThanOrEqual(0);
    }
    expect(ended.stdout).toMatch(/verifications of a landing: \d × 1.*; on average \d+\.\d s verified/);
  });

  it.runIf(existsSync('/proc/self/stat'))('tells the processor time of the product apart from its own', async () => {
    const { processor } = await readJson<Report>(out, 'report.json');

    expect(processor).toMatchObject({
      app_s: expect.any(Number),
      steps_s: expect.any(Number),
      rehearsal_s: expect.any(Number),
      rehearsal_processes_s: expect.any(Number),
    });
    // Each attempt goes through steps of the action and checks; of the app and this process each is a program of its own.
    for (const part of ['app_s', 'steps_s', 'rehearsal_s', 'rehearsal_processes_s'])
      expect(processor?.[part], part).toBeGreaterThan(0.1);
    expect(ended.stdout).toContain('processor time: app');
  });

  it('logs every request with time, actor, method, route and status', async () => {
    const entries = (await requests()).map((line) => JSON.parse(line) as Record<string, unknown>);

    for (const entry of entries) expect(Object.keys(entry)).toEqual(['time', 'actor', 'method', 'route', 'status']);
    expect(entries.map(({ actor }) => actor)).toEqual(
      expect.arrayContaining(['agent-waves[bot]', 'github-actions[bot]', 'lead']),
    );
    expect(entries.filter(({ status }) => status === 501)).toEqual([]);
    // What the app is not granted, the preflight does not know.
    expect(entries.flatMap(({ route, status }) => (status === 403 ? [route] : [])).sort()).toEqual([
      '/repos/{owner}/{repo}/actions/organization-secrets',
      '/repos/{owner}/{repo}/actions/permissions',
      '/repos/{owner}/{repo}/actions/permissions/workflow',
      '/repos/{owner}/{repo}/actions/secrets',
      '/repos/{owner}/{repo}/environments/{environment_name}/secrets',
    ]);
    expect(entries.some(({ route }) => /^graphql Apply: .*createIssue/.test(String(route)))).toBe(true);
  });

  it('keeps the log of every step; the second brief holds what failed the first attempt', async () => {
    const issues = await readJson<readonly Issue[]>(out, 'issues.json');
    const failing = issues.find(({ title }) => title.startsWith('A-002:'));
    const results = failing?.comments_list.filter(({ user }) => user.login === 'github-actions[bot]') ?? [];
    const runs = results.map(({ body }) => Number(/"run": (\d+)/.exec(body)?.[1]));
    expect(runs).toHaveLength(2);

    const [first = '', second = ''] = await Promise.all(runs.map((run) => runLog(out, run)));
    expect(first).toContain('A-002 is missing');
    expect(first).not.toContain('Why attempt 1 failed');
    expect(second).toContain('Why attempt 1 failed');
    const brief = second.slice(second.indexOf('Why attempt 1 failed'), second.indexOf('03-run-the-agent.log'));
    expect(brief).toContain('A-002 is missing');
  });

  it('leaves every issue closed, with the result that its run reported', async () => {
    const issues = await readJson<readonly Issue[]>(out, 'issues.json');
    const labelled = (name: string) => issues.filter(({ labels }) => labels.some((label) => label.name === name));

    expect(issues.filter(({ state }) => state !== 'closed')).toEqual([]);
    expect(labelled('agent-waves:plan')).toHaveLength(1);
    expect(labelled('agent-waves:wave')).toHaveLength(3);
    expect(labelled('agent-waves:task').map(({ comments_list }) => comments_list.length)).toEqual([1, 2, 1, 1]);
    expect(labelled('agent:running')).toEqual([]);
    expect(labelled('agent:failed')).toEqual([]);
  });

  it('proves the order of work by git alone: one commit for each task, with trailers', async () => {
    const landed = await landings(join(out, 'remote.git'));
    const issues = await readJson<readonly Issue[]>(out, 'issues.json');

    expect(landed[0]?.task).toBe('A-001');
    expect(landed.map(({ task, attempt }) => `${task} ${attempt}`).sort()).toEqual([
      'A-001 1',
      'A-002 2',
      'A-003 1',
      'A-004 1',
    ]);
    expect(landed.at(-1)?.task).toBe('A-004');
    for (const { task, issue } of landed)
      expect(issues.find(({ number }) => number === issue)?.title.split(':')[0]).toBe(task);
  });

  it('says completed in PROGRESS.md and tasks.json on the base, with slot and times', async () => {
    const { tasks } = await planOnBase();
    const progress = await git(join(out, 'remote.git'), 'show', 'main:PROGRESS.md');

    for (const task of tasks) {
      expect(task).toMatchObject({ status: 'completed', agent_id: expect.stringMatching(/^A[1-8]$/) });
      expect(task.started_at).toMatch(INSTANT);
      expect(task.completed_at).toMatch(INSTANT);
      expect(task.completed_at >= task.started_at).toBe(true);
    }
    expect(progress).toContain('4 of 4');
  });
});

describe('rehearse a plan of which half is listed as completed', () => {
  it('works on the open tasks alone, and keeps what the file says of the others', async () => {
    const [folder, out] = [await newFolder(), await newFolder()];
    await writeHalfDone(folder);
    const { code, stdout, stderr } = await agentWaves(['rehearse', folder, '--out', out]);

    expect(code, stderr).toBe(0);
    expect(stdout).toContain('4 of 4 tasks completed, 0 failed or blocked, 2 attempts');
    expect((await landings(join(out, 'remote.git'))).map(({ task }) => task)).toEqual(['A-003', 'A-004']);
    const text = await git(join(out, 'remote.git'), 'show', 'main:docs/planning/tasks.json');
    expect((JSON.parse(text) as Plan).tasks.slice(0, 2)).toMatchObject([
      { id: 'A-001', status: 'completed', completed_at: '2026-03-02T09:00:00Z' },
      { id: 'A-002', status: 'completed', completed_at: '2026-03-02T09:00:00Z' },
    ]);
    await Promise.all([folder, out].map(removeFolder));
  });
});

/** The small plan, the first two of its four tasks done before and listed as completed. */
async function writeHalfDone(folder: string): Promise<void> {
  await cp('examples/small', folder, { recursive: true });
  await mkdir(join(folder, 'src', 'a'));
  const module = (words: string) => `export function lineage(): readonly string[] {\n  return ${words};\n}\n`;
  await writeFile(join(folder, 'src', 'a', 'a-001.ts'), module("['A-001']"));
  const second = `import { lineage as words } from './a-001.ts';\n\n${module("[...words(), 'A-002']")}`;
  await writeFile(join(folder, 'src', 'a', 'a-002.ts'), second);
  const path = join(folder, 'docs', 'planning', 'tasks.json');
  const plan: Plan = JSON.parse(await readFile(path, 'utf8'));
  const done = { status: 'completed', completed_at: '2026-03-02T09:00:00Z' };
  const tasks = plan.tasks.map((task, nth) => (nth < 2 ? { ...task, ...done } : task));
  await writeFile(path, `${JSON.stringify({ ...plan, tasks }, null, 2)}\n`);
}

describe('rehearse without success', () => {
  it('exits 1 when a task is left to a person', async () => {
    const out = await newFolder();
    const { code, stdout } = await agentWaves(['rehearse', 'examples/small', '--out', out, '--fail', 'A-003:3']);

    expect(code).toBe(1);
    expect(stdout).toContain('2 of 4 tasks completed, 2 failed or blocked, 5 attempts');
    expect(stdout).toMatch(
      /‼ A-003 Right branch needs a person: .*test failed.*\n.*issue is #\d+; .* comment \/retry\n/,
    );
    expect(stdout).toContain('Not done\n  A-004 Both branches together: waits for A-003\n');
    expect(stdout).not.toContain('API requests');
    expect((await readJson<Report>(out, 'report.json')).tasks).toEqual({ total: 4, completed: 2, failed: 2 });
    const issues = await readJson<readonly Issue[]>(out, 'issues.json');
    const asked = issues.filter(({ labels }) => labels.some(({ name }) => name === 'agent:needs-human'));
    expect(asked.map(({ title }) => title.split(':')[0])).toEqual(['A-003']);
    await removeFolder(out);
  });

  it('lists every problem of a broken plan with line and column, exits 1, and starts nothing', async () => {
    const folder = await newFolder();
    const tasks = [
      '    { "id": "A", "title": "a", "dependencies": ["B"], "estimate": "10min" },',
      '    { "id": "B", "title": "b", "dependencies": ["A"], "estimate": "10min" },',
      '    { "id": "C", "title": "c", "dependencies": ["NOWHERE"], "estimate": "10min" },',
      '    { "id": "C", "title": "d", "dependencies": [], "estimate": "10min" },',
      '    { "id": "E", "title": "e", "dependencies": [], "estimate": "soon" }',
    ];
    await mkdir(join(folder, 'docs', 'planning'), { recursive: true });
    const text = ['{', '  "name": "Broken", "tasks": [', ...tasks, '  ]', '}'].join('\n');
    await writeFile(join(folder, 'docs', 'planning', 'tasks.json'), text);
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await agentWaves(['rehearse', folder, '--out', out]);

    expect(code).toBe(1);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.map((line) => /^docs\/planning\/tasks\.json:(\d+):\d+: /.exec(line)?.[1])).toEqual([
      '4',
      '5',
      '6',
      '7',
    ]);
    for (const word of ['A → B → A', 'NOWHERE', 'C', 'soon']) expect(stderr).toContain(word);
    expect(existsSync(out)).toBe(false);
    await removeFolder(folder);
  });

  it('refuses wrong use with exit code 2', async () => {
    const wrong = await Promise.all([
      agentWaves(['rehearse', 'examples/small', '--fail', 'A-002']),
      agentWaves(['rehearse', 'examples/small', '--fail', 'NOBODY:1']),
      agentWaves(['rehearse', '--speed', '0']),
    ]);

    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(wrong.map(({ stderr }) => stderr).join('')).toMatch(/TASK:N[\s\S]*no such task[\s\S]*above 0/);
  });
});
