import { describe, expect, it } from 'vitest';
import { readTrailers, writeTrailers } from '../../src/state/landing-trailers.ts';

const dispatch = { task: 'A-1' as never, issue: 17, attempt: 2, slice: 1, dispatch: 3 };
const written = () =>
  writeTrailers({
    ...{ dispatch, run: 99 },
    checks: [
      { name: 'test', status: 'passed' },
      { name: 'lint', status: 'absent' },
    ],
  });
const READ = { task: 'A-1', issue: 17, attempt: 2, dispatch: 3, run: 99, checks: { test: 'passed', lint: 'absent' } };

describe('the trailers of a landing', () => {
  it.each([
    ['as it was made', (lines: string) => `A-1: Build\n\n${lines}\n`],
    ['with the line ends of Windows', (lines: string) => `A-1: Build\r\n\r\n${lines.replaceAll('\n', '\r\n')}`],
    ['with blanks around lines', (lines: string) => `A-1: Build\n \t\n${lines.replaceAll('\n', '  \n   ')}`],
    ['beside lines of others', (lines: string) => `Signed-off-by: me\n${lines}\nTaskforce: x\nan Issue: #9`],
  ])('are read from a message %s', (_, messageOf) => {
    expect(readTrailers(messageOf(written()))).toEqual([READ]);
  });

  it('are read each where several landings became one commit', () => {
    const one = written();
    const other = one.replace('#17', '#8').replace('A-1', 'B-1');

    expect(readTrailers(`Squash\n\n${one}\n\nText.\n\n${other}`).map(({ task, issue }) => [task, issue])).toEqual([
      ['A-1', 17],
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
      'Task: A-1\nIssue: x#7',
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
