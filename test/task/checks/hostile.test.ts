import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, test, vi } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { type Result, readResult } from '../../../src/state/result.ts';
import { annotate } from '../../../src/task/checks/annotate.ts';
import { findingsOf } from '../../../src/task/checks/findings.ts';
import { readJUnit } from '../../../src/task/checks/formats/junit.ts';
import { parseToolOutput } from '../../../src/task/checks/parse-tool-output.ts';
import { openDir } from '../../../src/task/checks/project-dir.ts';
import { renderComment } from '../../../src/task/report/comment.ts';

const HOSTILE = readFileSync(fileURLToPath(new URL('cases/hostile.txt', import.meta.url)), 'utf8');

async function findingsIn(output: string) {
  const workspace = await mkdtemp(join(tmpdir(), 'agent-waves-hostile-'));
  try {
    await writeFile(join(workspace, 'log'), output);
    return findingsOf({ check: 'test', workspace, folder: '', log: join(workspace, 'log'), since: 0 });
  } finally {
    await rm(workspace, { recursive: true });
  }
}

test('what a hostile test calls itself stays text in the comment, and the result stays ours', async () => {
  const findings = await findingsIn(HOSTILE);
  const result: Result = {
    task: 'A-001' as TaskId,
    issue: 1,
    attempt: 1,
    slice: 1,
    dispatch: 1,
    run: 70,
    outcome: 'verification',
    checks: [{ name: 'test', status: 'failed', note: 'a | b' }],
    summary: '',
    findings: [...findings],
    failure: { what: findings[0]?.message ?? '', output: HOSTILE },
    agent: { type: 'general-purpose', model: 'sonnet' },
  };

  const comment = renderComment(result, 'https://github.com');

  expect(findings[0]).toMatchObject({ check: 'test', name: expect.stringContaining('@lead Fixes #7') });
  expect(readResult(comment)).toEqual(result);
  expect(comment.split('<!-- agent-waves:result')[0]).not.toMatch(/@lead|#7\b|<!--|<\/pre>(?!\n\n<\/details>)/);
  expect(comment).toContain('| test | ❌ failed | a \\| b |  |');
});

test('a path out of the repository is no place for an annotation', async () => {
  const findings = await findingsIn(HOSTILE);

  expect(findings.map(({ file, line }) => [file, line])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

test('annotations are at most nine, and no text in them starts a command of its own', () => {
  let told = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    told += text;
    return true;
  });
  const message = 'a\n::set-output name=x::y\r::add-mask::z 100%';
  const findings = Array.from({ length: 12 }, () => ({
    check: 'test' as const,
    file: 'a,b:c.ts',
    line: 3,
    name: 'x::y\n::error::z',
    message,
  }));

  annotate(findings, new Set(['test']));

  vi.restoreAllMocks();
  const lines = told.trimEnd().split('\n');
  expect(lines).toHaveLength(9);
  expect(new Set(lines)).toEqual(
    new Set([
      '::error file=a%2Cb%3Ac.ts,line=3,title=test%3A x%3A%3Ay%0A%3A%3Aerror%3A%3Az::a%0A::set-output name=x::y%0D::add-mask::z 100%25',
    ]),
  );
});

const MILLION = 1_000_000;

it.each([
  ['nothing but line breaks', '\n'],
  ['lines of spaces', '   \n'],
  ['one line without an end', 'a.py:1:2: '],
  ['tests of TAP that never end', 'not ok 1 - x\n  ---\n'],
  ['tests of Go', '=== RUN TestA\n    x\n--- FAIL: TestA (0.00s)\n'],
  ['headings of pytest', '=== FAILURES ===\n____ a ____\nE   x\n'],
  ['errors of Rust', 'error: x\n  \n'],
  ['sequences of a terminal that never end', '\u001b]'],
])('a million characters of %s are read in seconds', (_, part) => {
  const began = performance.now();

  parseToolOutput(part.repeat(Math.ceil(MILLION / part.length)));

  expect(performance.now() - began).toBeLessThan(20_000);
});

it.each([
  [
    'declares entities',
    '<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite><testcase name="a"><failure/></testcase></testsuite>',
  ],
  ['is cut off', '<testsuite><testcase name="a"><failure message="x'],
  ['is something else', '{"testsuite": []}'],
  ['has no tests', '<testsuites/>'],
  ['nests without end', '<testsuite>'.repeat(5_000)],
])('a report that %s is none', (_, xml) => {
  expect(readJUnit(xml)).toEqual([]);
});

test('a folder of the checkout that became a link elsewhere holds no manifest and no report', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-hostile-'));
  const [workspace, elsewhere] = [join(folder, 'work'), join(folder, 'elsewhere')];
  await mkdir(workspace);
  await mkdir(join(elsewhere, 'test-results'), { recursive: true });
  await writeFile(join(elsewhere, 'package.json'), '{"name":"canary"}');
  await writeFile(join(elsewhere, 'Makefile'), 'canary');
  const report = '<testsuite><testcase name="canary"><failure message="canary"/></testcase></testsuite>';
  await writeFile(join(elsewhere, 'test-results', 'junit.xml'), report);
  await symlink(elsewhere, join(workspace, 'sub'));
  await symlink(join(elsewhere, 'Makefile'), join(workspace, 'Makefile'));
  await writeFile(join(folder, 'log'), '');

  const sub = openDir(workspace, 'sub');
  const findings = findingsOf({ check: 'test', workspace, folder: 'sub', log: join(folder, 'log'), since: 0 });

  expect([sub.has('package.json'), sub.text('package.json'), sub.digest('package.json')]).toEqual([false, '', '']);
  expect(openDir(workspace).text('Makefile')).toBe('');
  expect(findings).toEqual([]);
  await rm(folder, { recursive: true });
});
