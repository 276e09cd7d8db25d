import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { claimRef } from '../../../src/state/names.ts';
import { holderOf } from '../support/claims.ts';
import { maliciousAgent, VICTIM } from '../support/malice.ts';
import { untilGone } from '../support/processes.ts';
import { CONFIG, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { SITUATIONS, type Situation } from '../support/situations.ts';
import { dispatch, logsOf, startWithTemplate, textsBelow } from '../support/template.ts';

const KEY = 'canary-model-key-5c1d';

let site: Site;
afterEach(() => site.close());

interface Scene {
  readonly issue: number;
  readonly before: string;
  readonly notes: string;
}

/** A repository with issues of others, on which one task is given to the agent. */
async function begin({ template, isolation }: Situation, brazen: boolean): Promise<Scene> {
  site = await startWithTemplate(
    template,
    {
      '.github/agent-waves.yml': CONFIG.replace('isolation: none', `isolation: ${isolation}`).replace(
        'install: []',
        // The guard would stop it before it comes to the rest.
        'guard: off\ninstall: [bash install.sh]',
      ),
    },
    (folder) => [join(folder, 'tools')],
  );
  const [notes, tools] = [join(site.folder, 'notes'), join(site.folder, 'tools')];
  for (const folder of [notes, tools]) {
    await mkdir(folder);
    await chmod(folder, 0o777);
  }
  await chmod(site.folder, 0o711);
  site.github.setSecret('acme/small', { name: 'ANTHROPIC_API_KEY', value: KEY });
  const before = await site.push('An agent', {
    'agent.sh': maliciousAgent({ notes, tools, brazen, unbound: isolation === 'user' }),
    'install.sh': 'true\n',
  });
  const issue = await site.createIssue(liveRecord());
  for (let number = issue + 1; number <= VICTIM; number++) {
    await site.createIssue({ ...liveRecord(), task: 'G-001' as never, live: undefined });
  }
  return { issue, before, notes };
}

/** Nothing but the task at hand has changed in the world, and nobody of the privileged ran anything of the agent's. */
async function expectUnharmed({ issue, before, notes }: Scene, run: number): Promise<void> {
  for (let number = issue + 1; number <= VICTIM; number++) {
    expect(site.issue(number)).toMatchObject({ state: 'open', bodies: [] });
  }
  const refs = (await site.remote.run('for-each-ref', '--format=%(refname)')).split('\n');
  const own = ['refs/agent-waves/train', `refs/agent-waves/checkpoints/${issue}`, claimRef(issue)];
  expect(refs.filter((ref) => !own.includes(ref))).toEqual(['refs/heads/main']);
  expect((await holderOf(site, issue))?.run ?? 0).toBe(0);
  const authors = await site.remote.run('log', '--format=%an', `${before}..main`);
  expect(authors.split('\n').filter((name) => name && !['agent-waves[bot]', 'lead'].includes(name))).toEqual([]);
  const messages = await site.remote.run('log', '--format=%B', `${before}..main`);
  expect(messages).not.toMatch(new RegExp(`#${VICTIM}\\b|GH-${VICTIM}|Co-authored-by|Dispatch: 99|^Task: G-001`, 'm'));
  // One that was planted may run as what it is, a check or an install; with nothing in hand.
  const ran = (await readdir(notes)).filter((name) => !['daemon', 'unmarked'].includes(name));
  expect(ran.filter((name) => !/^(check|install)\./.test(name))).toEqual([]);
  const seen = await Promise.all(ran.map((name) => readFile(join(notes, name), 'utf8')));
  expect(seen.join('\n')).not.toMatch(/INPUT_|STEPS=|GITHUB_|RUNNER_TEMP|AUTHORIZATION|EVIL|BASH_ENV/);
  for (const name of ['daemon', 'unmarked']) {
    const pid = await readFile(join(notes, name), 'utf8').catch(() => undefined);
    if (pid) await untilGone(Number(pid));
  }
  await expectNoSecrets(run, seen);
  // What starts git in the checkout after the agent, as the checkout action does, finds nothing of it.
  // Links that the agent left are not followed.
  const left = await promisify(execFile)('find', [join(site.folder, `runs/${run}`), '-path', '*/.git/evil']);
  expect(left.stdout).toBe('');
}

async function expectNoSecrets(run: number, seen: readonly string[]): Promise<void> {
  const folder = join(site.folder, `runs/${run}`);
  const shown = [
    ...seen,
    ...(await logsOf(site, run)).values(),
    ...(await textsBelow(folder, '**/summary.md')).values(),
    ...(await textsBelow(folder, 'artifacts/**')).values(),
    ...Array.from({ length: VICTIM }, (_, at) => site.issue(at + 1).bodies).flat(),
    await site.remote.run('log', '--all', '-p', '--format=%B'),
  ];
  const secrets = [KEY, ...site.minted];
  expect(site.minted.length).toBeGreaterThan(0);
  for (const text of shown) for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  const summaries = [...(await textsBelow(folder, '**/summary.md'))].filter(([path]) => !path.includes('/desk/'));
  expect(summaries.filter(([, text]) => text.includes('forged by an agent'))).toEqual([]);
}

describe.each(SITUATIONS)('an attacker in the agent’s place, $template, isolation $isolation', (situation) => {
  test('lands nothing but files of the task, under our message, and reaches nothing else', async () => {
    const scene = await begin(situation, false);

    const run = await dispatch(site, inputsFor(scene.issue));

    await expectUnharmed(scene, run.id);
    expect(site.issue(scene.issue)).toMatchObject({
      state: 'closed',
      results: [{ outcome: 'completed', task: 'A-001', issue: scene.issue, dispatch: 1, run: run.id }],
    });
    const landed = site.issue(scene.issue).results[0]?.commit ?? '';
    if (situation.isolation === 'user') expect(await readdir(join(site.folder, 'tools'))).toEqual([]);
    const changed = await site.remote.run('diff', '--name-only', `${landed}^`, landed);
    expect(changed.split('\n')).toEqual(['install.sh', 'src/a.txt', 'test.sh']);
    expect(await site.remote.run('rev-parse', `${landed}^`)).toBe(scene.before);
  });

  test('lands nothing at all once it touches what is protected', async () => {
    const scene = await begin(situation, true);

    const run = await dispatch(site, inputsFor(scene.issue));

    await expectUnharmed(scene, run.id);
    expect(await site.ref('refs/heads/main')).toBe(scene.before);
    const [result, ...more] = site.issue(scene.issue).results;
    expect(more).toEqual([]);
    expect(site.issue(scene.issue).state).toBe('open');
    expect(result?.outcome).toBe('verification');
    for (const path of [
      '.github/workflows/evil.yml',
      'CODEOWNERS',
      'docs/planning/tasks.json',
      '.gitattributes',
      '.npmrc',
    ])
      expect(result?.failure?.output).toContain(`${path} is protected`);
    expect(result?.failure?.output).toContain('src/passwd links out of the repository');
    expect(result?.failure?.output).toContain('src/nested');
  });
});

test.each<Situation>([
  { template: 'agent-task.yml', isolation: 'none' },
  { template: 'agent-task-hardened.yml', isolation: 'none' },
])('work that git cannot take is the attempt’s failure, not the machine’s, $template', async (situation) => {
  const scene = await begin(situation, false);
  await site.push('A clumsy agent', { 'agent.sh': 'mkdir -p src && echo x > src/a.txt && git init -q src/nested\n' });

  await dispatch(site, inputsFor(scene.issue));

  const [result] = site.issue(scene.issue).results;
  expect(result?.outcome).toMatch(/^(verification|agent)$/);
  expect(result?.failure?.what).toContain('src/nested');
});
