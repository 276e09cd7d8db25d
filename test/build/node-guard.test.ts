import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardedEntry, OLDEST_NODE } from '../../build/node-guard.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUARDED = { file: 'program.js', name: 'agent-waves', advice: 'Install it.' };

/** A Node of this machine that is too old for us; npm's own, say. */
const tooOld = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .flatMap((node) => {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    const version = stdout?.trim() ?? '';
    return /^v\d/.test(version) && Number.parseInt(version.slice(1), 10) < OLDEST_NODE ? [{ node, version }] : [];
  })[0];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-waves-guard-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns A folder with what a program in build/ makes. */
function built(program: string): string {
  const out = join(folder, program);
  execFileSync(process.execPath, [join(ROOT, 'build', program), '--out', out], { stdio: 'pipe' });
  return out;
}

function run(node: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: 'utf8', env: {} });
  return { status, stdout, stderr };
}

describe('a Node that is too old', () => {
  if (!tooOld) console.warn(`SKIPPED: no Node before ${OLDEST_NODE} is on the path, so none was shown our programs`);

  it.skipIf(!tooOld)('is told so in one sentence by the command line', () => {
    const { node, version } = tooOld ?? { node: '', version: '' };

    const ended = run(node, join(built('cli.ts'), 'cli/main.js'), 'check');

    expect(ended).toEqual({
      status: 1,
      stdout: '',
      stderr: `agent-waves needs Node 22 or later; this is Node ${version}. Install it from https://nodejs.org or with your version manager.\n`,
    });
  });

  it.skipIf(!tooOld)('is told so in one sentence by the action, as an annotation', () => {
    const { node, version } = tooOld ?? { node: '', version: '' };

    const ended = run(node, join(built('bundle.ts'), 'task.js'), 'claim');

    expect(ended).toEqual({
      status: 1,
      stdout: '',
      stderr: `::error title=Agent Waves::The action needs Node 22 or later; this is Node ${version}. Let the job run on an image that has one, or put actions/setup-node before the action.\n`,
    });
  });
});

it('hands its arguments on to the program where Node is new enough', () => {
  const place = join(folder, 'new');
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(place, 'main.js'), guardedEntry(GUARDED));
  writeFileSync(join(place, 'program.js'), 'console.log(await process.argv.slice(2).join());process.exitCode = 3;');

  const ended = run(process.execPath, join(place, 'main.js'), 'check', '--json');

  expect(ended).toEqual({ status: 3, stdout: 'check,--json\n', stderr: '' });
});

it('imports nothing before it has looked, and waits for nothing at its top level', () => {
  // A script knows neither import statements nor a top-level await.
  const { errors, module } = parseSync('main.js', guardedEntry(GUARDED), { sourceType: 'script' });

  expect(errors).toEqual([]);
  expect(module.staticImports).toEqual([]);
});

it('asks for what package.json promises', () => {
  expect(OLDEST_NODE).toBe(22);
});
