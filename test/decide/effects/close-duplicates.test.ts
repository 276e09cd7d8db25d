import { expect, it } from 'vitest';
import { closeDuplicates } from '../../../src/decide/effects/close-duplicates.ts';
import { newDerivations } from '../../../src/state/derivations.ts';
import { ownPart } from '../../../src/state/own-part.ts';
import { newTaskRecord, writeTaskRecord } from '../../../src/state/record.ts';
import { LIVE, scene } from '../scene.ts';

it('ends the run of an issue that is closed as a duplicate, before it is closed: it would land the task twice', () => {
  const { world, number } = scene();
  const record = { ...newTaskRecord('daw', 'A' as never), dispatch: 3, live: { ...LIVE, run: 77 } };
  const issue = { ...world.issue(number('A')), body: ownPart(writeTaskRecord(record)), labels: ['agent:running'] };
  const snapshot = world.snapshot({ plan: undefined, config: undefined, progress: undefined });

  const effects = closeDuplicates({
    tracked: { duplicates: [{ issue, of: 1 }], tasks: new Map() },
    snapshot,
    derivations: newDerivations(),
  });

  expect(effects.map(({ kind }) => kind)).toEqual(['bury-claim', 'cancel-run', 'remove-labels', 'close-issue']);
  expect(effects[0]).toMatchObject({ issue: issue.number, dispatch: 3 });
});
