import { parseArgs } from 'node:util';
import { type SimulationEnd, simulate } from './simulation.ts';
import { tellStory } from './story.ts';
import { realNow } from './world/virtual-time.ts';

const USAGE = `npm run simulate:kills -- [--host server|actions] [--seed S] [--from R] [--to R] [--step N] [--seconds N]

One world of twelve tasks for each request of whatever makes passes: the process is killed right after that request was
carried out and before it heard the answer, and nothing else goes wrong. Everything has to converge to the same end.

  --host H       default: one after the other
  --seed S       whose plan it is (default 1)
  --from, --to   requests, counted over all processes of the world (default: the first to the last)
  --step N       each Nth request (default 1)
  --seconds N    no new world after so long`;

type Host = 'server' | 'actions';

/**
 * A process that is killed before a request leaves GitHub as the one that is killed after the request before, so that
 * one moment for each request is all there is.
 */
export function killAfter(request: number, { seed, host }: { readonly seed: number; readonly host: Host }) {
  return simulate({ seed, profile: 'liveness', host, killAt: { request, moment: 'after' }, hours: 24 });
}

/** What every one of these worlds has to come to. @returns What is wrong in words; undefined: nothing. */
export function unlikeOthers(end: SimulationEnd, tasks: number): string | undefined {
  if (end.violations.length > 0) return tellStory(end);
  return end.landed === tasks ? undefined : `${end.landed} landings of ${tasks} tasks`;
}

const TASKS = 12;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '1' },
      to: { type: 'string', default: 'Infinity' },
      step: { type: 'string', default: '1' },
      seconds: { type: 'string', default: 'Infinity' },
      help: { type: 'boolean' },
    },
  });
  const { host, help } = values;
  const [seed, from, to, step, seconds] = [values.seed, values.from, values.to, values.step, values.seconds].map(
    Number,
  );
  const isRight = [seed, from, step].every((each) => Number.isInteger(each) && Number(each) > 0);
  if (help || !isRight || ![undefined, 'server', 'actions'].includes(host)) {
    console.log(USAGE);
    process.exitCode = help ? 0 : 2;
    return;
  }
  const hosts = host === undefined ? (['server', 'actions'] as const) : [host as Host];
  for (const each of hosts)
    await killAll({ host: each, ...({ seed, from, to, step, seconds } as Omit<Range, 'host'>) });
}

interface Range {
  readonly host: Host;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly seconds: number;
}

async function killAll({ host, seed, from, to, step, seconds }: Range): Promise<void> {
  const began = realNow();
  let worlds = 0;
  let broken = 0;
  let request = from;
  let isWhole = false;
  for (; request <= to && realNow() - began < seconds * 1_000; request += step) {
    const end = await killAfter(request, { seed, host });
    if (end.kills === 0) {
      isWhole = true;
      break;
    }
    worlds += 1;
    const wrong = unlikeOthers(end, TASKS);
    if (wrong === undefined) continue;
    broken += 1;
    console.log(`${host}, killed after request ${request}: ${wrong}`);
  }
  const range = `requests ${from} to ${request - step}${step === 1 ? '' : `, each ${step}`}`;
  const rest = isWhole ? 'there are no more' : 'there may be more';
  console.log(`${host}: killed after ${range} (${rest}): ${worlds} worlds, ${broken} did not come to the same end`);
  if (broken > 0) process.exitCode = 1;
}

if (import.meta.main) await main();
