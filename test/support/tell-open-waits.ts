import { afterAll, beforeEach } from 'vitest';
import { endOpenWaits } from './waiting.ts';

/** A test that vitest's limit ends says what it waited for. */
beforeEach(({ onTestFailed }) => {
  onTestFailed(async ({ task }) => {
    const waits = await endOpenWaits();
    if (waits !== '') for (const error of task.result?.errors ?? []) error.message += `\n${waits}`;
  });
});

// A hook that the limit ends fails no test: its waits are still open when the file is over.
afterAll(async () => {
  const waits = await endOpenWaits();
  if (waits !== '') console.error(waits);
});
