import { describe, expect, it } from 'vitest';
import { judgeProbe } from '../../../src/state/preflight/judge-probe.ts';
import { judgeSetup } from '../../../src/state/preflight/judge-setup.ts';
import { readTaskWorkflow } from '../../../src/state/preflight/task-workflow.ts';
import { configOf, taskOf } from '../../support/course.ts';
import { factsWith, HARDENED, NORMAL, told, untold } from '../../support/repository-facts.ts';

const CODEX = 'landing: push\nagents:\n  general-purpose: { run: codex }\n';

/** Its secrets are those of the repository. */
const OPEN = NORMAL.replaceAll(/^ +environment: agent-waves\n/gm, '');

/** What is found of the keys of a plan with one task that is left, and one that is done. */
function judged(
  facts: Parameters<typeof factsWith>[0],
  config = 'landing: push\n',
  status: 'pending' | 'completed' = 'pending',
) {
  const plan = { tasks: [{ ...taskOf({ id: 'A' }), status }] };
  return judgeSetup(factsWith(facts), { config: configOf(config), plan }).filter(({ fact }) => fact === 'secrets');
}

const secrets = (given: { environment?: string[]; repository?: string[]; organization?: string[] }) => ({
  environment: told(given.environment ?? []),
  repository: told(given.repository ?? []),
  organization: told(given.organization ?? []),
});

describe('the key of an agent, by the names of secrets', () => {
  it.each([
    ['the repository', { repository: ['ANTHROPIC_API_KEY'] }],
    ['the organization', { organization: ['CLAUDE_CODE_OAUTH_TOKEN'] }],
  ])('may be a secret of %s', (_, given) => {
    expect(judged({ text: OPEN, secrets: secrets(given) })).toMatchObject([
      { verdict: 'ok', page: expect.stringMatching(/\/secrets\/actions$/) },
    ]);
  });

  it('is one of the environment where the workflow names that, and nowhere else', () => {
    const given = secrets({ environment: ['ANTHROPIC_API_KEY'] });

    expect(judged({ text: HARDENED, secrets: given })).toMatchObject([
      { verdict: 'ok', page: expect.stringMatching(/\/environments$/) },
    ]);
    expect(judged({ text: OPEN, secrets: given })).toMatchObject([
      { verdict: 'refused', fix: 'add the secret `ANTHROPIC_API_KEY` or `CLAUDE_CODE_OAUTH_TOKEN` there' },
    ]);
  });

  it('is one alone, since only one can be billed', () => {
    const both = secrets({ repository: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN'] });

    expect(judged({ secrets: both })).toMatchObject([
      { verdict: 'refused', what: 'Claude Code has more than one key: `ANTHROPIC_API_KEY`, `CLAUDE_CODE_OAUTH_TOKEN`' },
    ]);
  });

  it('is unknown where nobody told, with the permission that tells it', () => {
    const hidden = { ...secrets({}), organization: untold('secrets: read') };

    expect(judged({ secrets: hidden })).toMatchObject([
      { verdict: 'unknown', tells: expect.stringContaining('secrets: read') },
    ]);
    expect(judged({ secrets: { ...hidden, repository: told(['ANTHROPIC_API_KEY']) } })).toMatchObject([
      { verdict: 'ok' },
    ]);
  });

  it('is asked for every program that has something left to do, or reviews', () => {
    const none = { secrets: secrets({}) };

    expect(judged(none, CODEX)).toMatchObject([{ what: expect.stringContaining('Codex has no key') }]);
    expect(judged(none, 'landing: push\n', 'completed')).toEqual([]);
    expect(judged(none, `${CODEX}  critic: { run: claude }\nreview: critic\n`)).toMatchObject([
      { what: expect.stringContaining('Claude Code has no key') },
      { what: expect.stringContaining('Codex has no key') },
    ]);
  });

  it('is unknown where the workflow gives none from a secret', () => {
    const text = NORMAL.replaceAll(/^.*(?:anthropic-api-key|anthropic-oauth-token):.*\n/gm, '');

    expect(judged({ text })).toMatchObject([
      { verdict: 'unknown', what: 'the workflow gives Claude Code no key from a secret', tells: 'the first run would' },
    ]);
  });
});

describe('what the first run finds in its job', () => {
  function probed(given: readonly string[], more: Partial<Parameters<typeof judgeProbe>[0]> = {}) {
    return judgeProbe({
      config: configOf('landing: merge\n'),
      plan: { tasks: [taskOf({ id: 'A' })] },
      workflow: readTaskWorkflow(NORMAL),
      url: 'https://github.com/acme/daw',
      stage: 'all',
      isGiven: (input) => given.includes(input),
      rules: undefined,
      base: { branch: 'main', exists: true },
      noPulls: undefined,
      ...more,
    });
  }

  it('is nothing where one key is given', () => {
    expect(probed(['anthropic-api-key'])).toEqual([]);
    expect(probed(['anthropic-oauth-token'])).toEqual([]);
  });

  it('is a secret that is empty, or one too many', () => {
    expect(probed([], { workflow: readTaskWorkflow(OPEN) })).toMatchObject([
      {
        fact: 'secrets',
        what: 'Claude Code has no key: the secret `ANTHROPIC_API_KEY` or `CLAUDE_CODE_OAUTH_TOKEN` is empty in the job',
        fix: 'add the secret `ANTHROPIC_API_KEY` or `CLAUDE_CODE_OAUTH_TOKEN` of the repository',
      },
    ]);
    expect(probed(['anthropic-api-key', 'anthropic-oauth-token'])).toMatchObject([
      { what: expect.stringContaining('has more than one key: `anthropic-api-key`, `anthropic-oauth-token`') },
    ]);
  });

  it('is nothing of keys where no job of the workflow does what this one does, or there is no workflow', () => {
    expect(probed([], { stage: 'other' })).toEqual([]);
    expect(probed([], { workflow: undefined })).toEqual([]);
  });

  it('is the environment of a hardened workflow, for the job that has the keys', () => {
    const hardened = readTaskWorkflow(HARDENED);
    const found = probed([], { workflow: hardened, stage: 'agent' });

    expect(found).toMatchObject([
      { fix: expect.stringMatching(/of the environment `agent-waves`$/), page: expect.stringMatching(/environments$/) },
    ]);
  });

  it('is a rule that binds its token, and words of GitHub about pull requests', () => {
    const rules = [{ kind: 'merge-queue' }] as const;
    const found = probed(['anthropic-api-key'], { rules, noPulls: 'GitHub Actions is  not\npermitted' });

    expect(found).toMatchObject([
      { fact: 'rules', what: '`main` takes changes through its merge queue alone' },
      {
        fact: 'pull-requests',
        what: 'workflows may not open pull requests, by which `landing: merge` lands (GitHub Actions is not permitted)',
        fix: expect.stringMatching(/^give the job `pull-requests: write`, and allow/),
      },
    ]);
  });

  it('is no rule where the workflow gives the action a token of its own', () => {
    const own = NORMAL.replace(/^( +)(anthropic-api-key:.*)$/m, `$1token: \${{ secrets.BOT_TOKEN }}\n$1$2`);
    const github = NORMAL.replace(/^( +)(anthropic-api-key:.*)$/m, `$1token: \${{ secrets.GITHUB_TOKEN }}\n$1$2`);
    const bound = (text: string) =>
      probed(['anthropic-api-key'], { rules: [{ kind: 'merge-queue' }], workflow: readTaskWorkflow(text) });

    expect(bound(own)).toEqual([]);
    expect(bound(github)).toHaveLength(1);
  });
});
