import { expect, type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest';
import type { RecordedTest } from './recorded.ts';

/** What tests register while they run. */
type Finishing = RunnerTestCase & { onFinished?: ((context: object) => unknown)[] | undefined };

/** Once more what vitest does for a test, without its file's `beforeAll` and `afterAll`. @throws Where it fails. */
export async function replay({ test }: RecordedTest): Promise<void> {
  const suites = suitesOf(test.suite ?? test.file);
  const running: Finishing = test;
  const undo: (() => unknown)[] = [];
  Object.assign(running, { onFinished: undefined });
  try {
    expect.setState({ testPath: test.file.filepath, currentTestName: test.fullName, assertionCalls: 0 });
    for (const suite of suites)
      for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) {
        const after: unknown = await hook(test.context, suite);
        if (typeof after === 'function') undo.push(() => after());
      }
    await TestRunner.getTestFn(test)();
  } finally {
    for (const suite of suites.toReversed())
      for (const hook of TestRunner.getSuiteHooks(suite).afterEach) await hook(test.context, suite);
    for (const each of undo.reverse()) await each();
    for (const each of running.onFinished ?? []) await each(test.context);
  }
}

/** Outermost first. */
function suitesOf(suite: RunnerTestSuite): readonly RunnerTestSuite[] {
  if (suite.suite) return [...suitesOf(suite.suite), suite];
  return suite.file === suite ? [suite] : [suite.file, suite];
}
