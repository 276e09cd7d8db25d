import type { FaultMix } from './fault-mix.ts';
import type { Random } from './random.ts';
import type { Town } from './town.ts';

/** What the embedded GitHub itself does wrong. */
export function injectIntoTown({ github }: Town, mix: FaultMix, random: Random): void {
  const lost = (what: object) =>
    mix.happens('dispatch without a run', () => `a dispatch was taken and no run came of it: ${JSON.stringify(what)}`);
  const twice = (what: object) =>
    mix.happens('dispatch with two runs', () => `two runs came of one dispatch: ${JSON.stringify(what)}`);
  const count = Number.POSITIVE_INFINITY;
  github.faults.push({
    on: 'dispatch',
    runs: 0,
    count,
    when: ({ inputs }) => inputs.task !== undefined && lost(inputs),
  });
  github.faults.push({
    on: 'dispatch',
    runs: 2,
    count,
    when: ({ inputs }) => inputs.task !== undefined && twice(inputs),
  });
  if (!mix.has('stale read')) return;
  const within = random.between('stale', 2, 60) * 1_000;
  github.faults.push({
    on: 'stale-read',
    within,
    when: ({ actor, route }) =>
      actor !== 'lead' &&
      mix.happens('stale read', () => `${route} of ${actor} was answered as it was ${within / 1_000} s before`),
  });
}
