import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkReportJson, checkReportText } from '../../../src/planning/check/check-report.ts';
import { RULES } from '../../../src/planning/check/rules.ts';
import { planTexts } from '../../plan/random-plan.ts';
import { check, planOf, rulesOf } from './checked.ts';

const cases = new URL('cases/', import.meta.url);
const plans = readdirSync(cases).filter((file) => file.endsWith('.json'));

function read(file: string): string {
  return readFileSync(new URL(file, cases), 'utf8');
}

describe('a plan', () => {
  it.each(plans)('%s gets the findings that stand beside it', async (file) => {
    const said = checkReportText(check(read(file)));

    await expect(`${said}\n`).toMatchFileSnapshot(`cases/${file.replace(/json$/, 'txt')}`);
  });

  it('of every kind that a rule warns about is among the cases', () => {
    const found = new Set(plans.flatMap((file) => rulesOf(check(read(file)))));

    expect([...found].sort()).toEqual(RULES.map(({ name }) => name).sort());
  });

  it('is told about in file order, whatever it holds', () => {
    fc.assert(
      fc.property(planTexts(), ({ text }) => {
        const places = check(text).findings.map(({ line, column }) => line * 1_000_000 + column);

        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
    );
  });

  it('is told the same behind a byte order mark and with CRLF', () => {
    const plain = read('redundant-edges.json');

    const foreign = check(`\uFEFF${plain.replaceAll('\n', '\r\n')}`);

    expect(foreign).toEqual(check(plain));
  });

  it('that was refused is told its errors alone, without figures', () => {
    const checked = check(planOf([{ id: 'A', dependencies: ['B'] }]));

    expect(checkReportText(checked)).toMatch(/^1 error, 0 warnings\n\ntasks\.json:11:9: error: .*`B`.*$/);
    expect(checkReportJson(checked)).toMatchObject({
      problems: [{ severity: 'error', rule: 'refused', file: 'tasks.json', line: 11, column: 9 }],
      tasks: null,
      critical_path: null,
    });
  });

  it('without tasks has nothing to be told', () => {
    expect(checkReportText(check(planOf([])))).toBe('0 tasks, 0 dependencies, 0 min of work; 0 errors, 0 warnings');
  });
});

describe('more than three warnings of a kind', () => {
  const checked = check(read('many-of-a-kind.json'));

  it('are counted, with the place of each, and other kinds are told all the same', () => {
    const lines = checkReportText(checked).split('\n');

    expect(lines.filter((line) => line.includes('(isolated-task)'))).toEqual([
      'warning: 25 tasks that wait for nothing and that nothing waits for (isolated-task)',
    ]);
    expect(lines).toContain('  likewise in lines 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 and 14 more; --all tells of each');
    expect(lines.filter((line) => line.endsWith('(no-acceptance)'))).toHaveLength(1);
  });

  it('are each told where all are asked for, and in JSON', () => {
    const lines = checkReportText(checked, { all: true }).split('\n');

    expect(lines.filter((line) => line.endsWith('(isolated-task)'))).toHaveLength(25);
    expect(checkReportJson(checked)).toMatchObject({ problems: { length: 26 } });
  });
});

describe('a task of exactly the six hours of a hosted job', () => {
  const text = planOf([{ id: 'A', estimate: '6h' }]);

  it('is done in slices where a slice is shorter', () => {
    expect(check(text, { slice: 120 }).findings[0]?.message).toContain('it is done in 3 runs of at most 2 h');
  });

  it('would be cut off where a slice is as long', () => {
    expect(check(text, { slice: 360 }).findings[0]?.message).toContain('with `slice: 6h` it would be cut off there');
  });
});

describe('JSON', () => {
  it('carries place, rule and figures', () => {
    const json = checkReportJson(check(read('redundant-edges.json')));

    expect(json).toEqual({
      problems: [
        expect.objectContaining({
          severity: 'warning',
          rule: 'redundant-edge',
          file: 'tasks.json',
          line: 6,
          column: 59,
        }),
        expect.objectContaining({ severity: 'warning', rule: 'redundant-edge', line: 7, column: 54 }),
        expect.objectContaining({ severity: 'warning', rule: 'redundant-edge', line: 7, column: 64 }),
      ],
      tasks: 4,
      dependencies: 6,
      work_min: 240,
      critical_path_min: 240,
      critical_path: ['A', 'B', 'C', 'D'],
      agents: [{ agent: 'general-purpose', run: 'claude', model: 'sonnet', tasks: 4, by_default_routes: 0 }],
    });
  });
});
