import { beforeEach, expect, it, vi } from 'vitest';
import { mulberry32 } from '../../../../../src/planning/simulate/mulberry32.ts';
import { CALM, SOUND } from '../../../../support/train/draw-course.ts';
import { toItsEnd } from '../../../../support/train/train-laws.ts';

const COURSES = 60;
const TASKS = 16;

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

it.each([
  { within: 200, failing: 0, mean: 1 },
  { within: 200, failing: 0.1, mean: 1.3 },
  { within: 200, failing: 0.3, mean: 1.9 },
  { within: 0, failing: 0, mean: 1 },
  { within: 0, failing: 0.1, mean: 2 },
  { within: 0, failing: 0.3, mean: 3.5 },
])(
  'of 16 works that come within $within s and of which $failing fail, those that land are verified $mean times at most on average',
  async ({ within, failing, mean }) => {
    const counts: number[] = [];
    for (let seed = 1; seed <= COURSES; seed++)
      counts.push(...(await verificationsOfLandings({ within, failing, seed })));

    counts.sort((one, other) => one - other);
    const found = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const p95 = counts[Math.floor(counts.length * 0.95)];
    console.info(
      `${counts.length} landings within ${within} s, ${100 * failing} % failures: verifications a landing: mean ${found.toFixed(2)}, p95 ${p95}, max ${counts.at(-1)}`,
    );
    expect(found).toBeLessThanOrEqual(mean);
    expect(counts.at(-1)).toBeLessThanOrEqual(5);
  },
);

async function verificationsOfLandings({
  within,
  failing,
  seed,
}: {
  readonly within: number;
  readonly failing: number;
  readonly seed: number;
}): Promise<readonly number[]> {
  const random = mulberry32(seed);
  const tasks = Array.from({ length: TASKS }, (_, index) => ({
    ...SOUND,
    issue: index + 1,
    arrives: within * random(),
    broken: random() < failing,
  }));
  const { remote, verifications, ends } = await toItsEnd({ ...CALM, seed, tasks });
  expect(ends).toHaveLength(TASKS);
  return remote.landings.map(({ issue }) => verifications.filter((verified) => verified.issue === issue).length);
}
