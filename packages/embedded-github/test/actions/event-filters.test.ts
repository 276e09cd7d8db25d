import { expect, test } from 'vitest';
import { eventPasses } from '../../src/actions/event-filters.ts';
import { matchesGlobs } from '../../src/actions/globs.ts';

type Filter = Parameters<typeof eventPasses>[0];
type FilteredEvent = Omit<Parameters<typeof eventPasses>[1], 'name'>;

const onBranch = (branchName: string, more: Partial<FilteredEvent> = {}): FilteredEvent => ({
  ...{ action: null, branch: branchName, tag: null, paths: ['src/a.ts'], ...more },
});

test.each<[string, string, Filter, FilteredEvent, boolean]>([
  ['no filter', 'push', {}, onBranch('main'), true],
  ['another branch', 'push', { branches: ['main'] }, onBranch('agent-waves/task/A-1'), false],
  ['a branch by pattern', 'push', { branches: ['agent-waves/**'] }, onBranch('agent-waves/task/A-1'), true],
  ['a pattern of one segment', 'push', { branches: ['agent-waves/*'] }, onBranch('agent-waves/task/A-1'), false],
  ['a branch that is taken out', 'push', { branches: ['**', '!main'] }, onBranch('main'), false],
  ['an ignored branch', 'push', { 'branches-ignore': ['main'] }, onBranch('main'), false],
  ['a branch where tags are named', 'push', { tags: ['v*'] }, onBranch('main'), false],
  ['paths that match', 'push', { paths: ['src/**'] }, onBranch('main'), true],
  ['paths that do not', 'push', { paths: ['docs/**'] }, onBranch('main'), false],
  ['ignored paths only', 'push', { 'paths-ignore': ['**.ts'] }, onBranch('main'), false],
  ['an activity by default', 'pull_request', {}, onBranch('main', { action: 'synchronize' }), true],
  ['an activity not by default', 'pull_request', {}, onBranch('main', { action: 'closed' }), false],
  ['an activity that is named', 'pull_request', { types: ['closed'] }, onBranch('main', { action: 'closed' }), true],
  ['any activity of issues', 'issues', {}, onBranch('main', { action: 'labeled' }), true],
  ['another activity of issues', 'issues', { types: ['opened'] }, onBranch('main', { action: 'labeled' }), false],
])('a filter judges %s', (_what, name, filter, filtered, passes) => {
  expect(eventPasses(filter, { ...filtered, name })).toBe(passes);
});

test('a pattern of dots and classes is no regular expression', () => {
  expect([matchesGlobs(['v1.0'], 'v1x0'), matchesGlobs(['v[0-9].x'], 'v2.x')]).toEqual([false, true]);
});
