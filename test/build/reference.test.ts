import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { described, table } from '../../build/reference/markdown.ts';
import { fieldsOf } from '../../build/reference/schema-fields.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('docs/reference', () => {
  it('is what the code says now', () => {
    const check = () => execFileSync('node', ['build/reference.ts', '--check'], { cwd: ROOT, stdio: 'pipe' });

    expect(check).not.toThrow();
  });

  it('names no place of the machine that it was written on', () => {
    expect(readFileSync(`${ROOT}/docs/reference/command-line.md`, 'utf8')).not.toContain(ROOT);
  });
});

describe('the fields of a schema', () => {
  it('are told with type, bounds and default as people write them, however deep', () => {
    const schema = z.strictObject({
      slice: z
        .union([z.number(), z.string()])
        .transform(() => 300)
        .prefault('5h')
        .describe('How long.'),
      agents: z
        .record(z.string(), z.strictObject({ turns: z.int().min(1).max(9).optional().describe('Most replies.') }))
        .default({})
        .describe('Agent types.'),
      tasks: z.array(z.object({ id: z.string().describe('Its id.') })).describe('All tasks.'),
    });

    expect(fieldsOf(schema)).toEqual([
      { path: 'slice', type: 'number or text', required: false, default: '5h', description: 'How long.' },
      { path: 'agents', type: 'object by name', required: false, default: {}, description: 'Agent types.' },
      {
        path: 'agents.<name>.turns',
        type: 'whole number from 1 to 9',
        required: false,
        default: undefined,
        description: 'Most replies.',
      },
      { path: 'tasks', type: 'list of objects', required: true, default: undefined, description: 'All tasks.' },
      { path: 'tasks[].id', type: 'text', required: true, default: undefined, description: 'Its id.' },
    ]);
  });

  it('are refused where one has no description', () => {
    expect(() => fieldsOf(z.object({ pace: z.string() }))).toThrow(
      'pace has no description; add it where it is defined',
    );
    expect(() => described(' ', 'the label x')).toThrow('the label x has no description');
  });
});

it('a cell of a table keeps its bars and its line breaks to itself', () => {
  expect(table(['A'], [['x | y\n z']])).toBe('| A |\n| --- |\n| x \\| y z |');
});
