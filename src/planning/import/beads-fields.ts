import type { Path } from '../../plan/position.ts';
import type { SourcePosition } from './draft.ts';
import type { Remarks } from './remarks.ts';

/** One line of a file of beads. */
export interface BeadsEntry {
  readonly value: unknown;
  readonly place: (path: Path, part?: 'key' | 'value') => SourcePosition;
}

const TAKEN_FIELDS = new Set([
  ...['_type', 'id', 'title', 'description', 'design', 'notes', 'dependencies', 'estimated_minutes'],
  ...['acceptance_criteria', 'issue_type', 'status', 'parent'],
]);
/** What beads writes for itself: nobody would look for it in a plan. */
const BOOKKEEPING =
  /^(?:(?:created|updated|closed|deleted|compacted|defer|due)_|content_hash$|source_|close_reason$|compaction_|original_|pinned$|is_template$|ephemeral$|dependents$|(?:comment|dependent|dependency)_count$|sender$|owner$|await_)/;
const MAX_IGNORED_FIELDS = 20;

/** Names the fields of an issue that are not imported. @param ignored Names so far, of all issues. */
export function noteIgnoredFields(
  { value, place }: BeadsEntry,
  { remarks, ignored }: { readonly remarks: Remarks; readonly ignored: Set<string> },
): void {
  for (const [key, given] of Object.entries(value as object)) {
    if (TAKEN_FIELDS.has(key) || isEmpty(given)) continue;
    if (BOOKKEEPING.test(key)) {
      remarks.often(
        place([key], 'key'),
        (times) => `what beads keeps for itself, such as \`created_at\`, is not imported (${times})`,
      );
      continue;
    }
    if (!ignored.has(key) && ignored.size >= MAX_IGNORED_FIELDS) continue;
    ignored.add(key);
    const reason = key === 'priority' ? ': the longest remaining path decides the order' : '';
    remarks.often(place([key], 'key'), (times) => `\`${key.slice(0, 40)}\` is not imported${reason} (${times})`);
  }
}

function isEmpty(given: unknown): boolean {
  if (Array.isArray(given)) return given.length === 0;
  return given === undefined || given === null || given === '' || given === false;
}
