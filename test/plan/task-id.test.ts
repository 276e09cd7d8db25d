import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTaskId, taskIdProblem } from '../../src/plan/task-id.ts';

describe('task ids', () => {
  it.each(['CORE-001', 'a', '7', 'v1.2_beta-3', 'x'.repeat(64), 'constructor', 'lock', 'a.lock.b'])(
    'takes %s',
    (id) => {
      expect(taskIdProblem(id)).toBeUndefined();
      expect(parseTaskId(id)).toBe(id);
    },
  );

  it.each([
    '',
    '__proto__',
    '.a',
    '-a',
    'a..b',
    'a.',
    'a.lock',
    'a.Lock',
    'a b',
    'a/b',
    'a\n',
    'ä',
    'a~1',
    'x'.repeat(65),
  ])('refuses %j with a reason and something to do', (id) => {
    expect(taskIdProblem(id)).toMatch(/; /);
    expect(parseTaskId(id)).toBeUndefined();
  });

  it('lets nothing through that git refuses in a ref', () => {
    const refs = fc
      .sample(
        fc.string({ unit: fc.constantFrom('a', 'B', '1', '.', '-', '_', 'lock', '.lock'), minLength: 1, maxLength: 8 }),
        { numRuns: 400, seed: 7 },
      )
      .filter((text) => parseTaskId(text) !== undefined)
      .slice(0, 40);

    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs) {
      expect([ref, spawnSync('git', ['check-ref-format', `refs/agent-waves/work/${ref}`]).status]).toEqual([ref, 0]);
    }
  });
});
