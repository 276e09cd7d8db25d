import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '..');
const EXAMPLE = join(PACKAGE, 'examples', 'first-steps.ts');
const NODE = join(PACKAGE, '..', '..', 'node_modules', '.bin', 'node');

test('the README shows the example that runs', () => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');

  expect(readme).toContain(`\`\`\`ts\n${readFileSync(EXAMPLE, 'utf8')}\`\`\``);
});

test('the example prints what the README says, and speaks to this machine alone', async () => {
  const guard = join(import.meta.dirname, 'support', 'loopback-only.mjs');

  const { stdout, stderr } = await promisify(execFile)(NODE, ['--import', guard, EXAMPLE]);

  expect(stdout).toBe("[ '#1 Oil the mill: closed' ]\n");
  expect(stderr).toBe('');
});
