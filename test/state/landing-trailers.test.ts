import { describe, expect, it } from 'vitest';
import { readTrailers, writeTrailers } from '../../src/state/landing-trailers.ts';

const dispatch = { task: 'A-1' as never, issue: 7, attempt: 2, slice: 1, dispatch: 3 };
const WRITTEN = writeTrailers({
  dispatch,
  run: 99,
  checks: [
    { name: 'test', status: 'passed' },
    { name: 'lint', status: 'absent' },
  ],
});
const READ = { task: 'A-1', issue: 7, attempt: 2, dispatch: 3, run: 99, checks: { test: 'passed', lint: 'absent' } };

describe('the trailers of a landing', () => {
  it.each([
    ['as it was made', `A-1: Build\n\n${WRITTEN}\n`],
    ['with the line ends of Windows', `A-1: Build\r\n\r\n${WRITTEN.replaceAll('\n', '\r\n')}`],
    ['with blanks around lines', `A-1: Build\n \t\n${WRITTEN.replaceAll('\n', '  \n   ')}`],
    ['beside lines of others', `A-1: Build\n\nSigned-off-by: me\n${WRITTEN}\nTaskforce: x\nan Issue: #9`],
  ])('are read from a message %s', (_, message) => {
    expect(readTrailers(message)).toEqual([READ]);
  });

  it('are read each where several landings became one commit', () => {
    const other = WRITTEN.replace('#7', '#8').replace('A-1', 'B-1');

    expect(readTrailers(`Squash\n\n${WRITTEN}\n\nText.\n\n${other}`).map(({ task, issue }) => [task, issue])).toEqual([
      ['A-1', 7],
      ['B-1', 8],
    ]);
  });

  it('are none without a task and its issue', () => {
    for (const message of [
      '',
      'Task: A-1',
      'Issue: #7',
      'Task: A-1\n\nIssue: #7',
      'Task: A-1\nIssue: 7',
      'Task: A-1\nIssue: #0',
      'Task: A-1\nIssue: #7x',
      'Task: \nIssue: #7',
    ])
      expect(readTrailers(message)).toEqual([]);
  });

  it('may lack the rest, in a commit that a person wrote', () => {
    const few = { task: 'A-1', issue: 7, attempt: 1, dispatch: undefined, run: undefined, checks: {} };

    expect(readTrailers('Task: A-1\nIssue: #7')).toEqual([few]);
    expect(readTrailers('Task: A-1\nIssue: #7\nDispatch: 3x\nRun: -1\nChecks: test= =passed lint')).toEqual([few]);
    expect(readTrailers('Task: A-1\nIssue: #7\nDispatch: x3\nRun: ')).toEqual([few]);
  });
});
