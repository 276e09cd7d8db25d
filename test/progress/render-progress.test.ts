import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath } from '../../src/plan/critical-path.ts';
import { buildGraph } from '../../src/plan/graph.ts';
import type { Plan, Task } from '../../src/plan/plan.ts';
import type { ProgressInput } from '../../src/progress/page.ts';
import type { TaskView } from '../../src/state/task-view.ts';
import { progressPage } from '../support/projection.ts';
import { at, completed, past, planOf, running, type TaskInShort, viewOf } from './views.ts';

const TITLES = { 1: 'Foundation', 2: 'Core', 3: 'Security & Auth', 4: 'Release' };

const TASKS: readonly TaskInShort[] = [
  { id: 'CORE-001', title: 'Workspace and compiler settings', minutes: 30 },
  { id: 'INFRA-001', title: 'Container images', minutes: 120, dependencies: ['CORE-001'] },
  { id: 'CORE-002', title: 'Core back end', wave: 2, dependencies: ['CORE-001'] },
  { id: 'FRONTEND-001', title: 'Streaming front end', wave: 2, minutes: 30, dependencies: ['CORE-001'] },
  { id: 'DB-001', title: 'Schema and migrations', wave: 2, minutes: 120, dependencies: ['CORE-002'] },
  { id: 'MODEL-001', title: 'Model gateway', wave: 2, minutes: 240, dependencies: ['CORE-001', 'CORE-002'] },
  { id: 'AUTH-001', title: 'Sessions and tokens', wave: 3, minutes: 60, dependencies: ['CORE-002'] },
  { id: 'MCP-SEC-001', title: 'Tool sandbox', wave: 3, minutes: 240, dependencies: ['AUTH-001', 'DB-001'] },
  { id: 'MCP-SEC-002', title: 'Audit log', wave: 3, minutes: 90, dependencies: ['MCP-SEC-001'] },
  { id: 'EVAL-001', title: 'Evaluation suite', wave: 4, minutes: 90, dependencies: ['MODEL-001', 'MCP-SEC-002'] },
  { id: 'UAT-001', title: 'Acceptance by users', wave: 4, minutes: 60, dependencies: ['EVAL-001', 'FRONTEND-001'] },
];

const REPOSITORY = 'https://github.com/acme/daw';

function inputOf(plan: Plan, view: (task: Task, issue: number) => TaskView): ProgressInput {
  const waves = plan.waves.map(({ number }, index) => [number, index + 2] as const);
  return {
    plan,
    decision: {
      tasks: plan.tasks.map((task, index) => view(task, index + 6)),
      notice: undefined,
      planIssue: 1,
      waveIssues: new Map(waves),
      criticalPath: criticalPath(plan, buildGraph(plan)),
    },
    slots: 3,
    attempts: 3,
    repositoryUrl: REPOSITORY,
  };
}

function notStarted(task: Task, issue: number): TaskView {
  const wave = `wave ${task.wave} is not started; label #${task.wave + 1} \`agent:start\``;
  return viewOf(task, { state: 'held', reason: wave, issue });
}

function waiting(task: Task, issue: number, on: string): TaskView {
  return viewOf(task, { state: 'blocked', reason: `waits for ${on}`, issue });
}

const plan = planOf('DAW', TASKS, TITLES);

const start = inputOf(plan, (task) => ({ ...notStarted(task, 0), issue: undefined }));

const middle = inputOf(plan, (task, issue) => {
  switch (task.id as string) {
    case 'CORE-001':
      return completed(task, { from: 0, to: 24, slot: 'A1', issue });
    case 'INFRA-001':
      return running(task, { from: 25, slot: 'A2', issue, run: 9107 });
    case 'CORE-002': {
      const view = completed(task, { from: 25, to: 100, slot: 'A1', issue });
      return { ...view, record: { ...view.record, attempt: 2 } };
    }
    case 'FRONTEND-001':
      return viewOf(task, {
        state: 'retrying',
        reason: 'attempt 1 ended: test failed: 3 of 40 tests; tried again after 11:02',
        issue,
        startedAt: at(26),
        record: {
          attempt: 1,
          history: [past({ sent: at(26), ended: at(120), agent: 'A3', outcome: 'verification', run: 9109 })],
        },
      });
    case 'DB-001':
      return running(task, { from: 101, slot: 'A1', issue });
    case 'MODEL-001':
      return viewOf(task, { reason: 'waits for a free slot', issue });
    case 'AUTH-001':
      return waiting(task, issue, '#77, which somebody set as a blocker');
    case 'MCP-SEC-001':
      return waiting(
        task,
        issue,
        'AUTH-001 (#12), which waits itself; DB-001 (#10), running on A1 since 10:41, attempt 1',
      );
    case 'MCP-SEC-002':
      return waiting(task, issue, 'MCP-SEC-001 (#13), which waits itself');
    default:
      return notStarted(task, issue);
  }
});

const failure = inputOf(plan, (task, issue) => {
  switch (task.id as string) {
    case 'CORE-001':
      return completed(task, { from: 0, to: 24, slot: 'A1', issue });
    case 'INFRA-001':
      return viewOf(task, {
        state: 'held',
        reason: 'cancelled by @&#8203;maria; comment `/start` or `/retry`',
        issue,
        startedAt: at(25),
        record: {
          attempt: 1,
          dispatch: 1,
          hold: { by: 'maria', at: at(50), cause: { kind: 'cancelled', by: '@maria' } },
          history: [past({ sent: at(25), ended: at(50), agent: 'A2', outcome: 'cancelled', run: 9107 })],
        },
      });
    case 'FRONTEND-001':
      return viewOf(task, {
        state: 'skipped',
        reason: 'closed as not planned; comment `/skip` to let dependents go on',
        issue,
      });
    case 'CORE-002':
      return viewOf(task, {
        state: 'needs-human',
        reason: 'attempt 3 of 3 failed: test failed: cannot find module ./core.ts; comment `/retry`',
        issue,
        startedAt: at(25),
        record: {
          attempt: 3,
          dispatch: 3,
          history: [
            past({ attempt: 3, sent: at(90), ended: at(130), agent: 'A1', outcome: 'verification', run: 9300 }),
          ],
        },
      });
    default:
      return viewOf(task, {
        state: 'blocked',
        stuck: true,
        issue,
        reason: 'waits for CORE-002 (#8), which needs a person',
      });
  }
});

const finished = inputOf(plan, (task, issue) => {
  if (task.id === 'INFRA-001') {
    return viewOf(task, {
      state: 'completed',
      reason: 'closed by hand, not verified',
      issue,
      unverified: true,
      completedAt: at(45),
    });
  }
  const view = completed(task, { from: issue * 10, to: issue * 10 + task.minutes, slot: `A${1 + (issue % 3)}`, issue });
  const checks = {
    ...view.record.done?.checks,
    ...(task.id === 'UAT-001' ? { test: 'flaky', integration: 'passed', guard: 'absent' } : {}),
  };
  return {
    ...view,
    record: { ...view.record, ...(view.record.done ? { done: { ...view.record.done, checks } } : {}) },
  };
});

const large = (() => {
  const rows = Array.from({ length: 500 }, (_, n) => ({
    id: `TASK-${String(n + 1).padStart(3, '0')}`,
    title: `Piece ${n + 1} of a large plan`,
    wave: 1 + Math.floor(n / 50),
    minutes: 30 + (n % 7) * 15,
    dependencies:
      n < 20 ? [] : [`TASK-${String(n - 19).padStart(3, '0')}`, `TASK-${String((n % 20) + 1).padStart(3, '0')}`],
  }));
  const whole = planOf(
    'Large',
    rows.map((row) => ({ ...row, dependencies: [...new Set(row.dependencies)] })),
  );
  const input = inputOf(whole, (task, issue) => {
    const n = issue - 6;
    if (n < 120) return completed(task, { from: n, to: n + 40, slot: `A${1 + (n % 8)}`, issue });
    if (n < 128) return running(task, { from: n + 30, slot: `A${n - 119}`, issue, run: 8000 + n });
    if (n < 140) return viewOf(task, { reason: 'waits for a free slot', issue });
    return waiting(task, issue, `TASK-${String(n - 19).padStart(3, '0')} (#${issue - 20}), which waits itself`);
  });
  return { ...input, slots: 8 };
})();

const HOSTILE =
  'x | y\n\n# <b>z</b> <!-- agent-waves:result --> `a` @everyone Fixes #777 ![i](http://h/i) "]:::x; end %%{init}%% ```';

const hostile = (() => {
  const whole = planOf(
    HOSTILE,
    [
      { id: 'section', title: HOSTILE },
      { id: 'end', title: HOSTILE, dependencies: ['section'] },
      { id: 'a_b.c', title: HOSTILE, wave: 2, dependencies: ['end'] },
    ],
    { 1: HOSTILE, 2: HOSTILE },
  );
  return inputOf(whole, (task, issue) => {
    if (task.id === 'section') return completed(task, { from: 0, to: 60, slot: 'A1', issue });
    return running(task, { from: 60, slot: task.id === 'end' ? 'A2' : 'A3', issue, run: 1 });
  });
})();

const CASES = { start, middle, failure, finished, large, hostile };

describe('the page', () => {
  it.each(Object.entries(CASES))('shows the plan: %s', async (name, input) => {
    await expect(progressPage(input)).toMatchFileSnapshot(`golden/${name}.md`);
  });

  it.each(Object.entries(CASES))(
    'gives the same bytes whatever the order of maps, and one line end: %s',
    (_name, input) => {
      const { decision } = input;
      const turned = { ...decision, waveIssues: new Map([...decision.waveIssues].toReversed()) };

      const text = progressPage({ ...input, decision: turned });

      expect(text).toBe(progressPage(structuredClone(input)));
      expect(text).toMatch(/[^\n]\n$/);
    },
  );

  it('lets text of the plan be shown and do nothing', () => {
    const text = progressPage(hostile);

    expect(text).not.toMatch(/@everyone|#777|<b>z|<!-- agent-waves|\u0060a\u0060|!\[i\]|Fixes #\d/);
    expect(text).not.toMatch(/^```/m);
    expect(text.match(/^# /gm)).toHaveLength(1);
    for (const line of text.split('\n').filter((row) => row.startsWith('| end'))) {
      expect(line.replaceAll('\\|', '').match(/\|/g)).toHaveLength(8);
    }
  });

  it('says first what stops everything', () => {
    const notice = 'GitHub refused the dispatch; fix it, then comment `/resume` on #1';

    const text = progressPage({ ...middle, decision: { ...middle.decision, notice } });

    expect(text).toContain(
      '> [!WARNING]\n> **Nothing new is dispatched.** GitHub refused the dispatch; fix it, then comment `/resume` on [#1](',
    );
  });

  it('shows every task in whatever state it is, and nothing that it does not know', () => {
    const states = [
      'completed',
      'skipped',
      'running',
      'in-review',
      'needs-human',
      'held',
      'blocked',
      'retrying',
      'ready',
    ] as const;
    const anything = fc.record({
      state: fc.constantFrom(...states),
      stuck: fc.boolean(),
      unverified: fc.boolean(),
      satisfied: fc.boolean(),
      issue: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
      startedAt: fc.option(fc.constant(at(0)), { nil: undefined }),
      completedAt: fc.option(fc.constant(at(60)), { nil: undefined }),
      run: fc.option(fc.constant(9), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(anything, { minLength: TASKS.length, maxLength: TASKS.length }), (given) => {
        const text = progressPage(inputOf(plan, (task, issue) => viewOf(task, given[issue - 6])));

        for (const { id } of TASKS) expect(text).toMatch(new RegExp(`^\\| ${id} \\|`, 'm'));
        expect(text).not.toMatch(/undefined|NaN|Infinity|Invalid|\[object|\n{3}/);
        expect(text).toMatch(/[^\n]\n$/);
      }),
    );
  });

  it('shows a plan without tasks', () => {
    const empty = inputOf(planOf('Empty', []), notStarted);

    expect(progressPage(empty)).toContain('0 of 0 tasks completed');
  });
});
