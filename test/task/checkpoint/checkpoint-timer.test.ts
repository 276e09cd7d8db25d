import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SaveOutcome, startCheckpointTimer } from '../../../src/task/checkpoint/checkpoint-timer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function said(): string {
  return vi
    .mocked(process.stdout.write)
    .mock.calls.map(([text]) => String(text))
    .join('');
}

test('saves once per interval, and no more once it is stopped', async () => {
  const save = vi.fn(async (): Promise<SaveOutcome> => 'kept');
  const keeper = startCheckpointTimer({ save, everyMs: 1_000 });

  await vi.advanceTimersByTimeAsync(3_500);
  await keeper.stop();
  await vi.advanceTimersByTimeAsync(10_000);

  expect(save).toHaveBeenCalledTimes(3);
});

test('a save that takes longer than the interval is not joined by another', async () => {
  let running = 0;
  let most = 0;
  const save = vi.fn(async (): Promise<SaveOutcome> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    running--;
    return 'kept';
  });
  const keeper = startCheckpointTimer({ save, everyMs: 1_000 });

  await vi.advanceTimersByTimeAsync(1_100);
  const asked = keeper.save();
  await vi.advanceTimersByTimeAsync(10_000);
  await asked;
  const stopped = keeper.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  await stopped;

  expect(most).toBe(1);
});

test('a failure is told once and costs nothing else', async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const save = vi.fn(async (): Promise<SaveOutcome> => {
    throw new Error('the remote is away');
  });
  const keeper = startCheckpointTimer({ save, everyMs: 1_000 });

  await vi.advanceTimersByTimeAsync(5_500);
  await keeper.save();
  await keeper.stop();

  expect(save).toHaveBeenCalledTimes(6);
  expect(said()).toBe('checkpoint: the remote is away; not saved now, tried again later\n');
});

test('a run that was replaced saves no more', async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const save = vi.fn(async (): Promise<SaveOutcome> => 'superseded');
  const keeper = startCheckpointTimer({ save, everyMs: 1_000 });

  await vi.advanceTimersByTimeAsync(5_500);
  await keeper.stop();

  expect(save).toHaveBeenCalledTimes(1);
});
