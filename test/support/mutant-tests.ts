import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mutation, makeMutant } from './mutant.ts';

/** A guard of the product, and the test that fails where it is taken out. */
export interface TestedGuard extends Mutation {
  readonly against: string;
  /** Path from the root of the repository. */
  readonly test: string;
  /** What the test is called, or how its name begins; its `describe` may be left out. */
  readonly named: string;
  /** Milliseconds after which a test that hangs has failed. */
  readonly within?: number;
}

export interface TestsOfMutant {
  readonly failed: readonly string[];
  readonly passed: readonly string[];
}

/** A test that is merely slow has not failed. */
const LAST_RESORT = 5 * 60_000;

/** The product's own settings, less the projects. */
const configOf = (within: number) => `export default {
  cacheDir: './out/vite',
  test: {
    testTimeout: ${within},
    hookTimeout: ${within},
    server: { deps: { inline: [/@actions\\/(workflow-parser|expressions)/] } },
  },
};
`;

/** Another vitest in a copy of the product with the guard taken out: only there do all of its files import the copy. */
export async function testsOfMutant(
  guard: Mutation & Pick<TestedGuard, 'test' | 'within'> & { readonly named?: string },
  copied: readonly string[],
): Promise<TestsOfMutant> {
  const { folder, remove } = await makeMutant(guard, copied);
  try {
    await writeFile(join(folder, 'vitest.config.mjs'), configOf(guard.within ?? LAST_RESORT));
    const report = join(folder, 'report.json');
    const only = guard.named === undefined ? [] : ['--testNamePattern', escaped(guard.named)];
    const args = ['run', guard.test, ...only, '--reporter=json', `--outputFile=${report}`];
    const output = await run(folder, [join(folder, 'node_modules/vitest/vitest.mjs'), ...args]);
    const text = await readFile(report, 'utf8').catch(() => '');
    if (text === '') throw new Error(`vitest left no report: ${output}`);
    const { testResults } = JSON.parse(text) as Report;
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const names = (status: string) => tests.filter((each) => each.status === status).map(({ title }) => title);
    return { failed: names('failed'), passed: names('passed') };
  } finally {
    await remove();
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function run(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
