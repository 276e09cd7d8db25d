import { describe, expect, it, test } from 'vitest';
import { defaultConfig } from '../../src/plan/config.ts';
import type { ActionsPolicy, RepositoryFacts } from '../../src/state/preflight/facts.ts';
import { judgeSetup } from '../../src/state/preflight/judge-setup.ts';
import type { FactName, JudgedFact } from '../../src/state/preflight/judged-fact.ts';
import { ALL, factsWith, HARDENED, NORMAL, told, untold } from '../support/repository-facts.ts';

const plan = { tasks: [] };
const judged = (facts: RepositoryFacts, landing: 'merge' | 'review' | 'push' = 'push') =>
  judgeSetup(facts, { config: { ...defaultConfig(), landing }, plan });
const factOf = (name: FactName, facts: readonly JudgedFact[]) => facts.find(({ fact }) => fact === name);
const verdictOf = (name: FactName, facts: readonly JudgedFact[]) => factOf(name, facts)?.verdict;

describe.each([
  ['agent-task.yml', NORMAL],
  ['agent-task-hardened.yml', HARDENED],
])('the template %s', (_name, text) => {
  it.each(['merge', 'review', 'push'] as const)('is fit for landing: %s', (landing) => {
    const facts = judged(factsWith({ text }), landing);

    expect(facts.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  });
});

test('nothing that nobody told is refused', () => {
  const facts = judged(
    factsWith({
      viewer: { login: 'waves[bot]', kind: 'app', role: undefined },
      actions: untold('administration: read'),
      workflowDefaults: untold('administration: read'),
      secrets: {
        environment: untold('environments: read'),
        repository: untold('secrets: read'),
        organization: untold('secrets: read'),
      },
    }),
    'merge',
  );

  expect(facts.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  expect(facts.filter(({ verdict }) => verdict === 'unknown').map(({ fact }) => fact)).toEqual([
    'token',
    'actions',
    'pull-requests',
  ]);
});

test.each([
  ['a workflow that cannot be read here', 'jobs: &a [*a]'],
  [
    'a job that calls another workflow',
    NORMAL.replace(/jobs:[\s\S]*/, 'jobs:\n  task:\n    uses: acme/w/.github/workflows/t.yml@v1\n'),
  ],
  ['an action that is no version of ours', NORMAL.replaceAll(/@([0-9a-f]{40}) # v0\.1\.0/g, '@$1')],
])('%s is unknown, and refused is nothing', (_name, text) => {
  const facts = judged(factsWith({ text, actions: told({ ...ALL, pinned: false }) }));

  expect(verdictOf('template', facts)).toBe('unknown');
  expect(facts.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
});

test('the hardened workflow is recommended to public repositories alone that have the other', () => {
  const adviceOf = (text: string, isPrivate: boolean) => {
    const fact = factOf('template', judged(factsWith({ text, isPrivate })));
    return fact?.verdict === 'ok' ? fact.advice : fact;
  };

  expect(adviceOf(NORMAL, false)).toContain('agent-waves init --workflow hardened');
  expect([adviceOf(NORMAL, true), adviceOf(HARDENED, false)]).toEqual([undefined, undefined]);
});

test('workflows that may write issues are named, ours are not', () => {
  const files = [
    { name: 'agent-task.yml', text: NORMAL },
    { name: 'triage.yml', text: 'on: issues\npermissions:\n  issues: write\njobs:\n  a:\n    steps: []\n' },
    { name: 'all.yml', text: 'on: push\njobs:\n  a:\n    permissions: write-all\n' },
    { name: 'plain.yml', text: 'on: push\njobs:\n  a:\n    steps: []\n' },
    { name: 'reads.yml', text: 'on: push\npermissions: {}\njobs:\n  a:\n    steps: []\n' },
  ];
  const whatWith = (mayWrite: boolean) =>
    factOf(
      'other-workflows',
      judged(factsWith({ workflows: told(files), workflowDefaults: told({ mayPropose: true, mayWrite }) })),
    )?.what;

  expect(whatWith(false)).toBe('other workflows may write issues: `triage.yml`, `all.yml`');
  expect(whatWith(true)).toBe('other workflows may write issues: `triage.yml`, `all.yml`, `plain.yml`');
});

test.each<[string, Partial<ActionsPolicy>, JudgedFact['verdict']]>([
  ['its own owner alone', { allowed: 'local_only' }, 'refused'],
  ['patterns that fit', { allowed: 'selected', githubOwned: true, patterns: ['agent-waves/*'] }, 'ok'],
  [
    'patterns with versions',
    { allowed: 'selected', githubOwned: true, patterns: ['Agent-Waves/agent-waves*@*'] },
    'ok',
  ],
  ['a pattern of another', { allowed: 'selected', githubOwned: true, patterns: ['acme/*'] }, 'refused'],
  ['what is excluded', { allowed: 'selected', githubOwned: true, patterns: ['*', '!agent-waves/*'] }, 'refused'],
  ['verified makers', { allowed: 'selected', githubOwned: true, verified: true }, 'unknown'],
  ['nothing of GitHub', { allowed: 'selected', patterns: ['agent-waves/*'] }, 'refused'],
])('a policy that allows %s', (_name, policy, verdict) => {
  const facts = judged(factsWith({ actions: told({ ...ALL, ...policy }) }));

  expect(verdictOf('allowed-actions', facts)).toBe(verdict);
});

test('a token of its own makes rules unknown that bind GITHUB_TOKEN, and checks no obstacle that is known', () => {
  const text = NORMAL.replace(/^( +)redis-url:/m, '$1token: steps.app.outputs.token\n$1redis-url:');
  const rules = [{ kind: 'checks', names: ['ci'] }] as const;

  expect(verdictOf('rules', judged(factsWith({ rules }), 'merge'))).toBe('refused');
  expect(verdictOf('rules', judged(factsWith({ rules, text }), 'merge'))).toBe('unknown');
  expect(verdictOf('rules', judged(factsWith({ rules }), 'review'))).toBe('ok');
});

test('permissions that the app lacks are refused where it needs them, and told where it does without', () => {
  const facts = (permissions: Record<string, string>) =>
    factOf(
      'token',
      judged(
        factsWith({
          viewer: { login: 'waves[bot]', kind: 'app', role: undefined },
          granted: { permissions, page: 'https://github.com/settings/installations/1' },
        }),
      ),
    );
  const needed = { actions: 'write', contents: 'write', issues: 'write' };

  expect(facts({ ...needed, contents: 'read' })).toMatchObject({
    verdict: 'refused',
    what: expect.stringContaining('`contents: write`'),
  });
  expect(facts(needed)).toMatchObject({
    verdict: 'ok',
    advice: expect.stringContaining('without `checks: write` problems'),
  });
});

describe('the clock of passes that jobs make', () => {
  const workflows = (...names: string[]) => told(['agent-task.yml', ...names].map((name) => ({ name, text: NORMAL })));
  const clock = (given: RepositoryFacts['workflows']) => factOf('clock', judged(factsWith({ workflows: given })));

  it('is of no matter where no job makes passes, or nobody told', () => {
    expect(clock(workflows())).toBeUndefined();
    expect(clock(workflows('agent-waves-clock.yml'))).toBeUndefined();
    expect(clock(untold('contents: read'))).toBeUndefined();
  });

  it('is there, or its absence is told with what comes of it', () => {
    const there = clock(workflows('agent-waves.yml', 'agent-waves-clock.yml'));
    const missing = clock(workflows('agent-waves.yml'));

    expect(there).toMatchObject({ verdict: 'ok', what: expect.stringContaining('by the clock') });
    expect(there).not.toHaveProperty('advice');
    expect(missing).toMatchObject({
      verdict: 'ok',
      what: expect.stringContaining('`main` has no `.github/workflows/agent-waves-clock.yml`'),
      advice: expect.stringContaining('agent-waves init'),
    });
  });
});

describe('the environment of a hardened workflow', () => {
  const environment = (given: RepositoryFacts['environment'], text = HARDENED) =>
    factOf('environment', judged(factsWith({ text, environment: given })));
  const free = { reviewers: [], waitMinutes: 0, branches: ['main'] };

  it.each([
    ['takes the default branch alone', told(free), 'ok'],
    ['takes branches by a pattern', told({ ...free, branches: ['x', 'ma*'] }), 'ok'],
    ['takes every branch', told({ ...free, branches: undefined }), 'ok'],
    ['is not there yet', told(undefined), 'ok'],
    ['is not told', untold('administration: read'), 'unknown'],
    ['takes other branches only', told({ ...free, branches: ['release'] }), 'refused'],
    ['takes no branch', told({ ...free, branches: [] }), 'refused'],
    ['wants approvals', told({ ...free, reviewers: ['ada', 'lin'] }), 'refused'],
    ['lets every run wait', told({ ...free, waitMinutes: 1 }), 'refused'],
  ] as const)('that %s', (_, given, verdict) => {
    expect(environment(given)?.verdict).toBe(verdict);
  });

  it('is limited to the default branch for the sake of its secrets, which is said only where it is not', () => {
    expect(environment(told(free))).not.toHaveProperty('advice');
    expect(environment(told({ ...free, branches: undefined }))).toMatchObject({
      advice: expect.stringContaining('limit it to `main`'),
    });
    expect(environment(told({ ...free, reviewers: ['ada', 'lin'] }))?.what).toContain('`ada`, `lin`');
  });

  it('is of no matter where no job names it', () => {
    const text = HARDENED.replaceAll('environment: agent-waves', 'environment: other');

    expect(environment(told({ ...free, waitMinutes: 9 }), text)).toMatchObject({
      verdict: 'ok',
      what: expect.stringContaining('no job uses'),
    });
  });
});
