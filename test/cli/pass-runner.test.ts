import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withPassRunner } from '../../src/cli/pass-runner.ts';

const read = (name: string) => readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
const runners = (text: string) => [...text.matchAll(/runs-on: (.*)$/gm)].map(([, runner]) => runner);

it.each(['agent-waves.yml', 'agent-waves-clock.yml'])(
  'the job of %s moves to the runner that the configuration names',
  (name) => {
    expect(runners(withPassRunner(read(name), 'self-hosted'))).toEqual(['self-hosted']);
  },
);

it('of a task’s workflow the last job alone moves', () => {
  expect(runners(withPassRunner(read('agent-task.yml'), 'ubuntu-24.04-arm'))).toEqual([
    'ubuntu-latest',
    'ubuntu-24.04-arm',
  ]);
});
