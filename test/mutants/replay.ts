import { Script } from 'node:vm';
import { expect, type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest';
import type { RecordedTest } from './recorded.ts';

/** What tests register while they run. */
type Finishing = RunnerTestCase & { onFinished?: ((context: object) => unknown)[] | undefined };

/** How long a test may go on without a pause (ms), beside twenty times what it takes: longer is for ever. */
const ENDLESS = 3_000;
const CALL = new Script('globalThis.__replayed__()');

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
    await begin(TestRunner.getTestFn(test), ENDLESS + 20 * (test.result?.duration ?? 0));
  } finally {
    for (const suite of suites.toReversed())
      for (const hook of TestRunner.getSuiteHooks(suite).afterEach) await hook(test.context, suite);
    for (const each of undo.reverse()) await each();
    for (const each of running.onFinished ?? []) await each(test.context);
  }
}

/** Calls it. Nothing but a script's own limit of time ends a loop. @throws Where it goes on for longer than `millis`. */
function begin(run: () => unknown, millis: number): unknown {
  Object.assign(globalThis, { __replayed__: run });
  return CALL.runInThisContext({ timeout: Math.ceil(millis) });
}

/** Outermost first. */
function suitesOf(suite: RunnerTestSuite): readonly RunnerTestSuite[] {
  if (suite.suite) return [...suitesOf(suite.suite), suite];
  return suite.file === suite ? [suite] : [suite.file, suite];
}
