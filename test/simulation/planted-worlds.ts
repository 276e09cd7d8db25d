import { PLANTED_BUGS } from './planted-bugs.ts';
import { type SimulationInput, simulate } from './simulation.ts';
import { realNow } from './world/virtual-time.ts';

/** Worlds of consecutive seeds, each full of what brings a bug out, until a law is broken in one. Prints one line. */
const [from = '1', seeds = '2000', seconds = '600', against = '', isControl = ''] = process.argv.slice(2);
const bug = PLANTED_BUGS.find((each) => each.against === against);
if (!bug) throw new Error(`no bug is planted against ${against}`);
const until = realNow() + 1_000 * Number(seconds);
const end = Number(from) + Number(seeds);
const planted = new Set('run' in bug ? (isControl ? [] : [bug.run]) : bug.second === undefined ? [] : [bug.second]);

async function play(seed: number): Promise<string | undefined> {
  const profile: SimulationInput['profile'] = seed % 2 === 0 ? 'liveness' : 'safety';
  const { violations } = await simulate({ seed, profile, host: 'server', bias: bug?.world ?? {}, planted });
  const [first] = violations;
  return first && `by law ${first.law}: ${first.what}`;
}

const processor = process.cpuUsage();
let seed = Number(from);
let found: string | undefined;
for (; seed < end && found === undefined && realNow() < until; seed++) found = await play(seed);
const { user, system } = process.cpuUsage(processor);
const effort = `${seed - Number(from)} worlds and ${((user + system) / 1_000_000).toFixed(0)} s of processor time`;
console.log(found === undefined ? `NOT FOUND in ${effort}` : `found in ${effort}, at seed ${seed - 1}, ${found}`);
