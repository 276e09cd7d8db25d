import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** When the steps of one run began and ended, whichever of its jobs they were in. Moments are epoch milliseconds. */
export interface RunTimings {
  readonly run: number;
  readonly began: number;
  readonly claimed: number | undefined;
  readonly reported: number | undefined;
  /** Step name to milliseconds. */
  readonly steps: ReadonlyMap<string, number>;
}

const stepTiming = z.object({
  name: z.string(),
  within: z.array(z.string()).default([]),
  outcome: z.string(),
  started: z.number(),
  ended: z.number(),
});

export type StepTiming = Readonly<z.infer<typeof stepTiming>>;

/** Reads what the runner wrote down of every run. @param folder A folder for each run, with one for each of its jobs. */
export async function readRunTimings(folder: string): Promise<readonly RunTimings[]> {
  const runs: RunTimings[] = [];
  for (const run of await readdir(folder).catch(() => [])) {
    const all: StepTiming[] = [];
    for (const job of await readdir(join(folder, run))) {
      const text = await readFile(join(folder, run, job, 'steps.json'), 'utf8').catch(() => '[]');
      all.push(...z.array(stepTiming).parse(JSON.parse(text)));
    }
    const steps = all.filter(({ outcome }) => outcome !== 'skipped').sort((a, b) => a.started - b.started);
    const [first] = steps;
    if (!first) continue;
    runs.push({
      run: Number(run),
      began: first.started,
      claimed: steps.find(({ name }) => name === 'Claim the task')?.ended,
      reported: steps.findLast(({ name }) => name === 'Report')?.started,
      steps: durations(steps),
    });
  }
  return runs;
}

/** Milliseconds by name: jobs of one run may have steps of the same name. */
function durations(steps: readonly StepTiming[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { name, started, ended } of steps) sums.set(name, (sums.get(name) ?? 0) + ended - started);
  return sums;
}
