import { type RunnerTestCase, TestRunner, type TestTryOptions } from 'vitest';
import { STRYKER, TESTS } from './recorded.ts';

/** Runs each test as vitest does, and remembers which changes it reaches. */
export default class RecordingRunner extends TestRunner {
  override onBeforeTryTask(test: RunnerTestCase, options: TestTryOptions): void {
    super.onBeforeTryTask(test, options);
    STRYKER.currentTestId = 'now';
    STRYKER.mutantCoverage.perTest = {};
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    await super.onAfterRetryTask(test, options);
    STRYKER.currentTestId = undefined;
    // What measures how long something takes would notice a busy machine.
    if (test.result?.state !== 'pass' || test.name.includes('in a moment')) return;
    const reached = Object.entries(STRYKER.mutantCoverage.perTest.now ?? {}).map(
      ([id, hits]) => [Number(id), hits] as const,
    );
    if (reached.length === 0) return;
    for (const [id, hits] of reached) STRYKER.mostHits[id] = Math.max(hits, STRYKER.mostHits[id] ?? 0);
    TESTS.push({ test, ids: Int32Array.from(reached, ([id]) => id) });
  }
}
