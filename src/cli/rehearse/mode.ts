import type { Config } from '../../plan/config.ts';
import { formatMinutes } from '../../plan/estimate.ts';
import type { Plan } from '../../plan/plan.ts';

/** What a person asks of a rehearsal beyond its plan; what is undefined is as the folder has it. */
export interface Wishes {
  readonly landing?: Config['landing'];
  readonly base?: string;
  /** Minutes of plan time. */
  readonly slice?: number;
  readonly checkpoint?: Config['checkpoint'];
  readonly isolation?: Config['isolation'];
  readonly maxParallel?: number;
  readonly protectDefault: boolean;
  readonly killEvery?: number;
  readonly hardened: boolean;
  readonly host: Host;
}

/** What makes the passes: the app on a server, or jobs of the repository. */
export const HOSTS = ['server', 'actions'] as const;

export type Host = (typeof HOSTS)[number];

/** How a rehearsal ran, as report.json says it. */
export interface Mode {
  readonly landing: Config['landing'];
  readonly base: string;
  readonly protect_default: boolean;
  /** Longest that an agent works in one run, in minutes of plan time. */
  readonly slice_min: number;
  readonly checkpoint: Config['checkpoint'];
  /** Who agents and checks run as. */
  readonly isolation: Config['isolation'];
  /** The runner of every so manyth task is killed once; null: of none. */
  readonly kill_every: number | null;
  readonly hardened: boolean;
  readonly host: Host;
}

export function modeOf(wishes: Wishes, config: Config): Mode {
  return {
    landing: wishes.landing ?? config.landing,
    base: wishes.base ?? config.base,
    protect_default: wishes.protectDefault,
    slice_min: wishes.slice ?? config.slice,
    checkpoint: wishes.checkpoint ?? config.checkpoint,
    isolation: wishes.isolation ?? config.isolation,
    kill_every: wishes.killEvery ?? null,
    hardened: wishes.hardened,
    host: wishes.host,
  };
}

/** One line for people. */
export function describeMode(mode: Mode): string {
  const parts = [
    `landing ${mode.landing}`,
    `base ${mode.base}`,
    mode.protect_default && 'default branch protected',
    `runs of at most ${formatMinutes(mode.slice_min)}`,
    `checkpoints in ${mode.checkpoint}`,
    mode.isolation !== 'none' && 'agents as a user of their own',
    mode.kill_every !== null && `the runner of every ${ordinal(mode.kill_every)} task killed`,
    mode.hardened && 'hardened workflow',
    mode.host === 'actions' && 'without a server',
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** As whom a rehearsal runs what it runs on this machine. */
export function describeUsers({ isolation }: Pick<Mode, 'isolation'>): string {
  return isolation === 'user' ? 'the workflow as you, checks and agent as other users of this machine' : 'as you';
}

function ordinal(count: number): string {
  const [last, lastTwo] = [count % 10, count % 100];
  if (last === 1 && lastTwo !== 11) return count === 1 ? 'single' : `${count}st`;
  if (last === 2 && lastTwo !== 12) return `${count}nd`;
  return last === 3 && lastTwo !== 13 ? `${count}rd` : `${count}th`;
}

/** Faster than this the scripted agent never has to be. */
const FULL_SPEED = 36_000;

/** What a slice, or the work of a killed agent, takes at least, in seconds: an agent also has to start. */
const SHOWN_FOR = 2;

/** How many times faster than estimated the agent works where nobody says: slower where its interruption is to be seen. */
export function defaultSpeed({ slice, killEvery }: Wishes, plan: Plan): number {
  const minutes = [slice, killEvery === undefined ? undefined : meanMinutes(plan)];
  const speeds = minutes.flatMap((one) => (one === undefined ? [] : [(one * 60) / SHOWN_FOR]));
  return Math.floor(Math.min(FULL_SPEED, ...speeds));
}

/** The start of a program is not compressed: in minutes, a part of every slice. */
const START = 0.5 / 60;

/** Checkpoints in the mean time of a task, and the shortest pause between two, in minutes. */
const CHECKPOINTS = 5;
const SHORTEST = 0.005;

/**
 * What is written into the configuration of the rehearsed repository.
 *
 * @param speed How many times faster than estimated the agent works: its slices and checkpoints are as much shorter.
 */
export function configChanges(
  wishes: Wishes,
  { config, plan, speed }: { readonly config: Config; readonly plan: Plan; readonly speed: number },
): Readonly<Record<string, unknown>> {
  const { landing, base, slice, checkpoint, maxParallel, killEvery } = wishes;
  const interrupted = slice !== undefined || checkpoint !== undefined || killEvery !== undefined;
  const interval = Math.max(SHORTEST, meanMinutes(plan) / speed / CHECKPOINTS);
  return defined({
    landing,
    base,
    checkpoint,
    slice: slice === undefined ? undefined : rounded(slice / speed + (speed === 1 ? 0 : START)),
    checkpoint_every: interrupted && speed !== 1 ? rounded(Math.min(interval, config.checkpoint_every)) : undefined,
    max_parallel: maxParallel,
  });
}

function meanMinutes({ tasks }: Plan): number {
  return tasks.reduce((sum, { minutes }) => sum + minutes, 0) / tasks.length;
}

function rounded(minutes: number): number {
  return Math.round(minutes * 1e6) / 1e6;
}

function defined(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
