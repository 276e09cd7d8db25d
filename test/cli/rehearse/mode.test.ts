import { describe, expect, it } from 'vitest';
import {
  configChanges,
  defaultSpeed,
  describeMode,
  describeUsers,
  modeOf,
  type Wishes,
} from '../../../src/cli/rehearse/mode.ts';
import { type Config, loadConfig } from '../../../src/plan/config.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import type { Plan } from '../../../src/plan/plan.ts';

const NOTHING: Wishes = { protectDefault: false, hardened: false, host: 'server' };
const config = loadedConfig('landing: push\n');
/** A mean of 4 hours. */
const plan = loadedPlan([120, 360]);

describe('the speed where nobody gives one', () => {
  it.each<[string, Wishes, number]>([
    ['is full without interruptions', NOTHING, 36_000],
    ['lets a slice take two seconds', { ...NOTHING, slice: 120 }, 3_600],
    ['lets the mean task take two seconds where runners are killed', { ...NOTHING, killEvery: 10 }, 7_200],
    ['is the slower of both', { ...NOTHING, slice: 120, killEvery: 10 }, 3_600],
    ['never exceeds full speed', { ...NOTHING, slice: 60_000 }, 36_000],
  ])('%s', (_, wishes, speed) => {
    expect(defaultSpeed(wishes, plan)).toBe(speed);
  });
});

describe('the configuration of the rehearsed repository', () => {
  it('is not touched where nothing is asked for', () => {
    expect(configChanges(NOTHING, { config, plan, speed: 36_000 })).toEqual({});
  });

  it('has slices as much shorter as the work, and room for the start of the agent', () => {
    const { slice } = configChanges({ ...NOTHING, slice: 120 }, { config, plan, speed: 3_600 });

    expect(Number(slice) * 60).toBeCloseTo(2.5, 3);
  });

  it('has five checkpoints in the mean time of a task, and never more than three a second', () => {
    const every = (speed: number) =>
      Number(configChanges({ ...NOTHING, killEvery: 2 }, { config, plan, speed }).checkpoint_every) * 60;

    expect(every(7_200)).toBeCloseTo(0.4, 3);
    expect(every(1_000_000)).toBeCloseTo(0.3, 3);
  });

  it('keeps real time with a real agent', () => {
    const wishes: Wishes = { ...NOTHING, slice: 120, checkpoint: 'redis', landing: 'review', base: 'next' };

    expect(configChanges(wishes, { config, plan, speed: 1 })).toEqual({
      slice: 120,
      checkpoint: 'redis',
      landing: 'review',
      base: 'next',
    });
  });
});

describe('the mode in words', () => {
  it('is what the folder says where nothing is asked for', () => {
    const mode = modeOf(NOTHING, config);

    expect(mode).toEqual({
      landing: 'push',
      base: 'default',
      protect_default: false,
      slice_min: 300,
      checkpoint: 'git',
      isolation: 'user',
      kill_every: null,
      hardened: false,
      host: 'server',
    });
    expect(describeMode(mode)).toBe(
      'landing push, base default, runs of at most 5h, checkpoints in git, agents as a user of their own',
    );
  });

  it('names everything that was asked for', () => {
    const mode = modeOf(
      {
        ...{ landing: 'review', base: 'agent-waves/{plan}', slice: 90, checkpoint: 'redis', killEvery: 3 },
        ...{ protectDefault: true, hardened: true, host: 'actions' },
      },
      config,
    );

    expect(describeMode(mode)).toBe(
      'landing review, base agent-waves/{plan}, default branch protected, runs of at most 1.5h, checkpoints in redis, agents as a user of their own, the runner of every 3rd task killed, hardened workflow, without a server',
    );
  });
});

function loadedConfig(text: string): Config {
  const loaded = loadConfig({ file: 'agent-waves.yml', text });
  if (!loaded.ok) throw new Error('the configuration of the test is broken');
  return loaded.config;
}

function loadedPlan(minutes: readonly number[]): Plan {
  const tasks = minutes.map((estimate, index) => ({ id: `T-${index}`, title: 'Task', estimate }));
  const loaded = loadPlan({ file: 'tasks.json', text: JSON.stringify({ name: 'P', tasks }) });
  if (!loaded.ok) throw new Error('the plan of the test is broken');
  return loaded.plan;
}

it.each([
  ['none', 'as you'],
  ['user', 'the workflow as you, checks and agent as other users of this machine'],
] as const)('with isolation %s runs %s', (isolation, who) => {
  expect(describeUsers(modeOf({ ...NOTHING, isolation }, config))).toBe(who);
});
