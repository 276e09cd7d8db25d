import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/plan/config.ts';
import { formatProblem } from '../../src/plan/load.ts';
import { unsupportedSettings } from '../../src/plan/unsupported.ts';

describe('settings that this version cannot act on', () => {
  it.each(['', 'landing: push\n', 'landing: review\n', 'base: agent-waves/{plan}\n', 'checkpoint: redis\n'])(
    'are none in a configuration that says "%s"',
    (text) => {
      expect(problemsOf(text)).toEqual([]);
    },
  );

  it.each([['budget: { plan: { usd: 5 } }', /does not watch spending/]])(
    '%s is refused on its line',
    (setting, message) => {
      const [problem, ...rest] = problemsOf(
        `max_parallel: 4\n${setting}\n${setting.startsWith('landing') ? '' : 'landing: push\n'}`,
      );

      expect(rest).toEqual([]);
      expect(problem).toMatch(/^agent-waves\.yml:2:1: /);
      expect(problem).toMatch(message);
    },
  );
});

function problemsOf(text: string): readonly string[] {
  const loaded = loadConfig({ file: 'agent-waves.yml', text });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return unsupportedSettings(loaded.config, { file: 'agent-waves.yml', text }).map(formatProblem);
}
