import { describe, it } from 'vitest';
import { STRANGER, WRITER } from '../support/pure-world.ts';
import { type AnyAct, formerGoesOn, keepsNothingUntrue, restsInTruth } from '../support/trust/trust-laws.ts';
import { type Drawn, finishes, restsFromAnyState } from './laws.ts';

/**
 * Courses in which a law was once found broken, by draws from a seed that nobody had drawn from before. They stay, each
 * as short as it breaks.
 */

/** Everything that it wants is carried out, and it reads everything as it is. */
const PASS = { act: 'pass', answer: 'named', every: 1, stale: 0 } as const;

/** One minute each, by their waves. */
function planOf(waves: Readonly<Record<string, number>>, settings = '') {
  const tasks = Object.entries(waves).map(([id, wave]) => ({
    id,
    title: `Work on ${id}`,
    dependencies: [],
    estimate: 1,
    wave,
    touches: [],
  }));
  return { plan: { id: 'daw', name: 'DAW', tasks }, settings, integrationBranch: undefined };
}

describe('one pass leaves nothing to do at the same moment', () => {
  it('when the plan issue that stands is a closed copy of a broken one, and something lands', () => {
    const task = (id: string, wave: number) => ({
      id,
      dependencies: [],
      minutes: 1,
      wave,
      touches: [`src/${wave}/**`],
    });
    const plan: Drawn = {
      tasks: [task('T-0', 1), task('T-2', 2), task('T-1', 2), task('T-3', 1)],
      settings: '',
      integrationBranch: undefined,
    };

    finishes(
      plan,
      [
        PASS,
        { act: 'twin', pick: 0 },
        { act: 'close', pick: 7, as: 'completed' },
        { ...PASS, answer: 'unsent' },
        { act: 'break-body', pick: 0 },
      ],
      0,
    );
  });

  it('when a wave has lost its last task and its record at the same time', () => {
    restsInTruth(planOf({ 'T-1': 1, 'T-0': 2 }), [
      PASS,
      { act: 'remove-task', pick: 0 },
      { act: 'break-body', pick: 1 },
      { act: 'order', pick: 0, command: 'close-group' },
    ]);
  });

  it('when a task is closed as completed while changes that its review asked for are made', () => {
    const task = (id: string, wave: number, minutes: number, ...dependencies: string[]) => ({
      id,
      dependencies,
      minutes,
      wave,
      touches: [],
    });
    const plan: Drawn = {
      tasks: [
        task('T-6', 1, 54, 'T-5'),
        task('T-4', 1, 352, 'T-1'),
        task('T-1', 3, 457),
        task('T-9', 2, 99, 'T-8', 'T-5', 'T-6'),
        task('T-3', 1, 321),
        task('T-8', 1, 268, 'T-5'),
        task('T-5', 1, 39),
      ],
      settings: 'max_parallel: 2\n',
      integrationBranch: undefined,
    };

    restsFromAnyState(plan, [
      { ...PASS, answer: 'silent' },
      PASS,
      { act: 'work', pick: 4, outcome: 'completed', closes: true },
      { act: 'close', pick: 2, as: 'not_planned' },
      { act: 'work', pick: 0, outcome: 'in-review', closes: true },
      PASS,
      { act: 'merge', pick: 2 },
      { act: 'start', pick: 5 },
      { act: 'report', pick: 3, outcome: 'in-review', closes: false },
      { act: 'fail-check', pick: 3 },
      { ...PASS, answer: 'silent' },
      { act: 'work', pick: 2, outcome: 'agent', closes: false },
      { ...PASS, first: 3 },
      { act: 'close', pick: 4, as: 'completed' },
    ]);
  });

  it('when a result that waits for its proof is in view as a wave is closed as not planned', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      PASS,
      { ...PASS, first: 4 },
      { act: 'workflow', pick: 0, how: 'forge' },
      { act: 'work', pick: 0, outcome: 'in-review', closes: false },
      { act: 'close', pick: 0, as: 'not_planned' },
    ]);
  });
});

describe('one issue is said once to be a second one', () => {
  it('where a copy of the plan issue is the wave of what was pasted there, too', () => {
    restsInTruth(planOf({ 'T-1': 1, 'T-0': 2 }), [
      { act: 'paste', pick: 0, from: 1 },
      { act: 'copy', pick: 0, body: 'copied' },
      { act: 'paste', pick: 1, from: 2 },
      { ...PASS, first: 8 },
      { act: 'copy', pick: 2, body: 'replaced' },
    ]);
  });

  it('and closed, where the app itself put it below an issue of a person and somebody broke its record', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      { act: 'copy', pick: 1, body: 'copied' },
      PASS,
      { act: 'restart' },
      { ...PASS, stale: 1431655765 },
      { act: 'break-body', pick: 4 },
    ]);
  });
});

describe('what is said on a plan issue that lost its label is heard', () => {
  it('in the pass that gives the label back, where nothing else is left to do', () => {
    const { plan, ...rest } = planOf({ 'T-0': 1 });
    const tasks = plan.tasks.map((task) => ({ ...task, status: 'completed' as const }));

    keepsNothingUntrue({ plan: { ...plan, tasks }, ...rest }, [
      { act: 'strip-labels', pick: 0, by: 'lead' },
      { act: 'say', pick: 0, by: WRITER, command: 'start' },
    ]);
  });
});

describe('one pass leaves nothing to do at the same moment while nobody can read the plan', () => {
  it('when a triager closed the plan issue and somebody broke its record', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      { act: 'break-plan', pick: 0 },
      { act: 'triage', pick: 0, how: 'complete' },
      { act: 'break-body', pick: 0 },
    ]);
  });
});

describe('a slot is free once the run that was cancelled has ended', () => {
  it('when a second run of what has landed is cancelled as its task is opened again', () => {
    const plan: Drawn = {
      tasks: [{ id: 'T-0', dependencies: [], minutes: 1, wave: 1, touches: [] }],
      settings: 'max_parallel: 1\n',
      integrationBranch: undefined,
    };

    restsFromAnyState(plan, [
      PASS,
      PASS,
      { act: 'work', pick: 0, outcome: 'completed', closes: true },
      { act: 'double', pick: 0 },
      { act: 'reopen', pick: 0 },
    ]);
  });
});

describe('what was said is answered once', () => {
  it('on the issue of a task that the plan no longer has, while a person is asked what the plan means', () => {
    restsInTruth(planOf({ 'T-3': 1, 'T-0': 1, 'T-1': 1 }), [
      { act: 'close', pick: 0, as: 'completed' },
      PASS,
      { act: 'remove-task', pick: 0 },
      PASS,
      { act: 'say', pick: 2, by: STRANGER, command: 'skip' },
      { act: 'close', pick: 2, as: 'completed' },
      { act: 'remove-task', pick: 0 },
      { act: 'retitle-task', pick: 12 },
    ]);
  });

  it('on the issue of a wave whose record was broken while a person is asked what the plan means', () => {
    formerGoesOn(
      planOf({ 'T-0': 1 }),
      [],
      [
        { act: 'say', pick: 1, by: WRITER, command: 'status' },
        { act: 'break-body', pick: 1 },
      ],
    );
  });
});

describe('another plan in the place of an unfinished one waits', () => {
  it('where the record of the plan issue is broken, and a copy of it tells of the former plan', () => {
    formerGoesOn(
      planOf({ 'T-0': 2 }),
      [
        { act: 'twin', pick: 0 },
        { act: 'break-body', pick: 0 },
      ],
      [],
    );
  });

  it('where the record of the plan issue is broken while a person is asked', () => {
    formerGoesOn(planOf({ 'T-1': 2 }), [PASS, PASS, { act: 'start', pick: 0 }], [{ act: 'break-body', pick: 360 }]);
  });

  it('where the records of the plan issue and of its wave are broken, and a task below tells of the former plan', () => {
    formerGoesOn(
      planOf({ 'T-0': 1 }),
      [],
      [{ act: 'break-body', pick: 1 }, { act: 'break-body', pick: 0 }, PASS, PASS, { act: 'start', pick: 0 }, PASS],
    );
  });

  it('where the record of a task is broken that was closed as not planned, and was then asked for again', () => {
    formerGoesOn(
      planOf({ 'T-0': 1, 'T-1': 1 }),
      [{ act: 'start', pick: 0 }, PASS, { act: 'close', pick: 466, as: 'not_planned' }],
      [
        { act: 'break-body', pick: 154 },
        { act: 'say', pick: 0, by: WRITER, command: 'start' },
        { act: 'work', pick: 0, outcome: 'completed', closes: false },
        PASS,
        PASS,
        { act: 'report', pick: 0, outcome: 'completed', closes: false },
      ],
    );
  });
});

describe('nothing of a task lands after a no', () => {
  it('of a second run that took the claim after the first one of its dispatch had reported', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      PASS,
      PASS,
      { act: 'start', pick: 0 },
      { act: 'report', pick: 0, outcome: 'verification', closes: false },
      { act: 'double', pick: 0 },
      { act: 'start', pick: 0 },
      { act: 'order', pick: 0, command: 'cancel' },
      PASS,
      { act: 'report', pick: 0, outcome: 'completed', closes: false },
    ]);
  });
});

describe('a no stands', () => {
  it('on a task that the plan has again, before a pass has opened its issue', () => {
    restsInTruth(planOf({ 'T-0': 1, 'T-1': 1 }), [
      PASS,
      { act: 'remove-task', pick: 1 },
      PASS,
      { act: 'put-back', pick: 0 },
      { act: 'order', pick: 1, command: 'cancel' },
    ]);
  });

  it('on a task that was opened again, where it is read beside the issue as it was before', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      PASS,
      { act: 'close', pick: 2, as: 'completed' },
      { act: 'order', pick: 0, command: 'reopen' },
      { act: 'order', pick: 0, command: 'skip' },
      { ...PASS, stale: 0x7fffffff },
    ]);
  });

  it('on a wave that a workflow opened and closed once more, before a pass had read who closed it first', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      { act: 'close', pick: 1, as: 'not_planned' },
      { act: 'workflow', pick: 1, how: 'reopen' },
      { act: 'workflow', pick: 1, how: 'drop' },
    ]);
  });
});

describe('what left the base is not completed', () => {
  const DONE: AnyAct = { act: 'work', pick: 0, outcome: 'completed', closes: false };

  /** Everything is carried out but the second writing, which is that of the task's record. */
  const CLOSED_ALONE: AnyAct = { ...PASS, first: 1, every: 10 };

  it.each([
    ['taken back', 'revert'],
    ['thrown away', 'force-push'],
  ] as const)('when it was %s after its issue was closed, and before its record could be written', (_, act) => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      PASS,
      PASS,
      DONE,
      CLOSED_ALONE,
      { act, pick: 0 },
      { act: 'wait', seconds: 93 },
    ]);
  });

  it.each([
    ['before a pass had seen it land', []],
    ['after it was completed', [PASS, PASS]],
  ])('when it was taken back while nobody can read the plan, %s', (_, seen) => {
    restsInTruth(planOf({ 'T-0': 1, 'T-1': 1 }), [
      ...[PASS, PASS, PASS, DONE],
      ...seen,
      { act: 'break-plan', pick: 0 },
      { act: 'revert', pick: 0 },
    ]);
  });

  it('when its run is still at work, and somebody broke the record beside the status that the app wrote', () => {
    restsInTruth(planOf({ 'T-1': 1, 'T-0': 1, 'T-2': 2 }), [
      { ...PASS, first: 3 },
      PASS,
      { act: 'start', pick: 0 },
      { act: 'linger', pick: 0 },
      PASS,
      { act: 'force-push', pick: 0 },
      { act: 'wait', seconds: 86 },
      { act: 'say', pick: 0, by: WRITER, command: 'start' },
      { act: 'break-body', pick: 5 },
      { act: 'report', pick: 0, outcome: 'completed', closes: false },
    ]);
  });

  it('when it was taken back while the plan did not have its task', () => {
    restsInTruth(planOf({ 'T-0': 1, 'T-1': 1 }), [
      ...[PASS, PASS, PASS],
      { act: 'remove-task', pick: 0 },
      DONE,
      { act: 'revert', pick: 0 },
      PASS,
      { act: 'put-back', pick: 0 },
    ]);
  });

  it('when it had come back, was closed, and was asked for once more in the same second', () => {
    restsInTruth(planOf({ 'T-0': 1, 'T-1': 1, 'T-2': 1 }, 'max_parallel: 1\n'), [
      ...[PASS, PASS, DONE, PASS, DONE],
      { act: 'revert', pick: 0 },
      { act: 'revert', pick: 1 },
      PASS,
      { act: 'force-push', pick: 0 },
      { act: 'revert', pick: 0 },
      { act: 'wait', seconds: 86 },
      { act: 'say', pick: 0, by: WRITER, command: 'retry' },
      { ...PASS, first: 3, every: 20 },
      { act: 'revert', pick: 0 },
    ]);
  });

  it('when somebody broke its record before anybody had seen that it is gone', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      PASS,
      PASS,
      { act: 'work', pick: 0, outcome: 'completed', closes: false },
      PASS,
      { act: 'force-push', pick: 0 },
      { act: 'break-body', pick: 2 },
      { act: 'wait', seconds: 93 },
    ]);
  });
});

describe('what left the base while nobody could read the plan is not completed', () => {
  it('once the plan can be read again, though the base was read since', () => {
    restsInTruth(planOf({ 'T-1': 1, 'T-0': 2 }), [
      PASS,
      PASS,
      { act: 'start', pick: 0 },
      { act: 'report', pick: 0, outcome: 'completed', closes: false },
      { act: 'break-plan', pick: 0 },
      { act: 'force-push', pick: 0 },
      { act: 'wait', seconds: 242 },
    ]);
  });
});

describe('what the plan lists as completed does not run', () => {
  it('where its issue was opened again, closed by the app a minute later, and lost its record', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      PASS,
      { act: 'list', pick: 0 },
      PASS,
      { act: 'reopen', pick: 0 },
      PASS,
      { act: 'wait', seconds: 100 },
      { act: 'list', pick: 0 },
      PASS,
      { act: 'break-body', pick: 2 },
    ]);
  });
});

describe('what nobody can know', () => {
  it('is a status in the file, beside a record that is read as it was a moment ago', () => {
    const stale: AnyAct = { ...PASS, stale: 0x7fffffff };

    restsInTruth(planOf({ 'T-1': 1, 'T-0': 1 }), [
      PASS,
      { act: 'list', pick: 1 },
      PASS,
      { act: 'reopen', pick: 3 },
      { act: 'list', pick: 1 },
      { act: 'restart' },
      stale,
    ]);
  });

  it('is a status in the file that is older than work which was thrown away before a pass had read of it', () => {
    restsInTruth(planOf({ 'T-0': 2 }), [
      PASS,
      PASS,
      { act: 'list', pick: 0 },
      { act: 'work', pick: 0, outcome: 'completed', closes: false },
      { act: 'force-push', pick: 0 },
      { act: 'wait', seconds: 156 },
    ]);
  });

  it('is a status in the file that nobody has read beside the broken record of a task that was opened again once', () => {
    restsInTruth(planOf({ 'T-0': 1 }), [
      PASS,
      { act: 'list', pick: 0 },
      PASS,
      { act: 'reopen', pick: 0 },
      PASS,
      { act: 'list', pick: 0 },
      { act: 'break-body', pick: 2 },
    ]);
  });

  it('is a status in the file that is about as old as a reopening, beside a record that was broken since', () => {
    restsInTruth(planOf({ 'T-1': 1, 'T-0': 1 }), [
      PASS,
      { act: 'list', pick: 0 },
      { act: 'list', pick: 0 },
      { ...PASS, first: 0, every: 2 },
      { act: 'reopen', pick: 0 },
      PASS,
      { act: 'list', pick: 0 },
      PASS,
      { act: 'break-body', pick: 3 },
    ]);
  });

  it('is what a file says of a task while a person is asked whether it is about this plan', () => {
    restsInTruth(planOf({ 'T-1': 1 }), [
      { act: 'add-task', pick: 0 },
      { act: 'copy', pick: 0, body: 'copied' },
      PASS,
      { act: 'list', pick: 0 },
      { act: 'close', pick: 4, as: 'completed' },
      { act: 'retitle-task', pick: 0 },
    ]);
  });
});
