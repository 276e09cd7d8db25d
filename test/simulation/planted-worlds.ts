import { type SimulationInput, simulate } from './simulation.ts';
import { FAULTS, type FaultKind } from './world/fault-mix.ts';
import { realNow } from './world/virtual-time.ts';

/** Worlds of consecutive seeds, each with much of what brings a bug out, until a law is broken in one. Prints one line. */
const [from = '1', seeds = '2000', seconds = '600', kinds = '', planted = ''] = process.argv.slice(2);
const much = (Object.keys(FAULTS) as FaultKind[]).filter((kind) => kinds.split(',').includes(kind));
const until = realNow() + 1_000 * Number(seconds);
const end = Number(from) + Number(seeds);

async function play(seed: number): Promise<string | undefined> {
  const profile: SimulationInput['profile'] = seed % 2 === 0 ? 'liveness' : 'safety';
  const { violations } = await simulate({ seed, profile, host: 'server', much, planted: new Set(planted.split(',')) });
  const [first] = violations;
  return first && `by law ${first.law}: ${first.what}`;
}

let seed = Number(from);
let found: string | undefined;
for (; seed < end && found === undefined && realNow() < until; seed++) found = await play(seed);
const worlds = seed - Number(from);
console.log(
  found === undefined ? `NOT FOUND in ${worlds} worlds` : `found in ${worlds} worlds, at seed ${seed - 1}, ${found}`,
);
