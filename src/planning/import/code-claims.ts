import type { DocumentClaim } from '../../plan/document-claims.ts';
import { fitLine } from './fit-fields.ts';
import { figuresOf, subjectIn, type Total, totalsOfLine } from './totals.ts';

export interface CodeLine {
  readonly text: string;
  readonly line: number;
}

const MAX_TASKS_IN_CLAIM = 1000;

/**
 * What a drawing in a code block claims: a critical path written from top to bottom, tasks drawn side by side, and
 * figures of the whole. Its lines are all there is: a code block is a leaf of the tree.
 *
 * @param about The heading above.
 */
export function claimsOfCode(
  lines: readonly CodeLine[],
  { about, known }: { readonly about: string; readonly known: ReadonlySet<string> },
): readonly DocumentClaim[] {
  const phases = phasesOf(lines, known);
  if (phases.length > 0) return phases;
  const critical =
    subjectIn(about) === 'critical-path' || lines.some(({ text }) => subjectIn(text) === 'critical-path');
  const chain = critical ? chainOf(lines, known) : undefined;
  const totals = lines
    .filter(({ text }) => idsIn(text, known).length === 0)
    .flatMap((line): readonly Total[] => totalsOfLine(line));
  return chain === undefined ? totals : [chain, ...totals];
}

/** Ids of tasks in a text, in order, as far as they stand alone. */
export function idsIn(text: string, known: ReadonlySet<string>): readonly string[] {
  return (text.match(/[A-Za-z0-9][A-Za-z0-9._-]*/g) ?? []).flatMap((word) => {
    if (known.has(word)) return [word];
    const bare = word.replace(/[._-]+$/, '');
    return known.has(bare) ? [bare] : [];
  });
}

/** The chain that lines with at least two tasks give from first to last. */
export function chainOf(lines: readonly CodeLine[], known: ReadonlySet<string>): DocumentClaim | undefined {
  const links = lines.filter(({ text }) => idsIn(text, known).length > 0);
  const tasks = links.flatMap(({ text }) => idsIn(text, known)).slice(0, MAX_TASKS_IN_CLAIM);
  const text = fitLine(links.map((link) => link.text.trim()).join(' → '), 500);
  const line = links[0]?.line;
  if (tasks.length < 2 || text === undefined || line === undefined) return undefined;
  return { kind: 'chain', tasks, line, text };
}

const PHASE = /^\s*((?:phase|wave|stage|group|batch|step)\s+\d{1,4}\b.*?):?\s*$/i;

/** A line such as `Phase 0 (After CORE-001 completes):`, then lines of tasks, one of them with `(2hr max)`. */
function phasesOf(lines: readonly CodeLine[], known: ReadonlySet<string>): readonly DocumentClaim[] {
  const phases: { title: CodeLine; tasks: string[]; minutes?: number; words: string }[] = [];
  for (const line of lines) {
    if (line.text.length <= 500 && PHASE.test(line.text)) {
      phases.push({ title: line, tasks: [], words: '' });
      continue;
    }
    const phase = phases.at(-1);
    if (phase === undefined) continue;
    phase.tasks.push(...idsIn(line.text, known));
    const [figure] = figuresOf(line.text);
    if (figure === undefined || phase.minutes !== undefined) continue;
    phase.minutes = figure.most;
    // What stands behind the drawing: `All 3 in parallel (2hr max)`.
    phase.words = line.text.replace(/^.*[─━│┼├└┤┘═|-]{2,}/u, '').trim();
  }
  return phases.flatMap(({ title, tasks, minutes, words }): readonly DocumentClaim[] => {
    const name = fitLine(PHASE.exec(title.text)?.[1] ?? '', 190);
    const text = fitLine(`${title.text.trim()} ${words}`.trim(), 500);
    if (tasks.length === 0 || minutes === undefined || name === undefined || text === undefined) return [];
    return [{ kind: 'phase', title: name, tasks: tasks.slice(0, MAX_TASKS_IN_CLAIM), minutes, line: title.line, text }];
  });
}
