import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.ts';
import { agentWaves, newFolder, readJson, removeFolder } from '../e2e/support/command.ts';

const CASES = 'test/planning/import/cases';
const PLAN = `${CASES}/markdown/execution-plan.md`;

let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => removeFolder(folder));

describe('import', () => {
  it('writes a plan that loads into folders that it makes, and says what it took', async () => {
    const out = join(folder, 'new', 'docs', 'tasks.json');

    const { code, stdout, stderr } = await agentWaves(['import', PLAN, '--out', out]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(loadPlan({ file: out, text: await readFile(out, 'utf8') }).ok).toBe(true);
    expect(await readdir(join(folder, 'new', 'docs'))).toEqual(['tasks.json']);
    await expect(stdout.replaceAll(out, 'OUT')).toMatchFileSnapshot('golden/import/execution-plan.txt');
  });

  it('writes over nothing that is there unless it is forced to', async () => {
    const out = join(folder, 'mine.json');
    await writeFile(out, 'mine');

    const refused = await agentWaves(['import', PLAN, '--out', out]);
    const kept = await readFile(out, 'utf8');
    const forced = await agentWaves(['import', PLAN, '--out', out, '--force']);

    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('mine.json already exists; overwrite it with --force');
    expect(kept).toBe('mine');
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('was overwritten');
    expect(await readJson<{ tasks: object[] }>(out)).toMatchObject({ tasks: expect.any(Array) });
  });

  it('never writes over what it imports, by whatever name', async () => {
    const source = join(folder, 'source.md');
    await writeFile(source, await readFile(PLAN, 'utf8'));
    await symlink(source, join(folder, 'link.json'));

    const { code, stderr } = await agentWaves(['import', source, '--out', join(folder, 'link.json'), '--force']);

    expect(code).toBe(2);
    expect(stderr).toContain('is the file that is imported');
    expect(await readFile(source, 'utf8')).toBe(await readFile(PLAN, 'utf8'));
  });

  it('prints the plan alone with --out -, and the rest beside it', async () => {
    const { code, stdout, stderr } = await agentWaves(['import', PLAN, '--out', '-']);

    expect(code).toBe(0);
    expect(loadPlan({ file: '-', text: stdout }).ok).toBe(true);
    expect(stderr).toContain('Markdown plan: 47 tasks in 10 waves, 65 dependencies');
  });

  it('writes nothing in a dry run', async () => {
    const out = join(folder, 'dry', 'tasks.json');

    const { code, stdout } = await agentWaves(['import', PLAN, '--out', out, '--dry-run']);

    expect(code).toBe(0);
    expect(stdout).toContain('Nothing is written: this is a dry run.');
    expect(existsSync(join(folder, 'dry'))).toBe(false);
  });

  it('tells what it did as JSON', async () => {
    const out = join(folder, 'json.json');

    const { code, stdout } = await agentWaves(['import', PLAN, '--out', out, '--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ format: 'markdown', out, written: true, tasks: 47, waves: 10, dependencies: 65 },
      taken: expect.arrayContaining([{ field: 'id', from: 'column `Task`', tasks: 47 }]),
      unmapped: [],
      notes: expect.arrayContaining([expect.objectContaining({ file: PLAN, line: 13, column: 1 })]),
    });
  });

  it('lists every problem of a broken plan at its place, exits 1 and writes nothing', async () => {
    const out = join(folder, 'broken.json');

    const people = await agentWaves(['import', `${CASES}/markdown/broken.md`, '--out', out, '--force']);
    const programs = await agentWaves(['import', `${CASES}/markdown/broken.md`, '--out', out, '--json']);

    expect(people).toMatchObject({ code: 1, stdout: '' });
    expect(people.stderr).toContain(`${CASES}/markdown/broken.md:8:25: \`A-2\` depends on \`A-9\``);
    expect(programs.code).toBe(1);
    expect(JSON.parse(programs.stdout).problems).toHaveLength(people.stderr.trimEnd().split('\n').length);
    expect(existsSync(out)).toBe(false);
  });

  it('says what it looked for where it recognises nothing', async () => {
    const { code, stderr } = await agentWaves(['import', `${CASES}/unknown.md`]);

    expect(code).toBe(1);
    expect(stderr).toMatch(/unknown\.md:1:1: no known kind of plan; looked for .*bernstein.*--from/);
  });

  it('reads the folder of an epic, and the file that a tool keeps in a folder', async () => {
    const beads = join(folder, 'repo', '.beads');
    await mkdir(beads, { recursive: true });
    await writeFile(join(beads, 'issues.jsonl'), await readFile(`${CASES}/beads/issues.jsonl`, 'utf8'));

    const epic = await agentWaves(['import', `${CASES}/ccpm/checkout`, '--dry-run', '--json']);
    const issues = await agentWaves(['import', join(folder, 'repo'), '--dry-run', '--json']);

    expect(JSON.parse(epic.stdout)).toMatchObject({ format: 'ccpm', name: 'checkout', tasks: 4 });
    expect(JSON.parse(issues.stdout)).toMatchObject({ format: 'beads', name: 'repo', tasks: 5 });
  });

  it('takes a file for what --from says', async () => {
    const { code, stderr } = await agentWaves(['import', PLAN, '--from', 'task-master', '--dry-run']);

    expect(code).toBe(1);
    expect(stderr).toMatch(/execution-plan\.md:1:1: /);
  });

  it('keeps the table of what it took on 80 columns', async () => {
    const { stdout } = await agentWaves(['import', `${CASES}/task-master/tags.json`, '--dry-run']);

    const table = stdout.slice(stdout.indexOf('Imported\n'), stdout.indexOf('To look at'));
    expect(table.split('\n').filter((line) => line.length > 80)).toEqual([]);
    await expect(table).toMatchFileSnapshot('golden/import/table.txt');
  });

  it('takes the time of points and sizes from --map, and says what to give without it', async () => {
    const points = `${CASES}/markdown/story-points.md`;

    const without = await agentWaves(['import', points, '--out', '-']);
    const mapped = await agentWaves(['import', points, '--out', '-', '--map', 'pts=2h', '--map', 'S=1h,L=1d']);

    expect(without.code).toBe(0);
    expect(without.stderr).toContain('say how long that is, for example --map "pts=2h"');
    expect(mapped.stderr).not.toContain('--map');
    expect(JSON.parse(mapped.stdout).tasks).toMatchObject([{ estimate: '4h' }, { estimate: '6h' }]);
  });

  it('imports the tag that --tag names', async () => {
    const { stdout } = await agentWaves([
      'import',
      `${CASES}/task-master/two-tags.json`,
      '--tag',
      'master',
      '--out',
      '-',
    ]);

    expect(JSON.parse(stdout).tasks).toMatchObject([{ title: 'Old work' }]);
  });

  it.each(['pts', 'pts=', 'pts=soon', 'pts=0h', 'h=2h', 'pts=2h,points=3h', '=2h', 'a/b=1h', ''])(
    'refuses --map %j, and says how it is written',
    async (map) => {
      const { code, stderr } = await agentWaves(['import', PLAN, '--dry-run', '--map', map]);

      expect(code).toBe(2);
      expect(stderr).toMatch(/write words and times such as "pts=2h"|is given twice; keep one/);
    },
  );

  it('refuses wrong use with exit code 2', async () => {
    const wrong = await Promise.all([
      agentWaves(['import']),
      agentWaves(['import', 'nowhere.md']),
      agentWaves(['import', PLAN, '--from', 'jira']),
      agentWaves(['import', PLAN, '--out', folder]),
      agentWaves(['import', PLAN, '--out', '-', '--json']),
    ]);

    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(wrong.map(({ stderr }) => stderr).join('')).toMatch(
      /missing required argument[\s\S]*nowhere\.md is not a file[\s\S]*Allowed choices[\s\S]*is a folder[\s\S]*choose one/,
    );
  });
});

describe('export', () => {
  it('prints a document that import reads back', async () => {
    const file = join(folder, 'exported.md');
    const { code, stdout } = await agentWaves(['export', 'examples/daw/docs/planning/tasks.json']);
    await writeFile(file, stdout);

    const again = await agentWaves(['import', file, '--dry-run', '--json']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^# DAW\n\n## Wave 1: Foundation\n\n\| ID \| Title \|/);
    expect(JSON.parse(again.stdout)).toMatchObject({ name: 'DAW', tasks: 47, waves: 10, dependencies: 65 });
  });
});
