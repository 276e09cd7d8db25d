import { describe, expect, it } from 'vitest';
import { draftPath, type PlannedTask, scriptedWork } from '../../../src/cli/rehearse/scripted-work.ts';

const task = (outputs?: readonly string[], more: Partial<PlannedTask> = {}): PlannedTask => ({
  id: 'A-1',
  title: 'One',
  ...(outputs === undefined ? {} : { outputs }),
  ...more,
});

const pathsOf = (one: PlannedTask) => scriptedWork(one, { known: new Map(), sound: true }).files.map(([path]) => path);

describe('what the scripted agent leaves', () => {
  it.each([
    [
      'a module and its test where a module is declared',
      ['src/a.ts', 'test/a.test.ts'],
      ['src/a.ts', 'test/a.test.ts'],
    ],
    ['a test in its usual place where only a module is declared', ['src/a.ts'], ['src/a.ts', 'test/a/a-1.test.ts']],
    ['a note where a page is declared', ['docs/page.md'], ['docs/page.md']],
    ['a note for each declared output', ['docs/page.md', 'lib/thing.py'], ['docs/page.md', 'lib/thing.py']],
    ['a note that fits where any file of a folder would do', ['docs/**'], ['docs/a-1.md']],
    ['a note that fits where files of a kind would do', ['test/**/*.py', 'go/*.go'], ['test/a-1.py', 'go/a-1.go']],
    ['a note below docs where nothing is declared', undefined, ['docs/rehearsal/a-1.md']],
    ['a note below docs where what is declared fits no name', ['src/*/index.ts'], ['docs/rehearsal/a-1.md']],
  ])('is %s', (_, outputs, expected) => {
    expect(pathsOf(task(outputs))).toEqual(expected);
    expect(draftPath(task(outputs))).toBe(expected[0]);
  });

  it.each([
    ['docs/a.md', '# A-1: One\n\nLeft by'],
    ['lib/a.py', '# A-1: One\n# Left by'],
    ['src/a.rs', '// A-1: One\n// Left by'],
    ['data/a.json', '{\n  "note": "A-1: One. Left by'],
  ])('is a comment in the language of %s', (path, begin) => {
    const { files } = scriptedWork(task([path]), { known: new Map(), sound: true });

    expect(files[0]?.[1].startsWith(begin), files[0]?.[1]).toBe(true);
  });

  it('is nothing of a note in an attempt that is to fail', () => {
    expect(scriptedWork(task(['docs/a.md']), { known: new Map(), sound: false }).files).toEqual([]);
  });

  it('imports of its dependencies those that are modules, and counts the others', () => {
    const known = new Map([
      ['B-1', { ...task(['src/b.ts']), id: 'B-1' }],
      ['C-1', { ...task(['docs/c.md']), id: 'C-1' }],
    ]);
    const [module] = scriptedWork(task(['src/a.ts'], { dependencies: ['B-1', 'C-1'] }), { known, sound: true }).files;

    expect(module?.[1]).toContain("import { lineage as of_B_1 } from './b.ts';");
    expect(module?.[1]).toContain("[...of_B_1(), 'C-1', 'A-1']");
  });
});
