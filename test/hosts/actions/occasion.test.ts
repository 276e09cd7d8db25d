import { describe, expect, it } from 'vitest';
import { jobLog } from '../../../src/hosts/actions/log.ts';
import { endOf, occasionOf } from '../../../src/hosts/actions/occasion.ts';

const sender = { login: 'ada', type: 'User' };
const pull = (head: number | null) => ({
  head: { repo: head === null ? null : { id: head } },
  base: { repo: { id: 1 } },
});

describe('what makes a pass due', () => {
  it.each(['schedule', 'workflow_dispatch', 'push'])('%s, which nobody causes who may not write', (event) => {
    expect(occasionOf(event, {})).toEqual({ kind: 'due' });
  });

  it('what a person did to an issue, whom GitHub is asked about, whatever the event says of them', () => {
    const payload = { sender, comment: { author_association: 'OWNER' } };

    expect(occasionOf('issue_comment', payload)).toEqual({ kind: 'person', login: 'ada' });
  });

  it.each([
    ['a pull request from a fork', 'pull_request', { sender, pull_request: pull(2) }],
    ['one whose fork is gone', 'pull_request', { sender, pull_request: pull(null) }],
    ['what a program did', 'issues', { sender: { login: 'helper[bot]', type: 'Bot' } }],
    ['what nobody did', 'issues', {}],
    ['what says nothing', 'issues', 'hello'],
  ])('not %s', (_, event, payload) => {
    expect(occasionOf(event, payload).kind).toBe('none');
  });

  it('a pull request of this repository', () => {
    expect(occasionOf('pull_request', { sender, pull_request: pull(1) })).toEqual({ kind: 'person', login: 'ada' });
  });
});

describe('how a task run ended', () => {
  it.each([
    ['', undefined],
    ['[]', undefined],
    ['["success", "skipped"]', 'success'],
    ['["success", "failure", "skipped"]', 'failure'],
    ['["cancelled", "skipped"]', 'cancelled'],
  ])('by the results %s: %s', (results, end) => {
    expect(endOf(results)).toBe(end);
  });

  it('is not said by anything else', () => {
    expect(() => endOf('{"task":{"result":"success"}}')).toThrow();
    expect(() => endOf('["fine"]')).toThrow();
  });
});

it('nothing that is said in the log is a command to the runner', () => {
  const lines: string[] = [];
  const log = jobLog((line) => lines.push(line));

  log.info('::set-output name=x::y\n::error::z\r##[add-mask]a');
  log.warn('a\n::error::b%0A::error::c');

  expect(lines).toEqual([
    'Agent Waves: ::set-output name=x::y ::error::z ## [add-mask]a',
    '::warning title=Agent Waves::a ::error::b%250A::error::c',
  ]);
});
