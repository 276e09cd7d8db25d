import type { Mutation } from './mutant.ts';

export type GuardName = keyof typeof GUARDS;

/** Guards of the product, by what each guards against, and what takes it out. Laws in the pure world and in the fault simulation have to notice. */
export const GUARDS = {
  'running what the plan lists as completed': {
    file: 'src/state/listed.ts',
    snippet: "return task.status === 'completed' && record.done === undefined && record.unlisted !== true;",
    by: 'return false;',
  },
  'believing its own projection': {
    file: 'src/state/listed.ts',
    snippet: 'record.done === undefined && record.unlisted !== true;',
    by: 'record.done === undefined;',
  },
  'believing its own projection, put back by a force-push': {
    file: 'src/state/listed.ts',
    snippet: '  if (!planChange) return false;',
    by: '  if (!planChange || app) return false;',
  },
  'issues of another plan that answer for a task': {
    file: 'src/state/plan-identity.ts',
    snippet: 'return ({ plan: id, named }) => (named === undefined ? id === plan.id : !over.has(id));',
    by: 'return () => true;',
  },
  'another plan in the place of one that is not finished': {
    file: 'src/decide/decide.ts',
    snippet: '  if (question) {',
    by: '  if (question && plan.tasks.length < 0) {',
  },
  'losing an issue whose title and body were edited': {
    file: 'src/state/issue-names.ts',
    snippet: 'named: namedIssues(given.groups), inTitles: runTitles(given.snapshot) };',
    by: 'named: new Map(), inTitles: new Map() }; void [namedIssues, runTitles];',
    also: [{ snippet: 'return isForTask ? idInTitle(firstTitle, idOf) : undefined;', by: 'return undefined;' }],
  },
  'a second issue of its own that is left open': {
    file: 'src/state/second-issues.ts',
    snippet: '(isWritten || isLeftAsMade(issue, snapshot))',
    by: 'isWritten',
  },
  'a run that goes on after a no, whichever way it was said': {
    file: 'src/decide/fold/standing-refusal.ts',
    snippet: "  if (record.removed) return { kind: 'removed' };\n",
    by: '  if (groups.length >= 0) return undefined;\n',
  },
  'a run that goes on after its wave or plan was closed': {
    file: 'src/decide/fold/standing-refusal.ts',
    snippet: "  if (group) return { kind: 'group-closed', issue: group.issue.number };\n",
    by: '',
  },
  'a run that goes on after its task was taken out of the plan': {
    file: 'src/decide/fold/fold-removed.ts',
    snippet: "const ended = refuseDispatch(commands.record, { cause: { kind: 'removed' }, at });",
    by: 'void at; const ended = commands.record;',
  },
  'the claim of a run that was refused': {
    file: 'src/decide/effects/refuse-runs.ts',
    snippet: 'issue, dispatch, reason }',
    by: 'issue, dispatch: dispatch - 1, reason }',
  },
  'more runs than there are slots': {
    file: 'src/decide/schedule/choose.ts',
    snippet: 'const free = freeSlots(taken, config.max_parallel);',
    by: 'const free = freeSlots([], config.max_parallel);',
  },
  'work that was reverted': {
    file: 'src/decide/fold/watch-landing.ts',
    snippet: "    case 'reverted':\n      return lost\n",
    by: "    case 'reverted':\n      return lost || record.done\n",
  },
  'work that was forced away': {
    file: 'src/decide/fold/watch-landing.ts',
    snippet: '      if (lost) return unchanged;\n      return onceFresh(done.at',
    by: '      if (lost || done) return unchanged;\n      return onceFresh(done.at',
  },
  'what triagers do to issues': {
    file: 'src/state/standing.ts',
    snippet: '  const state = stateThatCounts(issue, { record, trust });\n',
    by: '  const state = undefined as StateChange | undefined;\n  void stateThatCounts;\n',
  },
  'labels that triagers set and take off': {
    file: 'src/state/standing.ts',
    snippet: '  const labels = labelsThatCount(issue, { record, trust });\n',
    by: '  const labels = labelsThatCount(issue, { record, trust }).slice(0, 0);\n',
  },
  'results without a commit on the base': {
    file: 'src/decide/fold/judge-results.ts',
    snippet: 'landings.find((candidate) => isFromHere(candidate, testimony));',
    by: `landings.find((candidate) => isFromHere(candidate, testimony)) ??
      results.flatMap(({ result: { commit, outcome, ...of } }) =>
        outcome === 'completed' ? [{ ...of, commit: commit as string, inEffect: true, checks: {} }] : [],
      )[0];`,
  },
  'closings by other workflows': {
    file: 'src/state/standing.ts',
    snippet: "if (isOfWorkflow && (record === undefined || 'task' in record)) return isDone(record);",
    by: 'if (isOfWorkflow) return true;',
  },
  'dependencies that are not done': {
    file: 'src/state/classify.ts',
    snippet: 'if (!dependency || dependency.satisfied) continue;',
    by: 'if (!dependency || place >= 0) continue;',
  },
  'an answer that is given again with every pass': {
    file: 'src/decide/fold/fold-labels.ts',
    snippet: 'return why === undefined || known === at ? []',
    by: 'return why === undefined ? []',
    also: [
      {
        file: 'src/decide/effects/unsaid.ts',
        snippet: '!isSaid(effect.issue, occasionOfEffect(effect))',
        by: '(isSaid, true)',
      },
    ],
  },
  'a run that never came of its dispatch': {
    file: 'src/decide/fold/fold-run-result.ts',
    snippet: `  if (now < due) return { record, found: { kind: 'waiting', until: due } };\n  // Nobody waits`,
    by: `  if (now < due || open) return { record, found: { kind: 'waiting', until: Math.max(due, now + 3_600_000) } };\n  // Nobody waits`,
  },
  'a run that ended without a word': {
    file: 'src/decide/fold/fold-run-result.ts',
    snippet: `  if (now < due) return { record, found: { kind: 'waiting', until: due } };\n  const at = last.updatedAt;`,
    by: `  if (now < due || runs.length > 0) return { record, found: { kind: 'waiting', until: Math.max(due, now + 3_600_000) } };\n  const at = last.updatedAt;`,
  },
  'runs in the order in which they came in': {
    file: 'src/decide/fold/reported-results.ts',
    snippet: 'return [...runs].sort((a, b) => a.id - b.id);',
    by: 'return [...runs];',
  },
  'commands that nobody answers': {
    file: 'src/decide/effects/answer-comments.ts',
    snippet: 'return handled.flatMap((each): readonly Effect[] => {',
    by: "return handled.filter(({ kind }) => kind !== 'read').flatMap((each): readonly Effect[] => {",
  },
  'a dispatch number that falls': {
    file: 'src/decide/schedule/assign.ts',
    snippet: 'const dispatch = record.dispatch + 1;',
    by: 'const dispatch = 1;',
  },
  'the text that people wrote around ours': {
    file: 'src/state/own-part.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
    snippet: 'if (span) return `${body.slice(0, span.start)}${part}${body.slice(span.end)}`;',
    by: 'if (span) return part;',
  },
  'a status that a person wrote': {
    file: 'src/state/listed.ts',
    snippet: 'record.done === undefined && record.unlisted !== true;',
    by: 'record.done !== undefined && record.unlisted !== true;',
  },
} satisfies Readonly<Record<string, Mutation>>;
