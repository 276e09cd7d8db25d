import { firstInvisible } from '../../plan/invisible.ts';
import { parseTaskId } from '../../plan/task-id.ts';

/** Why an id is refused rather than rewritten: it would mean something else to a reader or to a file system. */
export function hostileIdProblem(id: string): string | undefined {
  const shown = id.length > 60 ? `${id.slice(0, 60)}…` : id;
  if (id.trim() === '') return 'this task has no id; give it one such as `CORE-001`';
  const unseen = firstInvisible(id);
  if (unseen !== undefined) {
    return `the id \`${shown}\` contains ${unseen}, an invisible character; remove it`;
  }
  if (/[/\\]/.test(id))
    return `the id \`${shown}\` contains a path separator; ids become parts of git refs, so use \`-\``;
  return undefined;
}

/**
 * For every id of a source the id it has in the plan: itself where a plan may hold it, otherwise the nearest one that
 * a plan may hold and that no other task has. The same ids give the same result, whatever else stands in the source.
 *
 * @param ids Unique without regard to case, none of them hostile.
 */
export function planIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const legal = ids.filter((id) => parseTaskId(id) !== undefined);
  const used = new Set(legal.map((id) => id.toLowerCase()));
  const chosen = new Map(legal.map((id) => [id, id]));
  for (const id of ids) {
    if (chosen.has(id)) continue;
    const wanted = toLegalId(id);
    let candidate = wanted;
    for (let nth = 2; used.has(candidate.toLowerCase()); nth++) candidate = `${wanted.slice(0, 56)}-${nth}`;
    used.add(candidate.toLowerCase());
    chosen.set(id, candidate);
  }
  return chosen;
}

const MAX_ID_LENGTH = 64;

function toLegalId(id: string): string {
  const plain = id
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[._-]+|[._-]+$/g, '')
    .replace(/\.lock$/i, '-lock');
  const named = plain === '' ? `task-${fingerprint(id)}` : plain;
  if (named.length <= MAX_ID_LENGTH) return named;
  return `${named.slice(0, MAX_ID_LENGTH - 9).replace(/[._-]+$/, '')}-${fingerprint(id)}`;
}

/** FNV-1a: long ids that begin alike stay apart. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
