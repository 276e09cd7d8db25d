import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';

// Vitest's own keeps a state for each file, which is gone when a test is run again after its file.
expect.extend({
  toMatchFileSnapshot(received: string, path: string) {
    const expected = readFileSync(resolve(dirname(String(this.testPath)), path), 'utf8');
    return { pass: received === expected, message: () => `${path} differs` };
  },
});

// The same draws for each change, and few. Nobody reads how a law was broken by one: no shorter course is looked for.
fc.configureGlobal({ seed: 20_261_128, numRuns: 20, endOnFailure: true });
