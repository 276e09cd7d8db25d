import { describe, expect, it } from 'vitest';
import { issueByNumber } from '../../src/state/issue-by-number.ts';
import { groupRecordOf, taskPartOf, taskRecordOf } from '../../src/state/issue-records.ts';
import { ownPart } from '../../src/state/own-part.ts';
import {
  newGroupRecord,
  newTaskRecord,
  type TaskRecord,
  writeGroupRecord,
  writeTaskRecord,
} from '../../src/state/record.ts';
import type { IssueView } from '../../src/state/snapshot.ts';
import { roomBelow } from '../../src/state/sub-issues.ts';
import { isClosedToUs, planTitle, taskTitle } from '../../src/state/tracked-issue.ts';

const issues = (...numbers: number[]) => numbers.map((number) => ({ number }) as IssueView);

describe('an issue', () => {
  it.each([[[]], [[7]], [[3, 7]], [[3, 7, 9]], [[1, 3, 7, 9]], [[2, 3, 7, 9, 40]]])('is found among %j', (numbers) => {
    const all = issues(...numbers);

    for (const number of [0, 1, 2, 3, 5, 7, 8, 9, 40, 41])
      expect(issueByNumber(all, number)).toBe(all.find((each) => each.number === number));
  });

  it('is left alone where nothing can be remembered in it', () => {
    expect(isClosedToUs({})).toBe(false);
    expect(isClosedToUs({ isFull: false })).toBe(false);
    expect(isClosedToUs({ isFull: true })).toBe(true);
    expect(isClosedToUs({ newer: 3 })).toBe(true);
  });

  it('has the title of its plan or task', () => {
    expect(planTitle({ name: 'DAW' })).toBe('Plan: DAW');
    expect(taskTitle({ id: 'A-1' as never, title: 'Build it' })).toBe('A-1: Build it');
  });
});

describe('below an issue', () => {
  const below = (parent: number, count: number) => Array.from({ length: count }, () => ({ parent }) as IssueView);

  it('there is room for a hundred, and what is known by now counts where GitHub still says less', () => {
    expect(roomBelow({ number: 4, subIssues: 0 }, [])).toBe(100);
    expect(roomBelow({ number: 4, subIssues: 30 }, below(5, 60))).toBe(70);
    expect(roomBelow({ number: 4, subIssues: 30 }, [...below(4, 60), ...below(5, 9)])).toBe(40);
    expect(roomBelow({ number: 4, subIssues: 120 }, below(4, 3))).toBe(0);
  });
});

describe('a record in a body', () => {
  const newRecords = () => ({ taskParts: new WeakMap(), groupRecords: new WeakMap() });
  const task: TaskRecord = { ...newTaskRecord('daw', 'A' as never), issue: 7 };
  const view = (number: number, body: string) => ({ number, body }) as IssueView;

  it('is the one that was written for this issue', () => {
    const body = ownPart(writeTaskRecord(task));

    expect(taskRecordOf(view(7, body), newRecords())).toEqual(task);
    expect(taskRecordOf(view(8, body), newRecords())).toBeUndefined();
    expect(taskRecordOf(view(7, 'Nothing of ours.'), newRecords())).toBeUndefined();
  });

  it('of a plan or wave is the one that was written for it', () => {
    const group = { ...newGroupRecord('daw'), issue: 7 };
    const body = ownPart(writeGroupRecord(group));

    expect(groupRecordOf(view(7, body), newRecords())).toEqual(group);
    expect(groupRecordOf(view(8, body), newRecords())).toBeUndefined();
  });

  it('is read once for each view of its issue', () => {
    const records = newRecords();
    const [one, other] = [view(7, ownPart(writeTaskRecord(task))), view(7, ownPart(writeTaskRecord(task)))];
    const group = view(8, ownPart(writeGroupRecord(newGroupRecord('daw'))));

    expect(taskPartOf(one, records)).toBe(taskPartOf(one, records));
    expect(taskPartOf(other, records)).not.toBe(taskPartOf(one, records));
    expect(groupRecordOf(group, records)).toBe(groupRecordOf(group, records));
  });
});
