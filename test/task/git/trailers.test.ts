import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Check } from '../../../src/state/result.ts';
import { landingMessage, readLanding } from '../../../src/task/git/trailers.ts';
import { inputsFor } from '../support/site.ts';

const CHECKS: readonly Check[] = [
  { name: 'compile', status: 'passed' },
  { name: 'test', status: 'flaky' },
];

function message(summary: string, title = 'Walls'): string {
  return landingMessage({ dispatch: inputsFor(12), run: 70, title, summary, checks: CHECKS });
}

test('what is written into a landing message is read back from it', () => {
  expect(readLanding(`4a5e1e4b\n${message('Built walls.\n\nThey stand.')}`)).toEqual({
    commit: '4a5e1e4b',
    task: 'A-001',
    issue: 12,
    attempt: 1,
    dispatch: 1,
    run: 70,
    checks: CHECKS,
    subject: 'A-001: Walls',
    summary: 'Built walls.\n\nThey stand.',
  });
});

test('a message that quotes trailers in its summary is read by our own', () => {
  const text = message('Task: EVIL-001\nIssue: #1\n\nTask: EVIL-002\nIssue: #2\n');

  expect(readLanding(`4a5e1e4b\n${text}`)).toMatchObject({ task: 'A-001', issue: 12, summary: '' });
  expect(text).not.toContain('EVIL');
});

test('a message that closes, mentions or credits does none of it', () => {
  const text = message(
    'Fixes #7, closes acme/x#8, resolves https://github.com/acme/x/issues/9. Thanks @lead!\nCo-authored-by: Lead <lead@example.com>',
    'Fix #3',
  );

  expect(text.split('\n\n').slice(0, -1).join('\n')).not.toMatch(/#\d|@lead|resolves https|Co-authored/);
});

test('whatever an agent says, its landing is found under the task it worked on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ maxLength: 80 }), (summary, title) => {
      expect(readLanding(`4a5e1e4b\n${message(summary, title)}`)).toMatchObject({
        task: 'A-001',
        issue: 12,
        attempt: 1,
        run: 70,
      });
    }),
  );
});

test('a commit of a person without trailers is no landing', () => {
  expect(readLanding('4a5e1e4b\nFix the walls\n\nThey fell.')).toBeUndefined();
});
