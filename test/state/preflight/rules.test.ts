import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../src/plan/config.ts';
import type { BaseRule, RepositoryFacts } from '../../../src/state/preflight/facts.ts';
import { judgeSetup } from '../../../src/state/preflight/judge-setup.ts';
import type { FactName } from '../../../src/state/preflight/judged-fact.ts';
import { ALL, factsWith, told, untold } from '../../support/repository-facts.ts';

type Landing = 'merge' | 'review' | 'push';

/** What is found of one fact. */
function judged(fact: FactName, facts: Parameters<typeof factsWith>[0], landing: Landing = 'push') {
  const config = { ...defaultConfig(), landing };
  const found = judgeSetup(factsWith(facts), { config, plan: { tasks: [] } }).filter((each) => each.fact === fact);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
}

describe('a rule of the base', () => {
  const pulls = (given: object = {}): BaseRule => {
    return { kind: 'pull-request', approvals: 0, codeOwners: false, methods: undefined, ...given };
  };

  it.each<[string, BaseRule, Record<Landing, string | undefined>]>([
    ['pull requests', pulls(), { push: 'takes pull requests alone', merge: undefined, review: undefined }],
    [
      'an approval',
      pulls({ approvals: 1 }),
      { push: 'takes pull requests alone', merge: 'takes no pull request without an approval', review: undefined },
    ],
    [
      'several approvals',
      pulls({ approvals: 2 }),
      { push: 'takes pull requests alone', merge: 'takes no pull request without 2 approvals', review: undefined },
    ],
    [
      'code owners',
      pulls({ codeOwners: true }),
      {
        push: 'takes pull requests alone',
        merge: 'takes no pull request that code owners have not approved',
        review: undefined,
      },
    ],
    [
      'checks',
      { kind: 'checks', names: ['unit', 'a`b'] },
      {
        push: 'requires the checks `unit`, `ab`, which GitHub does not start for what GITHUB_TOKEN does',
        merge: 'requires the checks `unit`, `ab`, which GitHub does not start for what GITHUB_TOKEN does',
        review: undefined,
      },
    ],
    [
      'a merge queue',
      { kind: 'merge-queue' },
      {
        push: 'takes changes through its merge queue alone',
        merge: 'takes changes through its merge queue alone',
        review: undefined,
      },
    ],
    ['signatures', { kind: 'signatures' }, { push: 'takes signed commits alone', merge: undefined, review: undefined }],
    [
      'deployments',
      { kind: 'deployments' },
      { push: 'requires deployments first', merge: 'requires deployments first', review: undefined },
    ],
    [
      'updates',
      { kind: 'updates' },
      {
        push: 'may be moved by those alone who bypass its rule',
        merge: 'may be moved by those alone who bypass its rule',
        review: undefined,
      },
    ],
    [
      'creation, of a branch that is there',
      { kind: 'creation' },
      { push: undefined, merge: undefined, review: undefined },
    ],
  ])('about %s is an obstacle to the landings that it keeps from the base', (_, rule, expected) => {
    for (const landing of ['push', 'merge', 'review'] as const) {
      const found = judged('rules', { rules: [rule] }, landing);
      const obstacle = expected[landing];
      expect(found?.verdict, landing).toBe(obstacle === undefined ? 'ok' : 'refused');
      if (obstacle !== undefined) expect(found?.what, landing).toBe(`\`main\` ${obstacle}`);
    }
  });

  it('that lets nobody make the base is an obstacle where there is none, and the fix names what helps there', () => {
    const base = { branch: 'agent-waves/p', exists: false };
    const found = (landing: Landing) => judged('rules', { rules: [{ kind: 'creation' }], base }, landing);

    expect(found('push')).toMatchObject({ verdict: 'refused', what: '`agent-waves/p` may not be made by this app' });
    expect(found('push')).toMatchObject({ fix: expect.stringContaining('set `landing: review`') });
    expect(found('review')).toMatchObject({ fix: 'let the app bypass the rule, or set another `base`' });
  });

  it('is told with all others that are in the way', () => {
    const rules: readonly BaseRule[] = [{ kind: 'signatures' }, { kind: 'deployments' }];

    expect(judged('rules', { rules })?.what).toBe('`main` takes signed commits alone, and requires deployments first');
  });

  it('of the older kind tells no app whether its job may push, and a job of Actions or a person in review does not ask', () => {
    const app = { login: 'waves[bot]', kind: 'app', role: undefined } as const;
    const actions = { login: 'github-actions[bot]', kind: 'actions', role: undefined } as const;
    const rules: readonly BaseRule[] = [{ kind: 'classic' }];

    expect(judged('rules', { rules, viewer: app })?.verdict).toBe('unknown');
    expect(judged('rules', { rules, viewer: actions })?.verdict).toBe('ok');
    expect(judged('rules', { rules, viewer: app }, 'review')?.verdict).toBe('ok');
    expect(judged('rules', { rules: [], viewer: app })?.verdict).toBe('ok');
  });
});

describe('pull requests', () => {
  it('are of no matter to pushes, and have to be squashed in a merge', () => {
    const forbidden: BaseRule = { kind: 'pull-request', approvals: 0, codeOwners: false, methods: ['merge'] };
    const allowed: BaseRule = { ...forbidden, methods: ['squash'] };

    expect(judged('merging', { maySquash: false })).toBeUndefined();
    expect(judged('merging', { maySquash: false }, 'review')).toBeUndefined();
    expect(judged('merging', { maySquash: false }, 'merge')).toMatchObject({
      verdict: 'refused',
      fix: expect.stringContaining('allow squash merging'),
    });
    expect(judged('merging', { rules: [forbidden] }, 'merge')).toMatchObject({
      verdict: 'refused',
      fix: expect.stringContaining('allow squash in that rule'),
    });
    expect(judged('merging', { rules: [allowed] }, 'merge')?.verdict).toBe('ok');
  });

  it('have to be opened by workflows, unless the action has a token of its own', () => {
    const may = (mayPropose: boolean) => told({ mayPropose, mayWrite: false });

    expect(judged('pull-requests', { workflowDefaults: may(false) })).toBeUndefined();
    expect(judged('pull-requests', { workflowDefaults: may(true) }, 'merge')?.verdict).toBe('ok');
    expect(judged('pull-requests', { workflowDefaults: may(false) }, 'review')).toMatchObject({
      verdict: 'refused',
      what: 'workflows may not open pull requests, by which `landing: review` lands',
      fix: expect.stringMatching(/^allow GitHub Actions to create/),
    });
    expect(judged('pull-requests', { workflowDefaults: untold('administration: read') }, 'merge')?.verdict).toBe(
      'unknown',
    );
  });
});

describe('who asks', () => {
  const app = { login: 'waves[bot]', kind: 'app', role: undefined } as const;
  const granted = (permissions: Record<string, string>): RepositoryFacts['granted'] => ({
    permissions,
    page: 'https://x',
  });
  const NEEDED = { actions: 'write', contents: 'write', issues: 'admin' };

  it('as a person is told every setting where they administrate', () => {
    const person = (role: string | undefined) =>
      judged('token', { viewer: { login: 'ada', kind: 'person', role } as RepositoryFacts['viewer'] });

    expect(person('ADMIN')?.verdict).toBe('ok');
    expect(person('WRITE')).toMatchObject({ verdict: 'unknown', what: 'asked as ada, whose role here is write' });
    expect(person(undefined)?.what).toBe('asked as ada, whose role here is unknown');
  });

  it('as an app has what it needs to push, and lacks what opens pull requests', () => {
    const push = judged('token', { viewer: app, granted: granted(NEEDED) });
    const merge = judged('token', { viewer: app, granted: granted(NEEDED) }, 'merge');

    expect(push).toMatchObject({ verdict: 'ok', advice: expect.stringContaining('without `pull_requests: write`') });
    expect(merge).toMatchObject({
      verdict: 'refused',
      what: 'waves[bot] lacks the permission `pull_requests: write`',
      fix: expect.stringContaining('on its settings page'),
      page: 'https://x',
    });
    const all = granted({ ...NEEDED, checks: 'write', pull_requests: 'write', statuses: 'write' });
    expect(judged('token', { viewer: app, granted: all })).not.toHaveProperty('advice');
  });

  it('as a job lacks what cannot even be read, and gives it under its own names', () => {
    const viewer = { login: 'github-actions[bot]', kind: 'actions', role: undefined } as const;
    const workflowState = untold('actions: read') as RepositoryFacts['workflowState'];

    expect(judged('token', { viewer, workflowState })).toMatchObject({
      verdict: 'refused',
      what: 'github-actions[bot] lacks the permission `actions: write`',
      fix: 'give the job that makes passes `actions: write` under `permissions`',
      page: expect.stringContaining('/settings/actions'),
    });
    expect(judged('token', { viewer })?.verdict).toBe('unknown');
  });

  it('finds a repository that takes issues', () => {
    expect(judged('repository', { isArchived: true })).toMatchObject({ what: 'the repository is archived' });
    expect(judged('repository', { hasIssues: false })).toMatchObject({
      verdict: 'refused',
      fix: expect.stringContaining('turn Issues on'),
    });
    expect(judged('repository', { isPrivate: false })?.what).toBe('the repository is public and has issues');
    expect(judged('repository', { isPrivate: true })?.what).toBe('the repository is private and has issues');
  });
});

describe('a policy of Actions', () => {
  const policy = (given: Partial<typeof ALL>) =>
    judged('allowed-actions', { actions: told({ ...ALL, pinned: false, ...given }) });

  it('takes what its patterns name, whatever their letters, and nothing that one of them takes out', () => {
    const own = 'agent-waves/*';

    expect(policy({ allowed: 'selected', githubOwned: true, patterns: [own.toUpperCase()] })?.verdict).toBe('ok');
    expect(policy({ allowed: 'selected', githubOwned: true, patterns: [own, `!${own}`] })?.verdict).toBe('refused');
    expect(policy({ allowed: 'selected', githubOwned: false, patterns: [own] })?.verdict).toBe('refused');
    expect(policy({ allowed: 'local_only', githubOwned: true, patterns: [own] })?.verdict).toBe('refused');
    expect(policy({ allowed: 'selected', githubOwned: true, verified: true })?.verdict).toBe('unknown');
  });

  it('that has Actions off refuses everything', () => {
    expect(judged('actions', { actions: told({ ...ALL, enabled: false }) })?.verdict).toBe('refused');
    expect(judged('actions', { actions: untold('administration: read') })?.verdict).toBe('unknown');
  });
});
