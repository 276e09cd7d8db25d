import { expect, it } from 'vitest';
import { loadConfig } from '../../src/plan/config.ts';
import { MAX_BODY } from '../../src/state/body-room.ts';
import { byWave } from '../../src/state/by-wave.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { newGroupRecord, readGroupRecord } from '../../src/state/record.ts';
import { planBody, waveBody } from '../../src/text/group-body.ts';
import { completed, planOf } from '../progress/views.ts';

const plan = planOf(
  'Large',
  Array.from({ length: 10_000 }, (_, nth) => ({
    id: `AREA-${nth}`,
    title: `A title of the usual length that says what is to be done, ${nth}`,
    wave: nth < 5_000 ? 1 : nth,
  })),
);
const tasks = plan.tasks.map((task, nth) => completed(task, { from: nth, to: nth + 1, slot: 'A1', issue: nth + 200 }));

it('names the tasks of a wave and what they did as far as GitHub takes a body, and counts the rest', () => {
  const within = tasks.slice(0, 5_000);
  const [wave] = plan.waves;
  if (!wave) throw new Error('the plan has no wave');

  const body = waveBody({ wave, record: newGroupRecord('large', 1), tasks: within });

  expect(body.length).toBeLessThan(MAX_BODY / 2);
  const [listed, left] = [
    body.match(/^\| AREA-/gm)?.length ?? 0,
    Number(/and (\d+) more, in the plan/.exec(body)?.[1]),
  ];
  expect(listed + left).toBe(5_000);
  expect(body).toMatch(/and \d+ tasks more, each with what was done in its issue/);
  expect(readGroupRecord(body)).toMatchObject({ plan: 'large', wave: 1 });
});

it('counts the waves of a plan that are too many to be named', () => {
  const config = loadConfig(undefined);
  if (!config.ok) throw new Error('the usual configuration is broken');

  const body = planBody({
    plan,
    config: config.config,
    tasks,
    byWave: byWave(tasks),
    waveIssues: new Map(),
    notice: undefined,
    isKeptAside: false,
    links: { plan: 'plan', progress: 'progress', config: 'config' },
    criticalPathMinutes: 60,
    repositoryUrl: 'https://github.com/acme/daw',
    derivations: newDerivations(),
  })({ record: newGroupRecord('large'), expected: { finish: undefined, unforeseen: 0, next: [] } });

  expect(body.length).toBeLessThan(MAX_BODY / 2);
  const waves = [...body.matchAll(/^\| .* \| (\d+) of (\d+) \|$/gm)];
  expect(waves.reduce((sum, [, , of]) => sum + Number(of), 0)).toBe(10_000);
  expect(body).toMatch(/\| and \d+ waves more \| \d+ of \d+ \|/);
});
