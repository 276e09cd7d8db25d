import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actionFolder, job, run } from './support/run.ts';

test('a composite action takes inputs and defaults, and gives outputs', async () => {
  const { conclusion, read } = await run(
    job(`
- { id: greet, uses: agent-waves/greet@v1, with: { who: 'the $(team)' } }
- { name: after, env: { SAID: '\${{ steps.greet.outputs.greeting }}' }, run: echo "$SAID" }
`),
  );

  expect(conclusion()).toBe('success');
  expect(read('build/02-after.log')).toContain('hello the $(team)');
  expect(read('build/01.01-run-echo-greeting-hello-who-github-output.log')).toContain(
    'token length 12, inputs in the environment: 0',
  );
});

test('a failure inside a composite action runs its failure() and always() steps and fails the step', async () => {
  const { conclusion, jobs, read } = await run(
    job(`
- { name: first, continue-on-error: true, run: exit 1 }
- { name: greet, uses: agent-waves/greet@v1, with: { break: true }, env: { WHO_OUTSIDE: outside } }
- { name: after, run: echo no }
`),
  );

  const times = JSON.parse(read('build/steps.json')) as { name: string; within: string[]; outcome: string }[];
  expect(conclusion()).toBe('failure');
  expect(jobs[0]?.steps.map((step) => step.conclusion)).toEqual(['success', 'failure', 'skipped']);
  expect(read('build/summary.md')).toBe('failed inside\nreported outside\n');
  expect(times.filter((time) => time.within[0] === 'greet').map((time) => time.outcome)).toEqual([
    ...['success', 'failure', 'skipped', 'success', 'success'],
  ]);
});

test('failure() inside a composite action speaks of the action, not of the job', async () => {
  const { read } = await run(
    job(`
- run: exit 1
- { name: greet, if: failure(), uses: agent-waves/greet@v1 }
`),
  );

  expect(read('build/summary.md')).toBe('reported \n');
});

test('an action of the checkout can use another composite action', async () => {
  const { conclusion, read } = await run(
    job(`
- run: cp -r "$ACTIONS/nested" .
- { id: nested, uses: ./nested }
- { name: after, run: 'echo "\${{ steps.nested.outputs.said }}"' }
`),
    { options: { environment: { ACTIONS: actionFolder } } },
  );

  expect(conclusion()).toBe('success');
  expect(read('build/03-after.log')).toContain('hello nest');
});

test('a composite action that names a secret is refused with its place', async () => {
  const { conclusion, read } = await run(job('- { name: bad, uses: agent-waves/bad@v1 }'), {
    options: { actions: { 'agent-waves/bad': join(actionFolder, 'reads-secret') } },
  });

  expect(conclusion()).toBe('failure');
  expect(read('build/01-bad.log')).toMatch(/agent-waves\/bad@v1\/action.yml \(Line: 7, Col: 12\).*secrets/);
});

test('a JavaScript action gets its inputs as variables', async () => {
  const { conclusion, read } = await run(
    job(`
- { id: hello, uses: agent-waves/hello@v1 }
- { name: after, run: 'echo "\${{ steps.hello.outputs.said }}"' }
`),
  );

  expect(conclusion()).toBe('success');
  expect(read('build/02-after.log')).toContain('hello world');
});

test('an action that is neither carried nor in the checkout fails by name', async () => {
  const { conclusion, read } = await run(job('- { name: absent, uses: ./absent }'));

  expect(conclusion()).toBe('failure');
  expect(read('build/01-absent.log')).toContain("Can't find 'action.yml'");
});
