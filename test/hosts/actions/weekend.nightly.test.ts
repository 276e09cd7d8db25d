import { afterEach, describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { type AtWorkInput, type Fate, HOUR, MINUTE, repositoryAtWork } from './support/repository-at-work.ts';

const FRIDAY = Date.parse('2026-11-27T16:40:00Z');
const MONDAY = Date.parse('2026-11-30T08:00:00Z');
const DAY = 24 * HOUR;

/** GitHub looks at schedules when they are due. */
const FAIR = { every: 10 * MINUTE, lateness: () => 0, drops: () => false };

/** Eight tasks, two of them beside each other. */
const PLAN = planOf('A', 'B:A', 'C:B', 'D:B', 'E:C,D', 'F:E', 'G:F', 'H:G');

/** What the machines do, by task and dispatch; every other run is well. Each of these leaves nobody to make the next pass. */
const WEEKEND: Readonly<Record<string, Fate>> = {
  'A d1': { how: 'dies', takes: 3 * HOUR },
  'B d1': { how: 'no-next', takes: 2 * HOUR },
  'D d1': { how: 'dies', takes: 11 * HOUR },
  'E d1': { how: 'next-dies', takes: 5 * HOUR },
  'G d1': { how: 'dies', takes: 10 * HOUR },
  'H d1': { how: 'no-next', takes: 8 * HOUR },
};
const OF_THE_WEEKEND: AtWorkInput['fateOf'] = ({ dispatch: { task, dispatch } }) =>
  WEEKEND[`${task} d${dispatch}`] ?? { how: 'lands', takes: 5 * HOUR };

/** GitHub is up to half an hour late, drops four of ten, and does nothing at all for three hours of a night. */
const NIGHT = [Date.parse('2026-11-28T01:00:00Z'), Date.parse('2026-11-28T04:00:00Z')] as const;

let at: Awaited<ReturnType<typeof repositoryAtWork>>;
afterEach(() => at?.close());

/** A person has the plan looked at, and starts it. */
async function begin(input: Omit<AtWorkInput, 'startAt'>): Promise<void> {
  at = await repositoryAtWork({ startAt: FRIDAY, ...input });
  const { world, lead, repository } = at;
  const byHand = { ...repository, workflow_id: 'agent-waves.yml', ref: 'main' };
  await world.when('workflow_dispatch', () => lead.rest.actions.createWorkflowDispatch(byHand));
  await world.when('issues', () => at.label(planIssue().number, LABEL.start));
}

const issues = () => at.github.issuesReport('acme/daw');

function planIssue() {
  const found = issues().find(({ labels }) => JSON.stringify(labels).includes(LABEL.plan));
  if (!found) throw new Error('there is no plan issue');
  return found;
}

const runsOf = (task: string) => at.github.runs().filter(({ inputs }) => inputs.task === task);
const dispatches = () =>
  at.github.runs().flatMap(({ inputs: { task, dispatch } }) => (task ? `${task} d${dispatch}` : []));

describe('a plan without a server that is left alone from Friday to Monday', () => {
  it('is finished by then, though six runs leave nobody to make the next pass', async () => {
    const draw = draws(7);
    await begin({
      plan: PLAN,
      fateOf: OF_THE_WEEKEND,
      weather: {
        every: 10 * MINUTE,
        lateness: () => Math.floor(draw() ** 3 * 30) * MINUTE,
        drops: (now) => (now >= NIGHT[0] && now < NIGHT[1]) || draw() < 0.4,
      },
    });

    await at.world.goOnUntil(MONDAY);

    expect(issues().filter(({ state }) => state === 'open')).toEqual([]);
    // A run that dies is followed by another one of its own attempt: the machine was at fault.
    const expected = ['A d1', 'A d2', 'B d1', 'C d1', 'D d1', 'D d2', 'E d1', 'F d1', 'G d1', 'G d2', 'H d1'];
    expect(dispatches()).toEqual(expected);
    const landed = (await at.log()).flatMap((message) => /^Task: (.*)$/m.exec(message)?.[1] ?? []);
    expect(landed.toReversed()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
    expect(await at.clockState()).toBe('disabled_manually');
    // It has been under way for two days, and what a standstill kept waiting began with the next run of the schedule.
    expect(Date.parse(planIssue().closed_at ?? '') - FRIDAY).toBeGreaterThan(48 * HOUR);
    const { ticks } = at.world;
    const longest = Math.max(...ticks.map((tick, index) => tick - (ticks[index - 1] ?? FRIDAY)));
    expect(longest).toBeGreaterThan(NIGHT[1] - NIGHT[0]);
    for (const [before, after] of Object.entries({ A: 'A', B: 'C', D: 'D', E: 'F', G: 'G' })) {
      const [dead, next] = [runsOf(before)[0], runsOf(after).at(-1)];
      const tick = ticks.find((one) => one > (dead?.updatedAt ?? 0) + TIMINGS.resultGrace);
      expect(next?.createdAt).toBe(tick);
    }
  });

  it('stays where it was without the workflow of the clock, until somebody says something', async () => {
    await begin({ plan: PLAN, fateOf: OF_THE_WEEKEND, weather: FAIR, hasClock: false });
    expect(at.world.log.join()).toContain('a run that dies is not noticed');

    await at.world.goOnUntil(MONDAY);

    expect(dispatches()).toEqual(['A d1']);
    expect(runsOf('A')[0]?.conclusion).toBe('failure');
    expect(issues().filter(({ state }) => state === 'closed')).toEqual([]);
    await at.world.when('issue_comment', () => at.comment(planIssue().number, '/status'));
    expect(dispatches()).toEqual(['A d1', 'A d2']);
  });

  it('has a clock that somebody disabled enabled by the next pass', async () => {
    await begin({ plan: planOf('A', 'B:A'), fateOf: () => ({ how: 'lands', takes: 2 * HOUR }), weather: FAIR });
    await at.lead.rest.actions.disableWorkflow({ ...at.repository, workflow_id: 'agent-waves-clock.yml' });

    await at.world.goOnUntil(FRIDAY + 3 * HOUR);

    expect(dispatches()).toEqual(['A d1', 'B d1']);
    expect(await at.clockState()).toBe('active');
  });
});

describe('a plan in a public repository to which nobody pushes for 60 days', () => {
  /** A review waits for a person; GitHub starts the clock once in six days, or not at all. */
  const begun = (drops: () => boolean) =>
    begin({
      plan: planOf('A', 'B:A'),
      config: 'landing: review\n',
      public: true,
      fateOf: () => ({ how: 'in-review', takes: HOUR }),
      weather: { every: 6 * DAY, lateness: () => 0, drops },
    });
  const merge = () =>
    at.world.when('pull_request', () => {
      const [pull] = at.github.pullsReport('acme/daw');
      return at.lead.rest.pulls.merge({ ...at.repository, pull_number: pull?.number ?? 0 });
    });

  it('keeps its clock, since each pass enables it anew', async () => {
    await begun(() => false);

    await at.world.goOnUntil(FRIDAY + 80 * DAY);

    expect(await at.clockState()).toBe('active');
    expect(at.world.ticks.at(-1)).toBeGreaterThan(FRIDAY + 60 * DAY);
  });

  it('loses it where GitHub starts none of its runs; what a person does to the plan brings it back, and goes on', async () => {
    await begun(() => true);

    await at.world.goOnUntil(FRIDAY + 80 * DAY);

    expect(await at.clockState()).toBe('disabled_inactivity');
    expect([at.world.ticks, dispatches()]).toEqual([[], ['A d1']]);
    await merge();
    expect(dispatches()).toEqual(['A d1', 'B d1']);
    expect(await at.clockState()).toBe('active');
  });
});

/** One after the other, as `id:needs`. */
function planOf(...tasks: readonly string[]) {
  const described = tasks.map((each) => {
    const [id = '', needs = ''] = each.split(':');
    return { id, title: `Make ${id}`, wave: 1, estimate: '4h', dependencies: needs === '' ? [] : needs.split(',') };
  });
  return { id: 'daw', name: 'DAW', tasks: described };
}

/** Numbers from 0 to 1, the same each time. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
