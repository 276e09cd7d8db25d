import { afterEach, expect, it, vi } from 'vitest';
import { octokitFor, startTown, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { LiveView } from '../../../src/cli/rehearse/live-view.ts';
import { LABEL } from '../../../src/state/names.ts';
import { planOf } from '../../progress/views.ts';

let town: Town | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await town?.close();
});

it('counts completed tasks of all tasks of the plan, also of those that have no issue yet', async () => {
  town = await startTown();
  const lead = octokitFor(town.github, town.lead.token);
  const at = { owner: 'acme', repo: 'daw' };
  const { data: issue } = await lead.rest.issues.create({ ...at, title: 'T-2', labels: [LABEL.task] });
  await lead.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed', state_reason: 'completed' });
  const listed = Array.from({ length: 198 }, (_, nth) => ({ id: `T-${nth + 2}` }));
  const plan = planOf('Many', [{ id: 'T-1', status: 'completed' }, ...listed]);
  const printed = vi.spyOn(console, 'log').mockReturnValue(undefined);
  const view = new LiveView({ session: { github: town.github, owner: 'acme', repo: 'daw' }, plan, slots: 8 });

  view.begin('out');
  view.end();

  expect(printed.mock.calls.flat()).toEqual([expect.any(String), '  2/199 ✔ T-1', '  2/199 ✔ T-2']);
});
