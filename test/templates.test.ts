import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ActionInput,
  convertWorkflowTemplate,
  parseWorkflow,
  readAction,
  readWorkflow,
  textOf,
  textsOf,
} from 'embedded-github/runner';
import { load } from 'js-yaml';
import type { Probot } from 'probot';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../src/decide/effects/effect.ts';
import { readNotifySettings } from '../src/hosts/notify/notify-settings.ts';
import { createApp } from '../src/hosts/server/app.ts';
import type { TaskId } from '../src/plan/plan.ts';
import { type DispatchInputs, dispatchTitle, TASK_WORKFLOW } from '../src/state/names.ts';
import { TIMINGS } from '../src/state/timings.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const TEMPLATE = `templates/${TASK_WORKFLOW}`;
const HARDENED = 'templates/agent-task-hardened.yml';
const PASSES = 'templates/agent-waves.yml';
const CLOCK = 'templates/agent-waves-clock.yml';
const ACTIONS = ['action.yml', 'agents/action.yml', 'orchestrate/action.yml'];
const WORKFLOWS = [
  TEMPLATE,
  HARDENED,
  PASSES,
  CLOCK,
  ...readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`),
];

const KEYS = ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'OPENAI_API_KEY', 'GEMINI_API_KEY'];
const OWN_ACTION = 'agent-waves/agent-waves';

const DISPATCH: DispatchInputs = { task: 'CORE-002' as TaskId, issue: 12, attempt: 1, slice: 1, dispatch: 7 };

/** The secrets of the receiver that the templates name: whoever has another one adds its line. */
const TOLD = ['AGENT_WAVES_NOTIFY_TEAM', 'AGENT_WAVES_NOTIFY_TEAM_SECRET'] as const;

describe('GitHub’s own parser', () => {
  it.each(WORKFLOWS)('finds nothing wrong with %s', async (path) => {
    expect(await problemsOf(path, read(path))).toEqual([]);
  });

  it('finds what is wrong with a broken workflow, at its line', async () => {
    const broken = read(TEMPLATE).replace('runs-on:', 'runs-upon:');

    const problems = await problemsOf(TEMPLATE, broken);

    expect(problems.join('\n')).toMatch(/Line: \d+.*runs-upon/);
  });

  it.each(['./', './orchestrate/'])('takes %saction.yml for a composite action', (reference) => {
    const action = readAction(join(ROOT, reference), { reference });

    expect(action.using).toBe('composite');
  });
});

/** Texts of all scripts below a value of a workflow or an action. */
function scriptsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'run' && typeof inner === 'string' ? [inner] : scriptsIn(inner),
  );
}

it.each([...ACTIONS, ...WORKFLOWS])('no script holds an expression: %s', (path) => {
  const scripts = scriptsIn(load(read(path)));

  if (path.endsWith('action.yml')) expect(scripts).not.toEqual([]);
  for (const script of scripts) expect(script).not.toContain('${{');
});

describe('the template of the task workflow', () => {
  const template = readWorkflow(TEMPLATE, read(TEMPLATE));
  const inputs = Object.fromEntries(Object.entries(DISPATCH).map(([name, value]) => [name, String(value)]));

  it('is one that the embedded runner runs as it is', () => {
    expect(template.problems).toEqual([]);
  });

  it('names its run as the app looks for it', () => {
    const title = template.runName && textOf(template.runName, { contexts: { inputs } });

    expect(title).toBe(dispatchTitle(DISPATCH));
  });

  it('starts by dispatch alone, with the inputs that a dispatch carries, all of them required', () => {
    expect(template.events).toEqual(['workflow_dispatch']);
    expect(template.dispatchInputs.map(({ name }) => name)).toEqual(Object.keys(DISPATCH));
    expect(template.dispatchInputs.every(({ required }) => required)).toBe(true);
  });

  it('hands to the action what it was given, by names that the action knows', () => {
    const [step] = template.jobs[0]?.steps.filter((each) => each.kind === 'uses').slice(-1) ?? [];
    const given = step?.kind === 'uses' ? textsOf(step.inputs, { contexts: { inputs } }) : {};
    const action = readAction(ROOT, { reference: './' });

    expect(step?.kind === 'uses' && step.uses).toMatch(`${OWN_ACTION}@`);
    expect(given).toMatchObject(inputs);
    const known = action.inputs.map(({ name }) => name);
    expect(Object.keys(given).filter((name) => !known.includes(name))).toEqual([]);
    expect(requiredNames(action.inputs).filter((name) => !(name in given))).toEqual([]);
  });

  it('gives its one job the right to land and to report, and nothing else', () => {
    const [job, ...others] = template.jobs;

    expect(others.map(({ id }) => id)).toEqual(['next']);
    expect(template.permissions).toEqual({ metadata: 'read' });
    expect(job?.permissions).toEqual({
      checks: 'write',
      contents: 'write',
      issues: 'write',
      'pull-requests': 'write',
      metadata: 'read',
    });
  });
});

describe('the hardened workflow', () => {
  const text = read(HARDENED);
  const template = readWorkflow(HARDENED, text);
  const job = (id: string) => template.jobs.find((each) => each.id === id);
  const uses = (id: string) =>
    job(id)?.steps.map((step) => (step.kind === 'uses' ? step.uses.split('@')[0] : 'run')) ?? [];
  const writers = template.jobs.filter(({ permissions }) => Object.values(permissions ?? {}).includes('write'));

  it('is one that the embedded runner runs as it is, and starts as the other one does', () => {
    const other = readWorkflow(TEMPLATE, read(TEMPLATE));

    expect(template.problems).toEqual([]);
    expect(template.events).toEqual(other.events);
    expect(template.dispatchInputs).toEqual(other.dispatchInputs);
    expect(template.runName?.toString()).toBe(other.runName?.toString());
    expect(template.permissions).toEqual({ metadata: 'read' });
  });

  it('gives the right to write to jobs that run nothing of the tree, and to no other', () => {
    expect(writers.map(({ id }) => id)).toEqual(['claim', 'land', 'land-again', 'report', 'next']);
    for (const id of ['agent', 'verify', 'scan', 'verify-again']) {
      expect(job(id)?.permissions).toEqual({ contents: 'read', metadata: 'read' });
    }
  });

  it('checks nothing out where work is scanned, lands or is reported', () => {
    for (const id of ['scan', 'land', 'land-again']) {
      expect(uses(id)).toEqual([
        'actions/download-artifact',
        'actions/setup-node',
        OWN_ACTION,
        'actions/upload-artifact',
      ]);
    }
    expect(uses('report')).toEqual(['actions/download-artifact', 'actions/setup-node', OWN_ACTION]);
  });

  it('shows a key to the agent alone, tells the claim that it is there, and no secret to what runs the checks', () => {
    const told = [...text.matchAll(/\$\{\{ secrets\.(\w+) != '' && 'set' \|\| '' \}\}/g)];
    expect(told.map(([, name]) => name)).toEqual(KEYS);
    for (const [line] of told) expect(text.indexOf(line)).toBeLessThan(text.indexOf('\n  agent:\n'));

    const secrets = (id: string) => {
      const from = text.indexOf(`\n  ${id}:\n`);
      const next = text.slice(from + 1).search(/\n {2}[a-z-]+:\n/);
      const part = text.slice(from, next < 0 ? undefined : from + 1 + next).replaceAll(/ != '' && 'set'/g, '');
      const given = id === 'claim' ? part.replaceAll(/\$\{\{ secrets\.\w+ \|\| '' \}\}/g, '') : part;
      return [...new Set([...given.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name))];
    };

    expect(Object.fromEntries(template.jobs.map(({ id }) => [id, secrets(id)]))).toEqual({
      claim: ['REDIS_URL'],
      agent: KEYS,
      verify: [],
      scan: [],
      land: [],
      'verify-again': [],
      'land-again': [],
      report: ['REDIS_URL'],
      next: TOLD,
    });
  });

  it('names stages that the action has, one for each job', () => {
    const stages = template.jobs.flatMap(({ id, steps }) => {
      const own = steps.find((step) => step.kind === 'uses' && step.uses.startsWith(`${OWN_ACTION}@`));
      if (!own) return [];
      return [[id, own?.kind === 'uses' && own.inputs?.find('stage')?.toString()]];
    });

    expect(Object.fromEntries(stages)).toEqual({
      ...{ claim: 'claim', agent: 'agent', verify: 'verify', scan: 'scan', land: 'land', report: 'report' },
      ...{ 'verify-again': 'verify', 'land-again': 'land' },
    });
  });

  it('takes its secrets from an environment, as the other one does', () => {
    const named = (source: string) => source.match(/^ {4}environment: agent-waves$/gm)?.length;

    expect(named(text)).toBe(3);
    expect(named(read(TEMPLATE))).toBe(1);
  });
});

describe('jobs that make passes', () => {
  const passes = [TEMPLATE, HARDENED, PASSES, CLOCK].map((path) => {
    const { jobs, problems } = readWorkflow(path, read(path));
    const job = jobs.find(({ id }) => id === 'pass' || id === 'next');
    return { path, problems, job };
  });

  it.each(passes)(
    'in $path check nothing out, hold no secret but where people are told, and may do what a pass does',
    ({ path, job, problems }) => {
      expect(problems).toEqual([]);
      const steps = job?.steps.map((step) => (step.kind === 'uses' ? step.uses.split('@')[0] : 'run'));
      expect(steps).toEqual(['actions/setup-node', `${OWN_ACTION}/orchestrate`]);
      expect(job?.runsOn?.toString()).toBe('ubuntu-slim');
      expect(job?.permissions).toEqual({
        ...{ actions: 'write', checks: 'write', contents: 'write', issues: 'write' },
        ...{ 'pull-requests': 'write', statuses: 'read', metadata: 'read' },
      });
      const part = read(path).slice(read(path).search(/\n {2}(?:pass|next):\n/));
      expect(part).not.toMatch(/environment:/);
      const given = [...part.matchAll(/^ {10}(\w+): \$\{\{ secrets\.(\w+) \}\}$/gm)].map(([, name, secret]) => [
        name,
        secret,
      ]);
      expect(given).toEqual(TOLD.map((name) => [name, name]));
      expect(part.match(/secrets\./g)).toHaveLength(TOLD.length);
      // What the job is given is what the host reads: without the secrets it is told nothing, and goes on.
      expect(readNotifySettings(Object.fromEntries(TOLD.map((name) => [name, '']))).ok).toBe(true);
      const set = readNotifySettings({ [TOLD[0]]: 'https://chat.acme.example/hook', [TOLD[1]]: 'a secret of sixteen' });
      expect(set.ok && set.settings.addresses.get(TOLD[0])?.secret).toBe('a secret of sixteen');
    },
  );

  it.each([TEMPLATE, HARDENED])('come last in %s, after every other job, whatever became of those', (path) => {
    const { jobs } = readWorkflow(path, read(path));
    const next = jobs.at(-1);

    expect(next?.id).toBe('next');
    expect(next?.needs).toEqual(jobs.slice(0, -1).map(({ id }) => id));
    expect(next?.condition).toBe("always() && github.event.sender.login == 'github-actions[bot]'");
    expect(next?.continueOnError?.toString()).toBe('true');
    expect(read(path)).toMatch(/results: \$\{\{ toJSON\(needs\.\*\.result\) \}\}/);
  });

  it('may cost minutes for what may have to do with a plan alone, and for nothing of a fork', () => {
    const text = read(PASSES);

    expect(text).not.toContain('author_association');
    expect(text).not.toContain('pull_request_target');
    expect(text).toContain('github.event.pull_request.head.repo.full_name == github.repository');
    // A run of no interest would push one out that waits.
    expect(text).not.toMatch(/^\s*concurrency:/m);
  });
});

describe('the job of a task', () => {
  it('saves no cache: what an agent had in its hands would run in every later job', () => {
    const text = read(TEMPLATE);

    expect(text).not.toMatch(/uses:\s*actions\/cache(?:\/save)?@/);
    expect(text).not.toMatch(/^\s*cache:\s*(?!false)\S/m);
    expect(text).not.toMatch(/uses:\s*actions\/setup-node@(?![\s\S]*package-manager-cache: false)/);
  });
});

describe('what workflows use', () => {
  const used = WORKFLOWS.flatMap((path) =>
    [...read(path).matchAll(/\buses:\s*(\S+)(.*)/g)].map(([, name = '', comment = '']) => ({ path, name, comment })),
  );
  const isOwn = ({ name }: { readonly name: string }) => /^agent-waves\/agent-waves[/@]/.test(name);

  it.each(used)('$path pins $name by its full hash and says which version that is', ({ name, comment }) => {
    expect(name).toMatch(/@[0-9a-f]{40}$/);
    expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
  });

  it('is one version of each action in all of them', () => {
    const versions = Map.groupBy(used, ({ name }) => name.split('@')[0]);

    const several = [...versions].filter(([, uses]) => new Set(uses.map((use) => use.name + use.comment)).size > 1);
    expect(several).toEqual([]);
  });

  it('is our own action in the templates, at the version of package.json, and nowhere else', () => {
    const own = used.filter(isOwn);

    expect(new Set(own.map(({ path }) => path))).toEqual(new Set([TEMPLATE, HARDENED, PASSES, CLOCK]));
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    expect(new Set(own.map(({ comment }) => comment))).toEqual(new Set([` # v${version}`]));
  });

  it('is our own action at a commit of this history that can do what the templates ask of it', (context) => {
    if (!hasHistory()) {
      console.warn('LEFT OUT: whether the templates name a commit of ours, which a clone without history cannot tell');
      return context.skip();
    }
    for (const path of [TEMPLATE, HARDENED, PASSES, CLOCK]) {
      for (const { uses, inputs } of stepsWithInputs(path)) {
        const [, folder = '', commit = ''] = /^agent-waves\/agent-waves(\/[\w-]+)?@([0-9a-f]{40})$/.exec(uses) ?? [];
        if (commit === '') continue;
        expect(git('merge-base', commit, 'HEAD')).toBe(commit);
        const program = folder === '/orchestrate' ? 'dist/pass.js' : 'dist/task.js';
        expect(git('ls-tree', '--name-only', commit, program)).toBe(program);
        const action = load(
          git('show', `${commit}:${folder === '' ? '' : `${folder.slice(1)}/`}action.yml`),
        ) as Manifest;
        expect(Object.keys(action.inputs ?? {})).toEqual(expect.arrayContaining(Object.keys(inputs)));
        if (inputs.stage) expect(action.runs.steps.map(({ id }) => id)).toContain(inputs.stage);
      }
    }
  });
});

interface Manifest {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly steps: readonly { readonly id?: string }[] };
}

function stepsWithInputs(path: string) {
  const { jobs } = load(read(path)) as {
    readonly jobs: Readonly<
      Record<string, { readonly steps: readonly { readonly uses?: string; readonly with?: Record<string, string> }[] }>
    >;
  };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return steps.map(({ uses = '', with: inputs = {} }) => ({ uses, inputs }));
}

/** Unless this is no clone, or one without its history. */
function hasHistory(): boolean {
  try {
    return git('rev-parse', '--is-shallow-repository') === 'false';
  } catch {
    return false;
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

describe('app.yml', () => {
  const manifest = load(read('app.yml')) as {
    readonly default_permissions: Readonly<Record<string, string>>;
    readonly default_events: readonly string[];
    readonly hook_attributes: { readonly url: string };
  };

  /** What GitHub wants of an app for each effect. */
  const NEEDED = {
    'create-label': 'issues',
    'create-issue': 'issues',
    'write-body': 'issues',
    'add-labels': 'issues',
    'remove-labels': 'issues',
    'add-blocked-by': 'issues',
    'remove-blocked-by': 'issues',
    comment: 'issues',
    react: 'issues',
    'close-issue': 'issues',
    'reopen-issue': 'issues',
    'set-parent': 'issues',
    dispatch: 'actions',
    assign: 'issues',
    'cancel-run': 'actions',
    'bury-claim': 'contents',
    'minimize-comment': 'issues',
    'close-pull': 'pull_requests',
    'reopen-pull': 'pull_requests',
    'create-branch': 'contents',
    'merge-branch': 'contents',
    'open-pull': 'pull_requests',
  } as const satisfies Record<Effect['kind'], string>;

  it('asks for what effects need, and for nothing else', () => {
    const written = Object.fromEntries(Object.values(NEEDED).map((scope) => [scope, 'write']));

    // Required statuses that failed start a slice: they are read, never written. What a review of a plan finds is a check.
    const rest = { metadata: 'read', checks: 'write', statuses: 'read' };
    expect(manifest.default_permissions).toEqual({ ...rest, ...written });
  });

  it('subscribes to the events that the app hears, and to nothing else', async () => {
    const heard = await eventsHeard();

    // GitHub sends those of the installation itself to every app.
    const subscribed = heard.filter((name) => !name.startsWith('installation'));
    expect([...manifest.default_events].sort()).toEqual(subscribed);
  });

  it('has webhooks sent to the path where the server takes them', () => {
    expect(manifest.hook_attributes.url).toMatch(/\/api\/github\/webhooks$/);
    expect(read('src/hosts/server/webhooks.ts')).toContain("WEBHOOK_PATH = '/api/github/webhooks'");
  });
});

/** Every located error of GitHub's parser, before anything that only a rehearsal would refuse. */
async function problemsOf(name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, { error() {}, info() {}, verbose() {} });
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

function requiredNames(inputs: readonly ActionInput[]): readonly string[] {
  return inputs.flatMap(({ name, fallback }) => (fallback === undefined ? [name] : []));
}

/** Names of the events that the app subscribes to while it loads, on a Probot of an app that is installed nowhere. */
async function eventsHeard(): Promise<readonly string[]> {
  const names = new Set<string>();
  const app = createApp({ timings: TIMINGS, period: 60_000, gather: 200, listEvery: 3_600_000 });
  await app.load({
    on: (events: string | readonly string[]) => {
      for (const event of [events].flat()) names.add(event.replace(/\..*/, ''));
    },
    auth: async () => ({ request: async () => ({ data: { slug: 'agent-waves' } }), paginate: async () => [] }),
  } as unknown as Probot);
  await app.stop();
  return [...names].sort();
}
