import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { WRITER } from '../../support/pure-world.ts';
import { begun } from '../laws.ts';

const RECORD = '<!-- agent-waves:task-record';
const END = '<!-- agent-waves:end -->';

/** A plan whose second task waits for the first; nothing is left to do before that one ends. */
function settled(): { course: Course; issue: number; body: string } {
  const course = begun(new Course(planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] })]), configOf()));
  course.settle();
  const issue = course.world.taskIssue('B' as TaskId);
  if (!issue) throw new Error('B has no issue');
  return { course, issue: issue.number, body: issue.body };
}

/** The body of B once a person made another one of it and the app has looked. */
function afterEdit(edit: (body: string) => string): { before: string; edited: string; after: string } {
  const { course, issue, body } = settled();
  const edited = edit(body);
  expect(edited).not.toBe(body);
  course.world.editBody(issue, edited, WRITER);
  course.world.restart();
  course.settle();
  return { before: body, edited, after: course.world.issue(issue).body };
}

describe('what a person changes between the markers', () => {
  it.each<[string, (body: string) => string]>([
    ['a word of the text', (body) => body.replace('| Estimate |', '| Guess |')],
    ['a line in front of the record', (body) => body.replace(RECORD, `Mine.\n\n${RECORD}`)],
    ['a line behind the record', (body) => body.replace(END, `Mine.\n${END}`)],
    ['a blank line that is gone', (body) => body.replace(`\n\n${RECORD}`, `\n${RECORD}`)],
    ['a field of the record that nobody knows', (body) => body.replace('"attempt":', '"mine": 1,\n "attempt":')],
    ['a field of the record', (body) => body.replace('"needs": {', '"needs": {\n  "C": 99,')],
  ])('is put back: %s', (_, edit) => {
    const { before, after } = afterEdit(edit);

    // The number of the issue enters with the first write that there is.
    expect(after.replace(/^ "issue": \d+,\n/m, '')).toBe(before.replace(/^ "issue": \d+,\n/m, ''));
  });

  it('is put back where the record went in front of the text', () => {
    const moved = (body: string) => {
      const [start, end] = [body.indexOf(RECORD), body.indexOf(`\n${END}`)];
      const first = body.indexOf('\n') + 1;
      return body.slice(0, first) + body.slice(start, end) + body.slice(first, start) + body.slice(end);
    };
    const { before, after } = afterEdit(moved);

    expect(after.indexOf(RECORD)).toBeGreaterThan(after.indexOf('| Estimate |'));
    expect(readTaskRecord(after)).toMatchObject({ ...readTaskRecord(before) });
  });

  it('stays where it is the form alone in which the record is written, and says the same', () => {
    const { edited, after } = afterEdit((body) => body.replace('"attempt": 0', '"attempt":   0'));

    expect(after).toBe(edited);
  });

  it('stays where GitHub ends its lines in its own way', () => {
    const { edited, after } = afterEdit((body) => body.replaceAll('\n', '\r\n'));

    expect(after).toBe(edited);
  });
});
