import { expect, test } from 'vitest';
import { job, run } from '../support/run.ts';

const [major] = process.versions.node.split('.');

function steps(inputs: string): string {
  return job(`
- { name: set up, id: node, uses: actions/setup-node@v7, with: { ${inputs} } }
- { name: look, shell: bash, run: 'echo "\${{ steps.node.outputs.node-version }}"; node --version' }
`);
}

test('takes the Node of this machine, and says which one that is', async () => {
  const { conclusion, read } = await run(steps(`node-version: ${major}, package-manager-cache: false`));

  expect(conclusion()).toBe('success');
  expect(read('build/02-look.log')).toContain(`v${process.versions.node}\nv${process.versions.node}\n`);
  expect(read('build/01-set-up.log')).not.toContain('##[warning]');
});

test('takes the Node that runs this program where another one comes first and that one is asked for', async () => {
  const { conclusion, read } = await run(
    job(`
- name: old
  shell: bash
  run: |
    mkdir "$RUNNER_TEMP/old" && cd "$RUNNER_TEMP/old"
    printf '#!/bin/sh\\necho v8.0.0\\n' > node && chmod +x node
    pwd >> "$GITHUB_PATH"
- { name: before, shell: bash, run: node --version }
- { name: set up, uses: actions/setup-node@v7, with: { node-version: ${major} } }
- { name: after, shell: bash, run: node --version }
`),
  );

  expect(conclusion()).toBe('success');
  expect(read('build/02-before.log')).toContain('v8.0.0\n');
  expect(read('build/03-set-up.log')).not.toContain('##[warning]');
  expect(read('build/04-after.log')).toContain(`v${process.versions.node}\n`);
});

test('warns where another major version is asked for', async () => {
  const { conclusion, read } = await run(steps('node-version: 8'));

  expect(conclusion()).toBe('success');
  expect(read('build/01-set-up.log')).toContain('##[warning]Node 8 is asked for');
});

test.each([
  ['node-version-file: .nvmrc', "'node-version-file: .nvmrc'"],
  ['cache: npm', "'cache: npm'"],
  ['node-version: lts/*', "'node-version: lts/*'"],
])('refuses %s by name', async (inputs, said) => {
  const { conclusion, read } = await run(steps(inputs));

  expect(conclusion()).toBe('failure');
  expect(read('build/01-set-up.log')).toContain(`does not support ${said}`);
});
