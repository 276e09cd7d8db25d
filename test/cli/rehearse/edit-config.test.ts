import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { setKeys } from '../../../src/cli/rehearse/edit-config.ts';

const TEXT = `# How it works here.
plan: docs/planning/tasks.json
landing: push # straight

# What is run
checks:
  # types first
  compile: tsc

  test: npm test
# The end
install: []
`;

it('replaces the lines of a key, appends others, and keeps every other line as it was', () => {
  expect(setKeys(TEXT, { landing: 'review', slice: 0.25 })).toBe(
    `${TEXT.replace('landing: push # straight', 'landing: review')}slice: 0.25\n`,
  );
});

it('replaces a block down to what belongs to the next key', () => {
  expect(setKeys(TEXT, { checks: { test: 'make' } })).toBe(
    TEXT.replace(/checks:[\s\S]*npm test\n/, 'checks:\n  test: make\n'),
  );
});

it('replaces a list whose dashes stand at the margin', () => {
  expect(setKeys('install:\n- a\n- b\nplan: x.json\n', { install: [] })).toBe('install: []\nplan: x.json\n');
});

it('begins a file that is empty or holds comments alone', () => {
  expect(setKeys('', { base: 'agent-waves/{plan}' })).toBe('base: agent-waves/{plan}\n');
  expect(setKeys('# nothing yet\n', { landing: 'merge' })).toBe('# nothing yet\nlanding: merge\n');
});

it.each([
  ['flow style', '{ plan: a.json, landing: push }'],
  ['quoted keys', '"landing": push\nplan: a.json\n'],
  ['anchors that the value held', 'checks: &all\n  test: x\nmore: *all\nlanding: push\nplan: a.json\n'],
  ['a document marker', '---\nlanding: push\nplan: a.json\n...\n'],
])('edits %s', (_, text) => {
  const edited = setKeys(text, { landing: 'merge', checks: { test: 'y' } });

  expect(load(edited)).toEqual({ ...(load(text) as object), landing: 'merge', checks: { test: 'y' } });
});

it('keeps the line ends of Windows', () => {
  expect(setKeys('# why\r\nlanding: push\r\nplan: a.json\r\n', { landing: 'merge', slice: 9 })).toBe(
    '# why\r\nlanding: merge\r\nplan: a.json\r\nslice: 9\r\n',
  );
});

it('refuses text that is not YAML', () => {
  expect(() => setKeys('landing: [push\n', { landing: 'merge' })).toThrow();
});
