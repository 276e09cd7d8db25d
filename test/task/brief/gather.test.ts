import { describe, expect, it } from 'vitest';
import type { TaskStatus } from '../../../src/plan/plan.ts';
import { ownPart } from '../../../src/state/own-part.ts';
import { newGroupRecord, newTaskRecord, writeGroupRecord } from '../../../src/state/record.ts';
import { gatherBrief } from '../../../src/task/brief/gather.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';

const summed = (plan: string, summary: string) => ownPart(writeGroupRecord({ ...newGroupRecord(plan, 1), summary }));

function wavesBefore({ status, waves }: { readonly status: TaskStatus; readonly waves: readonly string[] }) {
  const [a, b, c] = [
    taskOf({ id: 'A', status: 'completed' }),
    taskOf({ id: 'B', status }),
    taskOf({ id: 'C', wave: 2, status: 'in_progress' }),
  ];
  const plan = planOf([a, b, c]);
  return gatherBrief({
    settings: { plan, config: configOf() },
    task: c,
    record: newTaskRecord(plan.name, c.id),
    dispatch: { task: c.id, issue: 5, attempt: 1, slice: 1, dispatch: 1 },
    landings: [],
    waves,
    resumed: undefined,
  }).completedWaves;
}

describe('the waves that a brief calls finished', () => {
  it('have every task completed in the plan', () => {
    expect(wavesBefore({ status: 'completed', waves: [] })).toEqual([
      { number: 1, title: 'Foundation', tasks: ['A', 'B'] },
    ]);
  });

  it('may have left a task out, and say what the others did', () => {
    const waves = [summed('DAW', 'A: Did it. B: skipped.'), summed('DAW', 'What a duplicate says.')];

    expect(wavesBefore({ status: 'blocked', waves })).toEqual([
      { number: 1, title: 'Foundation', tasks: ['A', 'B'], summary: 'A: Did it. B: skipped.' },
    ]);
  });

  it('are not those whose tasks are done once more', () => {
    expect(wavesBefore({ status: 'in_progress', waves: [summed('DAW', 'A: Did it.')] })).toEqual([]);
  });

  it('are not those of another plan', () => {
    expect(wavesBefore({ status: 'blocked', waves: [summed('Other', 'A: Did it.')] })).toEqual([]);
  });
});
