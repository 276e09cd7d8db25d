import { afterEach, describe, expect, it } from 'vitest';
import { nextDue } from '../../src/actions/cron.ts';
import { octokitFor, startTown, type Town } from '../support/town.ts';

it.each([
  ['*/15 * * * *', '2026-11-29T10:30:40Z', true],
  ['*/15 * * * *', '2026-11-29T10:31:00Z', false],
  ['7-59/10 * * * *', '2026-11-29T10:17:00Z', true],
  ['7-59/10 * * * *', '2026-11-29T10:10:00Z', false],
  ['0 6 * * 1', '2026-11-30T06:00:00Z', true],
  ['0 6 * * 1', '2026-11-29T06:00:00Z', false],
  ['0 0 1 * 0', '2026-11-29T00:00:00Z', true],
  ['30 5,17 * * *', '2026-11-29T17:30:00Z', true],
])('%s is due at %s: %j', (cron, at, isDue) => {
  const minute = Math.floor(Date.parse(at) / 60_000) * 60_000;
  expect(nextDue(cron, { after: minute - 1, until: minute })).toBe(isDue ? minute : undefined);
});

it('is next due after a moment, not in it', () => {
  const at = Date.parse('2026-11-29T10:00:00Z');

  expect(nextDue('*/10 * * * *', { after: at, until: at + 600_000 })).toBe(at + 600_000);
  expect(nextDue('*/10 * * * *', { after: at, until: at + 599_999 })).toBeUndefined();
});

let town: Town;
afterEach(() => town?.close());

const CLOCK = `# ${JSON.stringify({ name: 'Clock', events: ['schedule', 'workflow_dispatch'], schedules: ['*/10 * * * *'] })}\non: schedule\n`;
const BY_HAND = `# ${JSON.stringify({ name: 'By hand', events: ['workflow_dispatch'], schedules: [] })}\non: workflow_dispatch\n`;
const at = { owner: 'acme', repo: 'daw', workflow_id: 'clock.yml' };

it('starts the workflow once for all that went by, on the default branch, and not while it is disabled', async () => {
  let now = Date.parse('2026-11-29T10:05:00Z');
  town = await startTown({ clock: () => now, files: { '.github/workflows/clock.yml': CLOCK } });
  const lead = octokitFor(town.github, town.lead.token);
  const after = async (minutes: number) => {
    now += minutes * 60_000;
    await town.github.runSchedules();
    return town.github.runs().map(({ event, ref }) => `${event} ${ref}`);
  };
  const once = 'schedule refs/heads/main';

  expect(await after(4)).toEqual([]);
  expect(await after(40)).toEqual([once]);
  await lead.rest.actions.disableWorkflow(at);
  expect((await lead.rest.actions.getWorkflow(at)).data.state).toBe('disabled_manually');
  expect(await after(40)).toEqual([once]);
  await expect(lead.rest.actions.createWorkflowDispatch({ ...at, ref: 'main' })).rejects.toMatchObject({ status: 422 });
  await lead.rest.actions.enableWorkflow(at);
  expect(await after(10)).toEqual([once, once]);
});

const DAY = 86_400_000;

describe('a public repository to which nobody pushes', () => {
  const begin = async (isPublic: boolean) => {
    let now = Date.parse('2026-11-29T10:05:00Z');
    const files = { '.github/workflows/clock.yml': CLOCK, '.github/workflows/by-hand.yml': BY_HAND };
    town = await startTown({ public: isPublic, clock: () => now, files });
    const lead = octokitFor(town.github, town.lead.token);
    return {
      lead,
      state: async () => (await lead.rest.actions.getWorkflow(at)).data.state,
      after: async (days: number) => {
        now += days * DAY;
        await town.github.runSchedules();
        return town.github.runs().length;
      },
    };
  };

  it('has its schedules switched off after 60 days, until somebody enables them again', async () => {
    const { lead, state, after } = await begin(true);
    expect(await after(59)).toBe(1);

    expect(await after(1)).toBe(1);
    expect(await state()).toBe('disabled_inactivity');
    const { data: byHand } = await lead.rest.actions.getWorkflow({ ...at, workflow_id: 'by-hand.yml' });
    expect(byHand.state).toBe('active');
    await expect(lead.rest.actions.createWorkflowDispatch({ ...at, ref: 'main' })).rejects.toMatchObject({
      status: 422,
    });

    await lead.rest.actions.enableWorkflow(at);
    expect(await after(59)).toBe(2);
    expect(await after(1)).toBe(2);
    expect(await state()).toBe('disabled_inactivity');
  });

  it('keeps them where somebody does push, or where it is private', async () => {
    const { state, after } = await begin(true);
    const started = town.actions.next();
    await after(59);
    (await started).finish();
    await town.github.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'Here', files: { 'a.txt': 'a' } });
    await town.github.idle();
    expect(await after(59)).toBe(2);
    expect(await state()).toBe('active');
    await town.close();

    const unseen = await begin(false);
    expect(await unseen.after(400)).toBe(1);
    expect(await unseen.state()).toBe('active');
  });
});

it('starts nothing for a moment that GitHub drops', async () => {
  let now = Date.parse('2026-11-29T10:05:00Z');
  town = await startTown({ clock: () => now, files: { '.github/workflows/clock.yml': CLOCK } });
  town.github.faults.push({ on: 'schedule', when: ({ workflow }) => workflow.endsWith('clock.yml') });
  const after = async (minutes: number) => {
    now += minutes * 60_000;
    await town.github.runSchedules();
    return town.github.runs().length;
  };

  expect([await after(10), await after(10)]).toEqual([0, 1]);
});
