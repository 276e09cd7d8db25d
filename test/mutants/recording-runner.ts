import { type RunnerTestCase, TestRunner, type TestTryOptions } from 'vitest';
import { STRYKER, TESTS } from './recorded.ts';

/** Runs each test as vitest does, and remembers which changes it reaches. */
export default class RecordingRunner extends TestRunner {
  override onBeforeTryTask(test: RunnerTestCase, options: TestTryOptions): void {
    super.onBeforeTryTask(test, options);
    STRYKER.currentTestId = 'now';
    STRYKER.hits.fill(0);
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    await super.onAfterRetryTask(test, options);
    STRYKER.currentTestId = undefined;
    // What measures how long something takes would notice a busy machine.
    if (test.result?.state !== 'pass' || test.name.includes('in a moment')) return;
    const ids: number[] = [];
    STRYKER.hits.forEach((hits, id) => {
      if (hits === 0) return;
      ids.push(id);
      STRYKER.mostHits[id] = Math.max(hits, STRYKER.mostHits[id] ?? 0);
    });
    if (ids.length > 0) TESTS.push({ test, ids: Int32Array.from(ids) });
  }
}
