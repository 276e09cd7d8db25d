import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Law } from '../support/draws.ts';
import { type Mutation, makeMutant } from '../support/mutant.ts';

interface Guard extends Mutation {
  /** What it guards against. */
  readonly against: string;
  /** Name of the law that finds it missing. */
  readonly law: string;
}

/** How often a law is drawn before a missing guard counts as not found, and from where. */
const DRAWS = { numRuns: 600, seed: 20_261_128, endOnFailure: true };

const LISTED = 'no task that the plan lists as completed runs, and the file goes on saying so';
const SECOND = 'a second plan with the same ids runs whole, and touches nothing of the first';
const OTHER =
  'another plan in the place of an unfinished one waits for a person, and the former goes on when it is put back';
const EDITED = 'edited titles, bodies and labels make no second run and no second landing';
const REFUSED = 'nothing of a task lands after a person who may write has said no';
const WATCHED = 'what left the base is not completed, and nothing that needs it begins';
const TRIAGED = 'what a triager does changes nothing that is dispatched, completed or begun again';
const FORGED = 'nothing is completed by what another workflow says or closes';

const GUARDS: readonly Guard[] = [
  {
    against: 'running what the plan lists as completed',
    file: 'src/state/listed.ts',
    snippet: "return task.status === 'completed' && record.done === undefined && record.unlisted !== true;",
    by: 'return false;',
    law: LISTED,
  },
  {
    against: 'believing its own projection',
    file: 'src/state/listed.ts',
    snippet: 'record.done === undefined && record.unlisted !== true;',
    by: 'record.done === undefined;',
    law: LISTED,
  },
  {
    against: 'issues of another plan that answer for a task',
    file: 'src/state/plan-identity.ts',
    snippet: 'return ({ plan: id, named }) => (named === undefined ? id === plan.id : !over.has(id));',
    by: 'return () => true;',
    law: SECOND,
  },
  {
    against: 'another plan in the place of one that is not finished',
    file: 'src/decide/decide.ts',
    snippet: '  if (question) {',
    by: '  if (question && plan.tasks.length < 0) {',
    law: OTHER,
  },
  {
    against: 'losing an issue whose title and body were edited',
    file: 'src/state/issue-names.ts',
    snippet: 'named: namedIssues(given.groups), inTitles: runTitles(given.snapshot) };',
    by: 'named: new Map(), inTitles: new Map() }; void [namedIssues, runTitles];',
    also: [{ snippet: 'return isForTask ? idInTitle(firstTitle, idOf) : undefined;', by: 'return undefined;' }],
    law: EDITED,
  },
  {
    against: 'a second issue of its own that is left open',
    file: 'src/state/second-issues.ts',
    snippet: '(isWritten || isLeftAsMade(issue, snapshot))',
    by: 'isWritten',
    law: EDITED,
  },
  {
    against: 'a run that goes on after a no, whichever way it was said',
    file: 'src/decide/fold/standing-refusal.ts',
    snippet: "  if (record.removed) return { kind: 'removed' };\n",
    by: '  if (groups.length >= 0) return undefined;\n',
    law: REFUSED,
  },
  {
    against: 'a run that goes on after its wave or plan was closed',
    file: 'src/decide/fold/standing-refusal.ts',
    snippet: "  if (group) return { kind: 'group-closed', issue: group.issue.number };\n",
    by: '',
    law: REFUSED,
  },
  {
    against: 'a run that goes on after its task was taken out of the plan',
    file: 'src/decide/fold/fold-removed.ts',
    snippet: "const ended = refuseDispatch(commands.record, { cause: { kind: 'removed' }, at });",
    by: 'void at; const ended = commands.record;',
    law: REFUSED,
  },
  {
    against: 'the claim of a run that was refused',
    file: 'src/decide/effects/refuse-runs.ts',
    snippet: 'issue, dispatch, reason }',
    by: 'issue, dispatch: dispatch - 1, reason }',
    law: REFUSED,
  },
  {
    against: 'more runs than there are slots',
    file: 'src/decide/schedule/choose.ts',
    snippet: 'const free = freeSlots(taken, config.max_parallel);',
    by: 'const free = freeSlots([], config.max_parallel);',
    law: REFUSED,
  },
  {
    against: 'work that was reverted',
    file: 'src/decide/fold/watch-landing.ts',
    snippet: "    case 'reverted':\n      return lost\n",
    by: "    case 'reverted':\n      return lost || record.done\n",
    law: WATCHED,
  },
  {
    against: 'work that was forced away',
    file: 'src/decide/fold/watch-landing.ts',
    snippet: '      if (lost) return unchanged;\n      return onceFresh(done.at',
    by: '      if (lost || done) return unchanged;\n      return onceFresh(done.at',
    law: WATCHED,
  },
  {
    against: 'what triagers do to issues',
    file: 'src/state/standing.ts',
    snippet: '  const state = stateThatCounts(issue, { record, trust });\n',
    by: '  const state = undefined as StateChange | undefined;\n  void stateThatCounts;\n',
    law: TRIAGED,
  },
  {
    against: 'labels that triagers set and take off',
    file: 'src/state/standing.ts',
    snippet: '  const labels = labelsThatCount(issue, { record, trust });\n',
    by: '  const labels = labelsThatCount(issue, { record, trust }).slice(0, 0);\n',
    law: TRIAGED,
  },
  {
    against: 'results without a commit on the base',
    file: 'src/decide/fold/judge-results.ts',
    snippet: 'landings.find((candidate) => isFromHere(candidate, testimony));',
    by: `landings.find((candidate) => isFromHere(candidate, testimony)) ??
      results.flatMap(({ result: { commit, outcome, ...of } }) =>
        outcome === 'completed' ? [{ ...of, commit: commit as string, inEffect: true, checks: {} }] : [],
      )[0];`,
    law: FORGED,
  },
  {
    against: 'closings by other workflows',
    file: 'src/state/standing.ts',
    snippet: "if (isOfWorkflow && (record === undefined || 'task' in record)) return isDone(record);",
    by: 'if (isOfWorkflow) return true;',
    law: FORGED,
  },
];

describe('a copy of the product is caught by a law', () => {
  it('not at all where nothing was taken out', async () => {
    const [guard] = GUARDS;
    if (!guard) throw new Error('there is a guard');
    const { hold, remove } = await lawIn({ ...guard, by: guard.snippet });
    try {
      hold({ ...DRAWS, numRuns: 20 });
    } finally {
      await remove();
    }
  });

  for (const guard of GUARDS) {
    it(`without its guard against ${guard.against}`, async () => {
      const { hold, remove } = await lawIn(guard);
      try {
        expect(() => hold(DRAWS)).toThrow(/Property failed/);
      } finally {
        await remove();
      }
    });
  }
});

/** The law, as it judges the mutant. */
async function lawIn(guard: Guard): Promise<Pick<Law, 'hold'> & { readonly remove: () => Promise<void> }> {
  const { folder, remove } = await makeMutant(guard);
  const { TRUST_LAWS } = await import(join(folder, 'test/support/trust/trust-laws.ts'));
  const law = (TRUST_LAWS as readonly Law[]).find(({ name }) => name === guard.law);
  if (!law) throw new Error(`no law says that ${guard.law}`);
  return { hold: law.hold, remove };
}
