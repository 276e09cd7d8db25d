import { describe, expect, test } from 'vitest';
import { milestonesIn } from '../../src/progress/milestones.ts';
import { at, past, taskOf, type ViewInShort, viewOf } from './views.ts';

const told = (view: ViewInShort, notice?: string): string =>
  milestonesIn({ tasks: [viewOf(taskOf({ id: 'A' }), view)], notice });

const ENDED = past({ sent: at(0), ended: at(10), outcome: 'verification' });

describe('moves only, and can be told with the next news', () => {
  test.each<[string, ViewInShort, ViewInShort]>([
    ['a task that may start', { state: 'blocked' }, { state: 'ready' }],
    ['a task that is given a run', { state: 'running' }, { state: 'running', run: 7, startedAt: at(0) }],
    [
      'a task that is tried again',
      { state: 'retrying', record: { history: [ENDED] } },
      { state: 'running', record: { history: [ENDED], attempt: 2 } },
    ],
    ['another reason to wait', { state: 'blocked', reason: 'waits for B' }, { state: 'blocked', reason: 'and for C' }],
  ])('%s', (_, before, after) => {
    expect(told(after)).toBe(told(before));
  });
});

describe('is told at once', () => {
  test.each<[string, ViewInShort, ViewInShort]>([
    ['a task that is completed', { state: 'running' }, { state: 'completed' }],
    ['a task whose attempt failed', { state: 'running' }, { state: 'retrying', record: { history: [ENDED] } }],
    [
      'a task whose run ended and that runs again',
      { state: 'running' },
      { state: 'running', record: { history: [ENDED] } },
    ],
    ['a task that needs a person', { state: 'retrying' }, { state: 'needs-human' }],
    ['a task that is in review', { state: 'running' }, { state: 'in-review' }],
    ['a task that is lost again', { state: 'completed' }, { state: 'lost' }],
    ['a task that is left out', { state: 'ready' }, { state: 'skipped' }],
    ['a task of a wave that starts', { state: 'held' }, { state: 'ready' }],
  ])('%s', (_, before, after) => {
    expect(told(after)).not.toBe(told(before));
  });

  test('the first task of a wave that starts, and no other one', () => {
    const [a, b] = ['A', 'B'].map((id) => taskOf({ id }));
    const started = (...tasks: readonly (typeof a)[]) =>
      milestonesIn({
        tasks: [a, b].flatMap((task) =>
          task ? [viewOf(task, { record: { dispatch: tasks.includes(task) ? 1 : 0 } })] : [],
        ),
        notice: undefined,
      });

    expect(started(a)).not.toBe(started());
    expect(started(a, b)).toBe(started(a));
  });

  test('that the plan is stopped, and that it goes on', () => {
    expect(told({ state: 'ready' }, 'GitHub refuses to start runs')).not.toBe(told({ state: 'ready' }));
  });

  test('a task that is new in the plan', () => {
    const [a, b] = ['A', 'B'].map((id) => viewOf(taskOf({ id })));
    expect(a && b && milestonesIn({ tasks: [a, b], notice: undefined })).not.toBe(told({ state: 'ready' }));
  });
});
