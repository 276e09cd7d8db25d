import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { workflowFiles, workflowKind } from '../../../src/cli/init/workflow-files.ts';

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly permissions: object; readonly steps: readonly { readonly with?: object }[] }>
  >;
}

const TASK = '.github/workflows/agent-task.yml';
const SERVER = { host: 'server', planPath: 'docs/planning/tasks.json' } as const;
const TEMPLATES = { normal: 'templates/agent-task.yml', hardened: 'templates/agent-task-hardened.yml' } as const;
const KINDS = ['normal', 'hardened'] as const;

const read = (kind: (typeof KINDS)[number]) => readFileSync(TEMPLATES[kind], 'utf8');
const parsed = (text: string) => load(text) as Workflow;

describe.each(KINDS)('the %s task workflow', (workflow) => {
  const text = workflowFiles({ ...SERVER, workflow, agent: 'claude' }).get(TASK) ?? '';

  it('is the template, without the job that makes passes where a server does', () => {
    const { next, ...jobs } = parsed(read(workflow)).jobs;

    expect(parsed(text)).toEqual({ ...parsed(read(workflow)), jobs });
    expect(text).toMatch(/[^\n]\n$/);
  });

  it('is known again as what it is', () => {
    expect(workflowKind(text)).toBe(workflow);
  });

  it('gives Copilot CLI the token and the permission, in the job that runs it and nowhere else', () => {
    const before = parsed(text).jobs;
    const after = parsed(workflowFiles({ ...SERVER, workflow, agent: 'copilot' }).get(TASK) ?? '').jobs;

    const changed = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
    expect(changed).toEqual([workflow === 'normal' ? 'task' : 'agent']);
    const job = after[changed[0] ?? ''];
    expect(job?.permissions).toMatchObject({ 'copilot-requests': 'write' });
    const inputs = Object.assign({}, ...(job?.steps.map((step) => step.with ?? {}) ?? []));
    expect(inputs).toMatchObject({ copilot: true, 'copilot-token': `\${{ github.token }}` });
  });
});

describe('without a server', () => {
  it('the workflows that make passes come along, and start where the plan is', () => {
    const files = workflowFiles({ workflow: 'normal', host: 'actions', agent: 'claude', planPath: 'work/plan.json' });

    expect([...files.keys()]).toEqual([
      TASK,
      '.github/workflows/agent-waves.yml',
      '.github/workflows/agent-waves-clock.yml',
    ]);
    expect(files.get(TASK)).toBe(read('normal'));
    expect(files.get('.github/workflows/agent-waves.yml')).toContain('- "work/plan.json"');
  });
});
