import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { failed, keys, LIVE, scene } from '../scene.ts';

const RUNNING: Partial<TaskRecord> = { attempt: 1, slice: 1, dispatch: 1, live: LIVE };

/** Task A (#3) with that record and these labels. */
function labelled(record: Partial<TaskRecord>, ...labels: readonly string[]) {
  const of = scene({ plan: planOf([taskOf({ id: 'A' })]), config: configOf('attempts: 3\n'), records: { A: record } });
  for (const label of labels) of.world.label(3, label, APP);
  of.world.label(3, 'mine', WRITER);
  return keys(of.look()).filter((key) => key.startsWith('label:') || key.startsWith('unlabel:'));
}

describe('labels of a task', () => {
  it.each<[string, Partial<TaskRecord>, readonly string[], readonly string[]]>([
    ['that runs', RUNNING, [], [`label:3:${LABEL.running}`]],
    ['that runs, and has it', RUNNING, [LABEL.running], []],
    ['that runs again', RUNNING, [LABEL.failed], [`label:3:${LABEL.running}`, `unlabel:3:${LABEL.failed}`]],
    [
      'that waits for its next attempt',
      failed(1),
      [LABEL.running],
      [`unlabel:3:${LABEL.running}`, `label:3:${LABEL.failed}`],
    ],
    ['that needs a person', failed(3), [], [`label:3:${LABEL.needsHuman}`]],
    ['that needs one no more', RUNNING, [LABEL.running, LABEL.needsHuman], [`unlabel:3:${LABEL.needsHuman}`]],
  ])('say how it stands: %s', (_, record, there, expected) => {
    expect(labelled(record, ...there)).toEqual(expected);
  });
});

describe('relations of issues', () => {
  /** B (#4) comes after A (#3). */
  const chain = (relations: readonly number[] = []) => {
    const tasks = [taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })];
    return scene({ plan: planOf(tasks), records: { B: { relations: [...relations] } } });
  };

  it('are set as the plan has them, and not where they are there', () => {
    const of = chain();
    expect(keys(of.look())).toContain('block:4:3');
    of.world.apply(of.look(), { answer: 'named' });

    expect(keys(of.look()).filter((key) => key.startsWith('block:'))).toEqual([]);
  });

  it('are set beside one of the same number in another repository', () => {
    const of = chain();
    of.set(4, { blockedBy: [{ number: 3, open: true, repository: 'acme/other', id: 'X' }] });

    expect(keys(of.look())).toContain('block:4:3');
  });

  it('are no more than fifty, with those of people', () => {
    const of = chain();
    const others = Array.from({ length: 50 }, (_, nth) => ({ number: 100 + nth, open: false, id: `I${nth}` }));
    of.set(4, { blockedBy: others });
    expect(keys(of.look())).not.toContain('block:4:3');
    of.set(4, { blockedBy: others.slice(1) });

    expect(keys(of.look())).toContain('block:4:3');
  });

  it('are taken off where the plan has them no more, and were ours', () => {
    const of = chain([3, 9]);
    const blocker = (number: number) => ({ number, open: false, id: `I_${number}` });
    of.set(4, { blockedBy: [blocker(3), blocker(9), blocker(10)] });

    expect(keys(of.look()).filter((key) => key.includes('block:'))).toEqual(['unblock:4:9']);
  });

  it('are of no matter on a closed issue', () => {
    const of = chain();
    of.world.close(4, 'not_planned');

    expect(keys(of.look())).not.toContain('block:4:3');
  });
});
