import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast, slotOf } from '../../../src/decide/schedule/forecast.ts';
import type { Task } from '../../../src/plan/plan.ts';
import { UNKNOWN_SLOT } from '../../../src/state/names.ts';
import type { TaskView } from '../../../src/state/task-view.ts';
import { at, completed, past, planOf, running, type TaskInShort, viewOf } from '../../progress/views.ts';

/** Bars in short: `A A1 0-60`, in minutes of the example; what is expected carries a question mark. */
function shown(plan: ReturnType<typeof planOf>, tasks: readonly TaskView[], slots = 2) {
  const { bars, ...rest } = forecast({ plan, tasks, slots });
  const minute = (time: string) => (Date.parse(time) - Date.parse(at(0))) / 60_000;
  return {
    ...rest,
    bars: bars.map((bar) => {
      const mark = bar.actual ? '' : '?';
      return `${bar.task} ${bar.slot ?? '–'} ${minute(bar.start)}-${minute(bar.end)}${mark}`;
    }),
  };
}

function example(tasks: readonly TaskInShort[], views: (task: Task) => TaskView) {
  const plan = planOf('P', tasks);
  return { plan, tasks: plan.tasks.map(views) };
}

describe('forecast', () => {
  it('expects nothing while no moment is known', () => {
    const { plan, tasks } = example([{ id: 'A' }], (task) => viewOf(task));

    expect(shown(plan, tasks)).toEqual({ bars: [], expectedFinish: undefined, pace: 1, unforeseen: ['A'] });
  });

  it('places tasks by longest remaining path on the slots that become free', () => {
    const { plan, tasks } = example(
      [
        { id: 'RUN', minutes: 60 },
        { id: 'SHORT', minutes: 30 },
        { id: 'LONG', minutes: 30 },
        { id: 'LAST', minutes: 90, dependencies: ['LONG', 'RUN'] },
      ],
      (task) => {
        if (task.id === 'RUN') return running(task, { from: 0, slot: 'A2', issue: 2 });
        return viewOf(task, { state: task.id === 'LAST' ? 'blocked' : 'ready' });
      },
    );

    expect(shown(plan, tasks)).toEqual({
      bars: ['RUN A2 0-60?', 'LONG A1 0-30?', 'SHORT A1 30-60?', 'LAST A1 60-150?'],
      expectedFinish: at(150),
      pace: 1,
      unforeseen: [],
    });
  });

  it('corrects estimates by the median of what finished tasks took, without what nobody verified', () => {
    const { plan, tasks } = example(
      [{ id: 'A' }, { id: 'B' }, { id: 'C' }, { id: 'HAND' }, { id: 'D', minutes: 20 }],
      (task) => {
        if (task.id === 'D') return viewOf(task);
        if (task.id === 'HAND') {
          return {
            ...completed(task, { from: 0, to: 6000, slot: 'A9', issue: 9 }),
            unverified: true,
            startedAt: undefined,
          };
        }
        const to = { A: 30, B: 90, C: 600 }[task.id as string] ?? 0;
        return completed(task, { from: 0, to, slot: 'A1', issue: 2 });
      },
    );

    const { pace, bars } = shown(plan, tasks);

    expect(pace).toBe(1.5);
    expect(bars.at(-1)).toBe('D A1 6000-6030?');
  });

  it('corrects the estimates of a category by what tasks of that category took, once there are three of them', () => {
    const took: Readonly<Record<string, number>> = { A: 180, B: 180, C: 180, D: 60, E: 60 };
    const written = [...'ABC', 'X'].map((id) => ({ id, minutes: 60, category: 'testing' }));
    const plan = planOf('P', [...written, { id: 'D' }, { id: 'E' }, { id: 'Y' }]);
    const tasks = plan.tasks.map((task) => {
      const category = written.some(({ id }) => id === task.id) ? { category: 'testing' as const } : {};
      const known = { ...task, ...category };
      const to = took[task.id];
      return to === undefined
        ? viewOf(known, { state: 'ready' })
        : completed(known, { from: 0, to, slot: 'A1', issue: 2 });
    });

    const { bars } = shown(plan, tasks);

    expect(bars.filter((bar) => bar.endsWith('?'))).toEqual(['X A1 180-360?', 'Y A2 180-360?']);
  });

  it.each([
    ['fewer of them than three', { A: 180, B: 180, D: 60, E: 60, F: 60 }, 'X A1 180-240?'],
    ['a pace that hardly differs', { A: 124, B: 124, C: 124, D: 120, E: 120, F: 120, G: 120 }, 'X A1 124-244?'],
  ])('corrects those of a category as all others, where it has %s', (_, took: Record<string, number>, expected) => {
    const plan = planOf(
      'P',
      [...Object.keys(took), 'X'].map((id) => ({ id, minutes: 60 })),
    );
    const tasks = plan.tasks.map((task) => {
      const known = 'ABCX'.includes(task.id) ? { ...task, category: 'testing' as const } : task;
      const to = took[task.id];
      return to === undefined ? viewOf(known) : completed(known, { from: 0, to, slot: 'A1', issue: 2 });
    });

    expect(shown(plan, tasks).bars.at(-1)).toBe(expected);
  });

  it('counts the attempt that completed a task, not the ones that failed before', () => {
    const { plan, tasks } = example([{ id: 'A' }], (task) => {
      const view = completed(task, { from: 0, to: 500, slot: 'A1', issue: 2 });
      const history = [
        past({ sent: at(0), ended: at(400), outcome: 'verification' }),
        past({ sent: at(470), ended: at(500), attempt: 2, dispatch: 2 }),
      ];
      return { ...view, record: { ...view.record, attempt: 2, history } };
    });

    expect(forecast({ plan, tasks, slots: 1 }).pace).toBe(0.5);
  });

  it('takes off what earlier slices of an attempt have done', () => {
    const { plan, tasks } = example([{ id: 'A', minutes: 60 }], (task) => {
      const history = [past({ sent: at(0), ended: at(40), outcome: 'continued' })];
      return viewOf(task, { state: 'retrying', startedAt: at(0), record: { attempt: 1, history } });
    });

    expect(shown(plan, tasks).expectedFinish).toBe(at(60));
  });

  it('takes off nothing for earlier attempts, and leaves a minute of what has not begun to run again', () => {
    const spent = (attempt: number) => [past({ sent: at(0), ended: at(90), outcome: 'continued', attempt })];
    const { plan, tasks } = example([{ id: 'A' }, { id: 'B' }, { id: 'C' }], (task) => {
      const history = spent(task.id === 'B' ? 1 : 2);
      if (task.id !== 'C') return viewOf(task, { state: 'retrying', record: { attempt: 2, history } });
      const view = running(task, { from: 100, slot: 'A3', issue: 2, attempt: 2 });
      return { ...view, record: { ...view.record, history } };
    });

    expect(shown(plan, tasks).bars).toEqual(['A A1 100-101?', 'B A2 100-160?', 'C A3 100-100?']);
  });

  it('knows by its dispatch when a task began of which nobody else knows', () => {
    const { plan, tasks } = example([{ id: 'RUN' }, { id: 'NEW' }], (task) => {
      if (task.id === 'NEW') return running(task, { from: 45, slot: 'A2', issue: 2 });
      return { ...running(task, { from: 30, slot: 'A1', issue: 2 }), startedAt: undefined };
    });

    expect(shown(plan, tasks).bars).toEqual(['RUN A1 30-90?', 'NEW A2 45-105?']);
  });

  it('knows work in review of which nobody knows when it began', () => {
    const { plan, tasks } = example([{ id: 'DONE' }, { id: 'REVIEW' }], (task) =>
      task.id === 'DONE'
        ? completed(task, { from: 0, to: 60, slot: 'A1', issue: 2 })
        : viewOf(task, { state: 'in-review' }),
    );

    expect(shown(plan, tasks).bars).toEqual(['DONE A1 0-60', 'REVIEW – 60-60?']);
  });

  it('foresees what a provider holds and what is tried again, unless they wait for a person, and work in review always', () => {
    const ids = ['LIMIT', 'AGAIN', 'LIMIT_ASK', 'AGAIN_ASK', 'REVIEW_ASK'];
    const rows = ids.map((id) => ({ id, dependencies: id.endsWith('_ASK') ? ['ASK'] : [] }));
    const { plan, tasks } = example([{ id: 'ASK' }, ...rows], (task) => {
      if (task.id === 'ASK') return viewOf(task, { state: 'needs-human', startedAt: at(0) });
      if (task.id.startsWith('LIMIT')) return viewOf(task, { state: 'held', until: Date.parse(at(30)) });
      return viewOf(task, { state: task.id.startsWith('AGAIN') ? 'retrying' : 'in-review' });
    });

    expect(shown(plan, tasks)).toMatchObject({ unforeseen: ['ASK', 'LIMIT_ASK', 'AGAIN_ASK'] });
  });

  it('gives an overdue task until now, and work in review no slot', () => {
    const { plan, tasks } = example(
      [{ id: 'LATE', minutes: 10 }, { id: 'NEW' }, { id: 'REVIEW' }, { id: 'NEXT', dependencies: ['REVIEW'] }],
      (task) => {
        if (task.id === 'LATE') return running(task, { from: 0, slot: 'A1', issue: 2 });
        if (task.id === 'NEW') return running(task, { from: 100, slot: 'A2', issue: 3 });
        if (task.id === 'REVIEW') return viewOf(task, { state: 'in-review', startedAt: at(0) });
        return viewOf(task, { state: 'blocked' });
      },
    );

    expect(shown(plan, tasks).bars).toEqual([
      'LATE A1 0-100?',
      'REVIEW – 0-100?',
      'NEW A2 100-160?',
      'NEXT A1 100-160?',
    ]);
  });

  it('leaves out what waits for a person, for a wave that is not started, or for something outside the plan', () => {
    const { plan, tasks } = example(
      [
        { id: 'ASK' },
        { id: 'STUCK', dependencies: ['ASK'] },
        { id: 'HELD' },
        { id: 'AFTER', dependencies: ['HELD'] },
        { id: 'FOREIGN' },
        { id: 'SKIPPED' },
        { id: 'GOES' },
      ],
      (task) => {
        const id: string = task.id;
        if (id === 'ASK') return viewOf(task, { state: 'needs-human', startedAt: at(0) });
        if (id === 'STUCK') return viewOf(task, { state: 'blocked', stuck: true });
        if (id === 'HELD') return viewOf(task, { state: 'held' });
        if (id === 'AFTER' || id === 'FOREIGN') return viewOf(task, { state: 'blocked' });
        return viewOf(task, { state: id === 'SKIPPED' ? 'skipped' : 'ready' });
      },
    );

    expect(shown(plan, tasks)).toMatchObject({
      bars: ['GOES A1 0-60?'],
      unforeseen: ['ASK', 'STUCK', 'HELD', 'AFTER', 'FOREIGN', 'SKIPPED'],
    });
  });

  it('shows what a task did before it came to wait for a person', () => {
    const { plan, tasks } = example([{ id: 'A' }], (task) =>
      viewOf(task, {
        state: 'needs-human',
        startedAt: at(0),
        record: { attempt: 1, history: [past({ sent: at(0), ended: at(40), outcome: 'verification' })] },
      }),
    );

    expect(shown(plan, tasks)).toMatchObject({ bars: ['A A1 0-40'], expectedFinish: undefined, unforeseen: ['A'] });
  });

  it('counts on a completed task whose issue is still to be closed', () => {
    const { plan, tasks } = example([{ id: 'A' }, { id: 'B', dependencies: ['A'] }], (task) => {
      if (task.id === 'B') return viewOf(task, { state: 'blocked' });
      return { ...completed(task, { from: 0, to: 60, slot: 'A1', issue: 2 }), satisfied: false };
    });

    expect(shown(plan, tasks)).toMatchObject({ bars: ['A A1 0-60', 'B A1 60-120?'], unforeseen: [] });
  });

  it('says when a finished plan ended', () => {
    const { plan, tasks } = example([{ id: 'A' }, { id: 'B' }], (task) =>
      completed(task, { from: 0, to: task.id === 'A' ? 90 : 30, slot: 'A1', issue: 2 }),
    );

    expect(shown(plan, tasks)).toMatchObject({ expectedFinish: at(90), unforeseen: [] });
  });

  it('never starts a task before its dependencies end, nor two on one slot, nor idles while one could start', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.nat(), fc.nat()), { minLength: 1 }),
        fc.integer({ min: 1, max: 4 }),
        (rows, slots) => {
          const plan = planOf(
            'P',
            rows.map(([minutes, first, second], n) => ({
              id: `T${n}`,
              minutes,
              dependencies: n === 0 ? [] : [...new Set([`T${first % n}`, `T${second % n}`])],
            })),
          );
          const tasks = plan.tasks.map((task) =>
            viewOf(task, { state: task.dependencies.length > 0 ? 'blocked' : 'ready' }),
          );

          const { bars } = forecast({ plan, tasks, slots, asOf: at(0) });

          const byTask = new Map(bars.map((bar) => [bar.task, bar]));
          expect(byTask.size).toBe(rows.length);
          for (const { id, dependencies } of plan.tasks) {
            const bar = byTask.get(id);
            const ends = dependencies.map((need) => byTask.get(need)?.end ?? '');
            const released = ends.toSorted().at(-1) ?? at(0);
            expect((bar?.start ?? '') >= released).toBe(true);
            const others = bars.filter(
              (other) => other !== bar && other.start < (bar?.end ?? '') && other.end > (bar?.start ?? ''),
            );
            expect(others.map(({ slot }) => slot)).not.toContain(bar?.slot);
            if ((bar?.start ?? '') > released) {
              const moment = new Date(Date.parse(bar?.start ?? '') - 1000).toISOString();
              expect(bars.filter((other) => other.start <= moment && other.end > moment)).toHaveLength(slots);
            }
          }
        },
      ),
    );
  });

  it('foresees 2,000 tasks', () => {
    const rows = Array.from({ length: 2_000 }, (_, n) => ({
      id: `T${n}`,
      dependencies: n < 500 ? [] : [`T${n - 500}`],
    }));
    const { plan, tasks } = example(rows, (task) =>
      viewOf(task, { state: task.dependencies.length > 0 ? 'blocked' : 'ready' }),
    );

    const { expectedFinish } = forecast({ plan, tasks, slots: 8, asOf: at(0) });

    expect(expectedFinish).toBe(at((2_000 * 60) / 8));
  });
});

describe('slotOf', () => {
  it('names the slot that runs a task before the one that ran it', () => {
    const plan = planOf('P', [{ id: 'A' }]);
    const [task] = plan.tasks;
    if (!task) throw new Error('the plan has a task');
    const history = [past({ sent: at(0), ended: at(9), agent: 'A7' })];

    expect(slotOf(viewOf(task, { record: { history } }))).toBe('A7');
    expect(slotOf(viewOf(task, { record: { history, live: { agent: 'A2', sent: at(10), sends: 1 } } }))).toBe('A2');
    const unknown = [past({ sent: at(0), ended: at(9), agent: UNKNOWN_SLOT })];
    expect(slotOf(viewOf(task, { record: { history: unknown } }))).toBeUndefined();
  });
});
