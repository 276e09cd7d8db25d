import { describe, expect, it } from 'vitest';
import { type AnswerFlags, answer } from '../../../src/cli/init/answers.ts';
import { type ExistingSetup, readExisting } from '../../../src/cli/init/existing-setup.ts';
import type { GitHubFacts } from '../../../src/cli/init/github-facts.ts';
import type { PlanSource } from '../../../src/cli/init/plan-sources.ts';
import type { ChoiceQuestion, Prompter } from '../../../src/cli/init/prompter.ts';
import { importPlan } from '../../../src/planning/import/import-plan.ts';

const UNKNOWN: GitHubFacts = { known: false, why: 'not asked' };
const PUBLIC: GitHubFacts = {
  known: true,
  defaultBranch: 'main',
  isPrivate: false,
  reviews: 1,
  onlyPulls: true,
  requiredChecks: [],
  hasMergeQueue: false,
};

const setup = (files: Readonly<Record<string, string>> = {}): Promise<ExistingSetup> =>
  readExisting(async (path) => files[path]);

function sourceAt(path: string): PlanSource {
  const text = '## Phase 1: Setup\n\n- [ ] T001 Make src/a.py\n';
  const imported = importPlan({ path, files: [{ file: path, text }] });
  if (!imported.ok) throw new Error('the source is sound');
  return { path, imported };
}

/** A person who says these things in turn, and what they were asked. */
function personWho(...said: readonly string[]): { readonly prompter: Prompter; readonly asked: ChoiceQuestion[] } {
  const asked: ChoiceQuestion[] = [];
  const choose = async (question: ChoiceQuestion) => {
    asked.push(question);
    return said[asked.length - 1] ?? question.fallback;
  };
  return { prompter: { choose, confirm: async () => false, tell: () => undefined, close: () => undefined }, asked };
}

interface Case {
  readonly flags?: AnswerFlags;
  readonly existing?: ExistingSetup;
  readonly github?: GitHubFacts;
  readonly sources?: readonly PlanSource[];
  readonly prompter?: Prompter;
}

const answers = async (given: Case) =>
  answer({
    flags: {},
    existing: await setup(),
    github: UNKNOWN,
    sources: [],
    prompter: undefined,
    ...given,
  });

describe('the answers of a setup', () => {
  it('are what a person says, and nothing else is asked', async () => {
    const { prompter, asked } = personWho('push', 'codex', 'hardened', 'actions', 'specs/2/tasks.md');
    const sources = [sourceAt('specs/3/tasks.md'), sourceAt('specs/2/tasks.md')];

    const given = await answers({ prompter, sources });

    expect(given).toMatchObject({
      landing: 'push',
      agent: 'codex',
      model: undefined,
      workflow: 'hardened',
      host: 'actions',
    });
    expect(given.plan).toEqual({ kind: 'import', source: sources[1] });
    expect(asked).toHaveLength(5);
  });

  it('are three example tasks where a person wants none of the plans that were found', async () => {
    const { prompter } = personWho('merge', 'claude', 'normal', 'server', 'no');

    expect((await answers({ prompter, sources: [sourceAt('specs/3/tasks.md')] })).plan).toEqual({ kind: 'example' });
  });

  it('are those of flags, which ask for nothing', async () => {
    const { prompter, asked } = personWho();
    const flags = { landing: 'review', agent: 'gemini', workflow: 'hardened', host: 'server', import: false } as const;

    const given = await answers({ prompter, flags, sources: [sourceAt('TODO.md')] });

    expect(given).toMatchObject({ landing: 'review', agent: 'gemini', plan: { kind: 'example' } });
    expect(asked).toEqual([]);
  });

  it('are what was found with --yes: what fits the rules, and the first plan', async () => {
    const sources = [sourceAt('specs/3/tasks.md'), sourceAt('specs/2/tasks.md')];

    const known = await answers({ flags: { yes: true }, github: PUBLIC, sources });
    const unknown = await answers({ flags: { yes: true } });

    expect(known).toMatchObject({
      landing: 'review',
      workflow: 'hardened',
      plan: { kind: 'import', source: sources[0] },
    });
    expect(unknown).toMatchObject({
      landing: 'merge',
      workflow: 'normal',
      agent: 'claude',
      model: 'sonnet',
      host: 'server',
    });
  });

  it('are what is there, which is not asked again', async () => {
    const { prompter, asked } = personWho();
    const existing = await setup({
      '.github/agent-waves.yml':
        'landing: push\nmax_parallel: 3\nagents: { general-purpose: { run: codex, model: gpt-5 } }\n',
      '.github/workflows/agent-task.yml': '          stage: claim\n',
      'docs/planning/tasks.json': '{}',
    });

    const given = await answers({ existing, prompter, github: PUBLIC });

    expect(asked).toEqual([]);
    expect(given).toEqual({
      landing: 'push',
      agent: 'codex',
      model: 'gpt-5',
      maxParallel: 3,
      workflow: 'hardened',
      host: 'server',
      plan: { kind: 'existing' },
    });
  });

  it('take no model of one agent along to another', async () => {
    const existing = await setup({
      '.github/agent-waves.yml': 'agents: { general-purpose: { run: codex, model: gpt-5 } }\n',
    });

    expect(await answers({ existing, flags: { yes: true, agent: 'gemini' } })).toMatchObject({ model: undefined });
    expect(await answers({ existing, flags: { yes: true, agent: 'claude' } })).toMatchObject({ model: 'sonnet' });
  });
});
