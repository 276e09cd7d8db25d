import { parseArgs } from 'node:util';
import { shrink } from './shrink.ts';
import { type Profile, simulate } from './simulation.ts';
import { addTo, newTotals, tellStory, tellTotals } from './story.ts';
import { realNow } from './world/virtual-time.ts';

const USAGE = `npm run simulate:faults -- --seeds N [--from S] [--profile safety|liveness] [--shrink]

  --seeds N      so many worlds (default 20)
  --from S       the first seed (default 1)
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
      seeds: { type: 'string', default: '20' },
      from: { type: 'string', default: '1' },
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

async function main(): Promise<void> {
  const [seeds, from] = [Number(given.seeds), Number(given.from)];
  const isRight =
    Number.isInteger(seeds) &&
    Number.isInteger(from) &&
    ['safety', 'liveness', undefined].includes(given.profile) &&
    ['server', 'actions', undefined].includes(given.host);
  if (given.help || !isRight) {
    console.log(USAGE);
    process.exitCode = given.help ? 0 : 2;
    return;
  }
  const totals = newTotals();
  const began = realNow();
  let broken = 0;
  for (let seed = from; seed < from + seeds && realNow() - began < Number(given.seconds) * 1_000; seed++) {
    const profile = (given.profile ?? (seed % 2 === 0 ? 'liveness' : 'safety')) as Profile;
    const host = given.host as 'server' | 'actions' | undefined;
    const input = {
      seed,
      profile,
      planted: new Set(given.planted?.split(',') ?? []),
      isTraced: given.trace === true,
      ...(host ? { host } : {}),
    };
    const end = await simulate(input);
    addTo(totals, end);
    if (end.violations.length === 0) continue;
    broken += 1;
    console.log(tellStory(given.shrink && broken === 1 ? await shrink(input, end) : { ...end, occurrences: [] }));
    if (given.first) break;
  }
  const minutes = (realNow() - began) / 60_000;
  console.log(tellTotals(totals));
  console.log(`${broken} of them broken; ${(totals.seeds / minutes).toFixed(1)} worlds a minute`);
  if (broken > 0) process.exitCode = 1;
}

await main();
