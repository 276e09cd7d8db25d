import type { PartialTask, ReferenceProblem } from './partial-task.ts';
import type { Path } from './position.ts';

/** What tells by the ids of a plan where they stand. */
interface KnownIds {
  /** The first task of each id in lower case. */
  readonly byFoldedId: ReadonlyMap<string, PartialTask>;
  readonly lineOf: (path: Path) => number;
}

/** `was` moves the issue of a task that is gone: one that names a task of the plan, or that two tasks share, moves nothing. */
export function formerIdProblems(
  sketches: readonly PartialTask[],
  { byFoldedId, lineOf }: KnownIds,
): readonly ReferenceProblem[] {
  const taken = new Map<string, PartialTask>();
  return sketches.flatMap((sketch): readonly ReferenceProblem[] => {
    const { id, was } = sketch;
    if (was === undefined) return [];
    const path = ['tasks', sketch.place, 'was'];
    if (was === id) return [{ path, message: `\`${id}\` has this id already; remove \`was\`` }];
    const folded = was.toLowerCase();
    const holder = byFoldedId.get(folded);
    // The same id in another case is no other id.
    if (holder && holder.id.toLowerCase() !== id.toLowerCase()) {
      const where = `on line ${lineOf(['tasks', holder.place, 'id'])}`;
      const message = `\`${id}\` was \`${was}\`, and a task ${where} has that id; remove \`was\`, or give that task another id`;
      return [{ path, message }];
    }
    const other = taken.get(folded);
    if (!other) {
      taken.set(folded, sketch);
      return [];
    }
    const where = `on line ${lineOf(['tasks', other.place, 'was'])}`;
    const message = `\`${id}\` was \`${was}\`, and so was \`${other.id}\` ${where}: the issue of \`${was}\` goes with one task alone; remove one \`was\``;
    return [{ path, message }];
  });
}
