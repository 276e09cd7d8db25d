import { afterEach, expect, it, vi } from 'vitest';
import { octokitFor, startTown, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { LiveView } from '../../../src/cli/rehearse/live-view.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import { LABEL } from '../../../src/state/names.ts';
import { ownPart } from '../../../src/state/own-part.ts';
import { newTaskRecord, type TaskRecord, writeTaskRecord } from '../../../src/state/record.ts';
import { instant } from '../../../src/state/snapshot.ts';
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

  expect(printed.mock.calls.flat()).toEqual([
    expect.any(String),
    expect.any(String),
    '  2/199 ✔ T-1 Work on T-1',
    '  2/199 ✔ T-2 Work on T-2',
  ]);
});

it('tells runs that could not work from attempts that failed, each with its cause, and who is asked', async () => {
  town = await startTown();
  const lead = octokitFor(town.github, town.lead.token);
  const at = { owner: 'acme', repo: 'daw' };
  const open = (task: string, { outcome, label }: { readonly outcome: string; readonly label: string }) =>
    lead.rest.issues.create({
      ...at,
      title: task,
      body: ownPart(writeTaskRecord(recordOf(task, outcome))),
      labels: [LABEL.task, label],
    });
  await open('T-1', { outcome: 'infrastructure', label: LABEL.failed });
  await open('T-2', { outcome: 'verification', label: LABEL.failed });
  await open('T-3', { outcome: 'verification', label: LABEL.needsHuman });
  const plan = planOf('Few', [{ id: 'T-1' }, { id: 'T-2' }, { id: 'T-3' }, { id: 'T-4', dependencies: ['T-3'] }]);
  const printed = vi.spyOn(console, 'log').mockReturnValue(undefined);
  const view = new LiveView({ session: { github: town.github, owner: 'acme', repo: 'daw' }, plan, slots: 8 });

  view.begin('out');
  const standing = view.end();

  expect(printed.mock.calls.flat().slice(2)).toEqual([
    '  0/4 ↻ T-1 Work on T-1: runs again, without an attempt used: no good',
    '  0/4 ✖ T-2 Work on T-2: attempt 1 failed, and is followed by another: no good',
    '  0/4 ‼ T-3 Work on T-3: needs a person: no good',
  ]);
  expect(standing.at(-1)).toMatchObject({ id: 'T-4', state: 'waiting', waitsFor: ['T-3'] });
});

function recordOf(task: string, outcome: string): TaskRecord {
  const [sent, ended] = [instant(0), instant(1_000)];
  const cause = { kind: 'other', message: 'no good' };
  const past = { dispatch: 1, attempt: 1, slice: 1, agent: 'A1', sent, ended, outcome, cause };
  return { ...newTaskRecord('plan', task as TaskId), attempt: 1, dispatch: 1, history: [past] } as TaskRecord;
}
