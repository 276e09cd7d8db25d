import { parseArgs } from 'node:util';
import { shrink } from './shrink.ts';
import type { Profile, SimulationInput } from './simulation.ts';
import { addTo, newTotals, tellStory, tellTotals } from './story.ts';
import { realNow } from './world/virtual-time.ts';
import { ALL_CORES, playWorlds } from './worlds.ts';

const USAGE = `npm run simulate:faults -- --seeds N [--from S] [--profile safety|liveness] [--shrink]

  --seeds N      so many worlds (default 20; with --seconds, as many as there is time for)
  --from S       the first seed (default 1); new: one that nobody has played
  --workers N    threads that play them (default: one for each core; 0: none but this one)
  --profile P    safety: faults to the end; liveness: they stop, and everything has to finish (default: by turns)
  --host H       server or actions (default: the seed draws it)
  --shrink       tell of the first world whose laws are broken in as few words as it takes
  --seconds N    no new world after so long
  --first        end with the first such world
  --planted G    a guard of task runs that is taken out
  --trace        print every request`;

const { values: given } = parseArgs({
  options: {
    ...{
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      workers: { type: 'string' },
      profile: { type: 'string' },
    },
    ...{
      host: { type: 'string' },
      shrink: { type: 'boolean' },
      first: { type: 'boolean' },
      planted: { type: 'string' },
    },
    ...{
      trace: { type: 'boolean' },
      help: { type: 'boolean' },
      seconds: { type: 'string', default: 'Infinity' },
    },
  },
});

/** Far above any that somebody plays by hand. */
const MAX_NEW_SEED = 2 ** 40;

async function main(): Promise<void> {
  const seconds = Number(given.seconds);
  const seeds = Number(given.seeds ?? (Number.isFinite(seconds) ? Number.MAX_SAFE_INTEGER : 20));
  const from = given.from === 'new' ? Math.floor(Math.random() * MAX_NEW_SEED) : Number(given.from);
  const workers = given.trace ? 0 : Number(given.workers ?? ALL_CORES);
  const isRight =
    Number.isInteger(seeds) &&
    Number.isInteger(from) &&
    Number.isInteger(workers) &&
    ['safety', 'liveness', undefined].includes(given.profile) &&
    ['server', 'actions', undefined].includes(given.host);
  if (given.help || !isRight) {
    console.log(USAGE);
    process.exitCode = given.help ? 0 : 2;
    return;
  }
  if (given.from === 'new') console.log(`the first seed is ${from}`);
  const totals = newTotals();
  const began = realNow();
  const processor = process.cpuUsage();
  let broken = 0;
  for await (const end of playWorlds({ from, seeds, seconds, workers, inputOf })) {
    addTo(totals, end);
    if (end.violations.length === 0) continue;
    broken += 1;
    const isShrunk = given.shrink && broken === 1;
    console.log(tellStory(isShrunk ? await shrink(inputOf(end.seed), end) : { ...end, occurrences: [] }));
    if (given.first) break;
  }
  const minutes = (realNow() - began) / 60_000;
  const { user, system } = process.cpuUsage(processor);
  const each = (user + system) / 1_000_000 / totals.seeds;
  console.log(tellTotals(totals));
  console.log(`${(totals.seeds / minutes).toFixed(1)} worlds a minute, ${each.toFixed(2)} s of processor time each`);
  console.log(`${totals.seeds} worlds, ${broken} violations`);
  if (broken > 0) process.exitCode = 1;
}

function inputOf(seed: number): SimulationInput {
  const profile = (given.profile ?? (seed % 2 === 0 ? 'liveness' : 'safety')) as Profile;
  const host = given.host as 'server' | 'actions' | undefined;
  const planted = new Set(given.planted?.split(',') ?? []);
  return { seed, profile, planted, isTraced: given.trace === true, ...(host ? { host } : {}) };
}

await main();
