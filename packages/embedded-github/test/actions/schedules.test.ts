import { afterEach, expect, it } from 'vitest';
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
