import type { Path } from '../../plan/position.ts';
import type { CheckRule, RuleFinding, RuleInput } from './check-rule.ts';
import { count, durationText, groupThousands, list } from './words.ts';

/** A wave cannot end before one that people may start after it. */
export const laterWaves: CheckRule = {
  name: 'later-wave',
  about: 'dependencies on tasks of a later wave',
  find: ({ plan, tasks }) =>
    plan.tasks.flatMap(({ id, wave, dependencies }, index): readonly RuleFinding[] =>
      dependencies.flatMap((dependency, nth): readonly RuleFinding[] => {
        const later = tasks.get(dependency)?.wave ?? wave;
        if (later <= wave) return [];
        const message = `${id} of wave ${wave} waits for ${dependency} of wave ${later}, so wave ${wave} cannot end before wave ${later} is started; move ${id} to wave ${later}, or ${dependency} to wave ${wave}`;
        return [{ path: ['tasks', index, 'dependencies', nth], message }];
      }),
    ),
};

/** A wave whose tasks all stand on one chain uses one agent, however many there are. */
export const serialWaves: CheckRule = {
  name: 'serial-wave',
  about: 'waves whose tasks run one after the other',
  find: (input) => {
    const { tasks, numbered, waits } = input;
    const waves = new Map<number, WaveChain>();
    for (const [number, id] of numbered.ids.entries()) {
      const task = tasks.get(id);
      const before = task && waves.get(task.wave);
      if (task === undefined) continue;
      waves.set(task.wave, {
        last: number,
        size: (before?.size ?? 0) + 1,
        work: (before?.work ?? 0) + task.minutes,
        // In this order a task waits for none after it: on one chain each waits for the one before.
        serial: before === undefined || (before.serial && waits(number, before.last)),
      });
    }
    return input.plan.waves.flatMap(({ number }): readonly RuleFinding[] => {
      const wave = waves.get(number);
      if (!wave?.serial || wave.size < 2) return [];
      const all = wave.size === 2 ? 'both' : `all ${groupThousands(wave.size)}`;
      const message = `${all} tasks of wave ${number} stand on one chain, so one agent does ${durationText(wave.work)} of work while others have nothing to do in this wave; look for dependencies that can be dropped, or start another wave beside it`;
      return [{ path: placeOfWave(input, number), message }];
    });
  },
};

/** What is known of a wave when some of its tasks were looked at, the last of them by number. */
interface WaveChain {
  readonly last: number;
  readonly size: number;
  readonly work: number;
  readonly serial: boolean;
}

/** Said once, since it is true of most plans: a wave is no barrier, and no batch either. */
export const edgesInsideWaves: CheckRule = {
  name: 'edges-inside-waves',
  about: 'waves with dependencies inside',
  find: ({ plan, tasks }) => {
    let all = 0;
    const inside = new Map<number, number>();
    for (const { wave, dependencies } of plan.tasks) {
      all += dependencies.length;
      const own = dependencies.filter((dependency) => tasks.get(dependency)?.wave === wave).length;
      if (own > 0) inside.set(wave, (inside.get(wave) ?? 0) + own);
    }
    if (inside.size === 0) return [];
    const number = [...inside.values()].reduce((sum, own) => sum + own, 0);
    const waves = [...inside].sort(([a], [b]) => a - b).map(([wave, own]) => `wave ${wave}: ${groupThousands(own)}`);
    const message = `${groupThousands(number)} of ${count(all, 'dependency', 'dependencies')} ${number === 1 ? 'lies' : 'lie'} inside one wave (${list(waves)}): starting a whole wave at once would be wrong, and starting its ready tasks once would leave the rest; Agent Waves starts each task as soon as its own dependencies are done, so leave them as they are`;
    return [{ path: ['tasks'], part: 'key', message }];
  },
};

/** Where waves are listed, one that a task names and the list does not is a slip, or lacks its title; and the other way round. */
export const unlistedWaves: CheckRule = {
  name: 'unlisted-wave',
  about: 'waves that are not listed',
  find: ({ document: { waves, tasks } }) => {
    if (waves.length === 0) return [];
    const listed = new Set(waves.map(({ number }) => number));
    const named = new Set(tasks.map(({ wave }) => wave));
    const seen = new Set(listed);
    const missing = tasks.flatMap(({ wave }, index): readonly RuleFinding[] => {
      if (wave === undefined || seen.has(wave)) return [];
      seen.add(wave);
      const message = `wave ${wave} is not in \`waves\`; add it there with a title, or move its tasks`;
      return [{ path: ['tasks', index, 'wave'], message }];
    });
    // A task without a wave goes by its depth: which waves there are is not in the file then.
    if (named.has(undefined)) return missing;
    const empty = waves.flatMap(({ number }, index): readonly RuleFinding[] =>
      named.has(number)
        ? []
        : [
            {
              path: ['waves', index, 'number'],
              message: `no task is in wave ${number}; leave it out, or say which are`,
            },
          ],
    );
    return [...missing, ...empty];
  },
};

/** Its first task: a wave need not be named anywhere else. */
function placeOfWave({ plan }: RuleInput, number: number): Path {
  return ['tasks', plan.tasks.findIndex(({ wave }) => wave === number), 'wave'];
}
