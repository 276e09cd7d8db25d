import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/plan/config.ts';
import { formatProblem } from '../../src/plan/load.ts';
import { unsupportedSettings } from '../../src/plan/unsupported.ts';

describe('settings that this version cannot act on', () => {
  it('are none in a configuration that lands by push', () => {
    expect(problemsOf('landing: push\n')).toEqual([]);
  });

  it('are refused where the default is one of them', () => {
    expect(problemsOf('')).toEqual(['agent-waves.yml:1:1: this version lands work by push alone; set `landing: push`']);
  });

  it.each([
    ['base: agent-waves/{plan}', /base: default/],
    ['landing: review', /landing: push/],
    ['review: code-reviewer', /review: off/],
    ['checkpoint: redis', /no Redis/],
    ['budget: { plan: { usd: 5 } }', /does not watch spending/],
  ])('%s is refused on its line', (setting, message) => {
    const [problem, ...rest] = problemsOf(
      `max_parallel: 4\n${setting}\n${setting.startsWith('landing') ? '' : 'landing: push\n'}`,
    );

    expect(rest).toEqual([]);
    expect(problem).toMatch(/^agent-waves\.yml:2:1: /);
    expect(problem).toMatch(message);
  });
});

function problemsOf(text: string): readonly string[] {
  const loaded = loadConfig({ file: 'agent-waves.yml', text });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return unsupportedSettings(loaded.config, { file: 'agent-waves.yml', text }).map(formatProblem);
}
