import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { COUNT } from './recorded.ts';
import { OUT } from './tried.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HERE = `${ROOT}test/mutants`;
const sources = new Map<string, string>(JSON.parse(readFileSync(`${ROOT}${OUT.sources}`, 'utf8')));
const [tests = [], leftOut = []] = [process.env.MUTANTS_TESTS, process.env.MUTANTS_LEFT_OUT].map((names) =>
  names?.split(' '),
);

/** All changes are tried once every test has run and is known. */
class TryLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification) => Number(moduleId === `${HERE}/try-each.ts`);
    return files.sort((a, b) => isLast(a) - isLast(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

export default defineConfig({
  root: ROOT,
  plugins: [
    {
      name: 'instrumented',
      enforce: 'pre',
      load: (id) => sources.get(id)?.replace('function cover() {', `function cover() { ${COUNT}`),
    },
  ],
  test: {
    include: [...tests, 'test/mutants/try-each.ts'],
    exclude: leftOut,
    // One process, in which everything is loaded once.
    isolate: false,
    // What is kept on disk is known by the source as it was before it was instrumented.
    fsModuleCache: false,
    maxWorkers: 1,
    pool: 'forks',
    runner: `${HERE}/recording-runner.ts`,
    setupFiles: [`${HERE}/in-one-process.ts`],
    sequence: { sequencer: TryLast },
    testTimeout: 30 * 60_000,
  },
});
