import type { Mutation } from '../support/mutant.ts';

/** A guard that is taken out, in a copy of the product or in the task runs of the simulation. */
export type PlantedBug = { readonly law: number; readonly against: string } & (
  | Mutation
  /** Name of a guard of task runs. */
  | { readonly run: string }
);

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    law: 1,
    against: 'dependencies that are not done',
    file: 'src/state/classify.ts',
    snippet: 'if (!dependency || dependency.satisfied) continue;',
    by: 'if (!dependency || place >= 0) continue;',
  },
  {
    law: 1,
    against: 'more runs than there are slots',
    file: 'src/decide/schedule/choose.ts',
    snippet: 'const free = freeSlots(taken, config.max_parallel);',
    by: 'const free = freeSlots([], config.max_parallel);',
  },
  {
    law: 1,
    against: 'running what the plan lists as completed',
    file: 'src/state/listed.ts',
    snippet: "return task.status === 'completed' && record.done === undefined && record.unlisted !== true;",
    by: 'return false;',
  },
  {
    law: 2,
    against: 'results without a commit on the base',
    file: 'src/decide/fold/judge-results.ts',
    snippet: 'landings.find((candidate) => isFromHere(candidate, testimony));',
    by: `landings.find((candidate) => isFromHere(candidate, testimony)) ??
      results.flatMap(({ result: { commit, outcome, ...of } }) =>
        outcome === 'completed' ? [{ ...of, commit: commit as string, inEffect: true, checks: {} }] : [],
      )[0];`,
  },
  {
    law: 2,
    against: 'work that was reverted',
    file: 'src/decide/fold/watch-landing.ts',
    snippet: "    case 'reverted':\n      return lost\n",
    by: "    case 'reverted':\n      return lost || record.done\n",
  },
  { law: 2, against: 'work whose checks failed', run: 'checks' },
  {
    law: 3,
    against: 'an answer that is given again with every pass',
    file: 'src/decide/fold/fold-labels.ts',
    snippet: 'return why === undefined || known === at ? []',
    by: 'return why === undefined || known === undefined ? []',
  },
  {
    law: 4,
    against: 'losing an issue whose title and body were edited',
    file: 'src/state/issue-names.ts',
    snippet: 'named: namedIssues(given.groups), inTitles: runTitles(given.snapshot) };',
    by: 'named: new Map(), inTitles: new Map() }; void [namedIssues, runTitles];',
    also: [{ snippet: 'return isForTask ? idInTitle(firstTitle, idOf) : undefined;', by: 'return undefined;' }],
  },
  {
    law: 4,
    against: 'a second issue of its own that is left open',
    file: 'src/state/second-issues.ts',
    snippet: '(isWritten || isLeftAsMade(issue, snapshot))',
    by: 'isWritten && snapshot.now < 0',
  },
  { law: 4, against: 'a second landing of what has landed', run: 'own landing' },
  {
    law: 5,
    against: 'a run that never came of its dispatch',
    file: 'src/decide/fold/fold-run-result.ts',
    snippet: `  if (now < due) return { record, found: { kind: 'waiting', until: due } };\n  // Nobody waits`,
    by: `  if (now < due || open) return { record, found: { kind: 'waiting', until: due } };\n  // Nobody waits`,
  },
  {
    law: 5,
    against: 'a run that ended without a word',
    file: 'src/decide/fold/fold-run-result.ts',
    snippet: `  if (now < due) return { record, found: { kind: 'waiting', until: due } };\n  const at = last.updatedAt;`,
    by: `  if (now < due || runs.length > 0) return { record, found: { kind: 'waiting', until: due } };\n  const at = last.updatedAt;`,
  },
  {
    law: 6,
    against: 'runs in the order in which they came in',
    file: 'src/decide/fold/fold-run-result.ts',
    snippet: '(millis(run.updatedAt) > millis(latest.updatedAt) ? run : latest)',
    by: '(run === latest ? run : latest)',
  },
  {
    law: 7,
    against: 'commands that nobody answers',
    file: 'src/decide/effects/answer-comments.ts',
    snippet: 'return handled.flatMap((each): readonly Effect[] => {',
    by: "return handled.filter(({ kind }) => kind !== 'read').flatMap((each): readonly Effect[] => {",
  },
  {
    law: 8,
    against: 'a run that goes on after a no, whichever way it was said',
    file: 'src/decide/fold/standing-refusal.ts',
    snippet: "  if (record.removed) return { kind: 'removed' };\n",
    by: '  if (groups.length >= 0) return undefined;\n',
  },
  {
    law: 8,
    against: 'the claim of a run that was refused',
    file: 'src/decide/effects/refuse-runs.ts',
    snippet: 'issue, dispatch, reason }',
    by: 'issue, dispatch: dispatch - 1, reason }',
  },
  { law: 8, against: 'a landing that nobody wants any more', run: 'still wanted' },
  { law: 8, against: 'a landing without its claim', run: 'lease' },
  {
    law: 8,
    against: 'what triagers do to issues',
    file: 'src/state/standing.ts',
    snippet: '  const state = stateThatCounts(issue, { record, trust });\n',
    by: '  const state = undefined as StateChange | undefined;\n  void stateThatCounts;\n',
  },
  {
    law: 8,
    against: 'labels that triagers set',
    file: 'src/state/standing.ts',
    snippet: '  const labels = labelsThatCount(issue, { record, trust });\n',
    by: '  const labels = labelsThatCount(issue, { record, trust }).slice(0, 0);\n',
  },
  { law: 9, against: 'a claim that a later dispatch holds', run: 'claim' },
  { law: 9, against: 'a dispatch that the issue does not ask for', run: 'admission' },
  {
    law: 9,
    against: 'a dispatch number that falls',
    file: 'src/decide/schedule/assign.ts',
    snippet: 'const dispatch = record.dispatch + 1;',
    by: 'const dispatch = 1;',
  },
  { law: 1, against: 'a dependency that is not on the base', run: 'dependencies' },
  {
    law: 8,
    against: 'the text that people wrote around ours',
    file: 'src/state/own-part.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
    snippet: 'if (span) return `${body.slice(0, span.start)}${part}${body.slice(span.end)}`;',
    by: 'if (span) return part;',
  },
  {
    law: 10,
    against: 'a status that a person wrote',
    file: 'src/state/listed.ts',
    snippet: 'record.done === undefined && record.unlisted !== true;',
    by: 'record.done !== undefined && record.unlisted !== true;',
  },
];
