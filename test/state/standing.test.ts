import { expect, it } from 'vitest';
import type { TaskId } from '../../src/plan/plan.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { ACTIONS_LOGIN } from '../../src/state/names.ts';
import { newTaskRecord } from '../../src/state/record.ts';
import { standing } from '../../src/state/standing.ts';
import { APP, PureWorld } from '../support/pure-world.ts';

const record = newTaskRecord('daw', 'A' as TaskId);

/** Without a server a pass is a workflow, and runs close issues under the same name. */
it.each([
  ['of what landed', 'counts', { done: { run: 7, at: '2026-03-02T09:00:00Z', checks: {}, summary: '' } }],
  ['of what the plan file lists as completed', 'counts', { listed: true }],
  ['of anything else', 'does not', {}],
] as const)('a closing by a workflow %s %s', (_, verdict, more) => {
  const world = new PureWorld();
  const number = world.open({ title: 'A', body: '', labels: [], parent: undefined, by: APP });
  world.close(number, 'completed', ACTIONS_LOGIN);
  const trust = { app: APP, writers: new Set<string>() };

  const issue = standing(world.issue(number), { record: { ...record, ...more }, trust, derivations: newDerivations() });

  expect(issue.open).toBe(verdict === 'does not');
});
