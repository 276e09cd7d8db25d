// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of workflows

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/run.ts';

const UPLOAD = 'actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a';
const DOWNLOAD = 'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c';

function workflow(upload: string, after = ''): string {
  return `on: workflow_dispatch
jobs:
  first:
    environment: agent-waves
    runs-on: ubuntu-latest
    steps:
      - run: |
          mkdir -p "$RUNNER_TEMP/bundle/deep"
          echo word > "$RUNNER_TEMP/bundle/file"
          echo deep > "$RUNNER_TEMP/bundle/deep/file"
          echo secret > "$RUNNER_TEMP/bundle/.hidden"
          ln -s /etc/passwd "$RUNNER_TEMP/bundle/link"
      - uses: ${UPLOAD}
        with: { name: bundle, path: '\${{ runner.temp }}/bundle', ${upload} }
${after}
  second:
    needs: first
    environment: { name: agent-waves }
    runs-on: ubuntu-latest
    steps:
      - uses: ${DOWNLOAD}
        with: { name: bundle, path: '\${{ runner.temp }}/taken' }
      - { name: look, run: 'cat "$RUNNER_TEMP/taken/file"; cd "$RUNNER_TEMP/taken"; find . -type f -o -type l | sort' }
`;
}

test('a later job takes the files of an artifact, without hidden ones and without links', async () => {
  const { conclusion, read } = await run(workflow('if-no-files-found: error'));

  expect(conclusion()).toBe('success');
  const log = read('second/02-look.log');
  expect(log).toContain('word');
  expect(log).toContain('./deep/file');
  expect(log).not.toContain('.hidden');
  expect(log).not.toContain('./link');
});

test('artifacts that match a pattern come each into a folder of its name', async () => {
  const { read } = await run(
    workflow('if-no-files-found: error')
      .replace("name: bundle, path: '${{ runner.temp }}/taken", "pattern: b*le, path: '${{ runner.temp }}/taken")
      .replace('taken/file', 'taken/bundle/file'),
  );

  expect(read('second/02-look.log')).toContain('./bundle/deep/file');
});

test('a pattern that nothing matches brings nothing, and fails nothing', async () => {
  const { jobs } = await run(
    workflow('if-no-files-found: error')
      .replace("name: bundle, path: '${{ runner.temp }}/taken", "pattern: other-*, path: '${{ runner.temp }}/taken")
      .replace(/\{ name: look.*/, '{ name: look, run: test ! -e "$RUNNER_TEMP/taken" }'),
  );

  expect(jobs.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
});

test('hidden files come along where they are asked for', async () => {
  const { read } = await run(workflow('include-hidden-files: true'));

  expect(read('second/02-look.log')).toContain('.hidden');
});

test('a name is taken once in a run: nobody replaces what another job has left', async () => {
  const again = `      - run: echo other > "$RUNNER_TEMP/bundle/file"
      - uses: ${UPLOAD}
        with: { name: bundle, path: '\${{ runner.temp }}/bundle' }`;

  const { folder, jobs, read } = await run(workflow('if-no-files-found: error', again));

  expect(jobs.map(({ conclusion }) => conclusion)).toEqual(['failure', 'skipped']);
  expect(read('artifacts/1/bundle/file')).toBe('word\n');
  expect(existsSync(join(folder, 'second'))).toBe(false);
});

test('an artifact that nobody left fails the job that wants it', async () => {
  const { jobs, read } = await run(
    workflow('if-no-files-found: error').replace(
      "name: bundle, path: '${{ runner.temp }}/taken",
      "name: other, path: '${{ runner.temp }}/taken",
    ),
  );

  expect(jobs[1]?.conclusion).toBe('failure');
  expect(
    read(`${`second/01-run-${DOWNLOAD.replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 70).replace(/-$/, '')}.log`),
  ).toContain('not found for name: other');
});

test.each([
  ['no file at all', 'if-no-files-found: error', /No files were found/],
  ['an input that is not supported', 'overwrite: true', /does not support 'overwrite: true'/],
])('refuses %s', async (_, keys, message) => {
  const { jobs, folder } = await run(workflow(keys).replace("/bundle', ", "/nothing', "));

  expect(jobs[0]?.conclusion).toBe('failure');
  const logs = readdirSync(join(folder, 'first')).filter((name) => name.endsWith('.log'));
  expect(logs.map((name) => readFileSync(join(folder, 'first', name), 'utf8')).join('\n')).toMatch(message);
});

test('an environment with more than a name is refused', async () => {
  const { conclusion } = await run(
    workflow('if-no-files-found: error').replace(
      '{ name: agent-waves }',
      '{ name: agent-waves, url: https://example.com }',
    ),
  );

  expect(conclusion()).toBe('startup_failure');
});
