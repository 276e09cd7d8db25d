/** The id and title that a heading or an item begins with: `T01 — Add an index`, `Task 3: Form`, `2.1 Parser`. */
export interface TaskLabel {
  readonly id: string;
  readonly title: string;
  /** What else the document may call it, in lower case: `task 3`. */
  readonly alias?: string;
  /** Letters of an id that only looks like one, as `S3 bucket` does: another with the same letters must be there. */
  readonly prefix?: string;
  /** The id is a number, so that it also says where the task stands. */
  readonly numbered: boolean;
  /** The text calls it a task, a story or a step. */
  readonly called?: true;
}

const KINDED =
  /^(task|story|user story|ticket|issue|item|step|feature|work item)\s+#?(\d{1,5}(?:\.\d{1,4}){0,4}[a-z]?|[A-Za-z]{1,12}[-_.]?\d[\w.-]{0,40}?)(?=$|[\s:.)\]–—-])/i;
const LETTERED =
  /^[[(]?((?:[A-Za-z]{1,12}\d{0,4}[-_.]){0,4}[A-Za-z]{0,12}\d{1,6}[a-z]?(?:[.-][A-Za-z0-9]{1,8}){0,4})[\])]?(?=$|[\s:.)–—-])/;
const NUMBERED = /^(\d{1,4}(?:\.\d{1,4}){0,4})(?=([.):]?)(?:\s|$))/;
const GAP = /^\s*(?:[:.)–—|-]+\s*)?/;

/** @returns Undefined for a text that begins with neither. */
export function readTaskLabel(text: string): TaskLabel | undefined {
  const plain = text
    .slice(0, 2000)
    .replace(/^(?:\s|\p{Extended_Pictographic}|\ufe0f|#)+(?=\D)/u, '')
    .trim();
  const kinded = KINDED.exec(plain);
  if (kinded !== null) {
    const [whole, kind = '', name = ''] = kinded;
    const numbered = /^\d/.test(name);
    const id = numbered && !/^task$/i.test(kind) ? `${kind.replace(/\s+/g, '-').toLowerCase()}-${name}` : name;
    return {
      id,
      title: titleOf(plain.slice(whole.length)),
      alias: `${kind.toLowerCase()} ${name.toLowerCase()}`,
      numbered,
      called: true,
    };
  }
  const numbered = NUMBERED.exec(plain);
  if (numbered !== null) {
    const [, id = '', sign = ''] = numbered;
    const title = titleOf(plain.slice(id.length));
    // `3 retries` begins with a number, and is no third thing.
    if (title === '' || (sign === '' && !id.includes('.'))) return undefined;
    return { id, title, alias: `task ${id}`, numbered: true };
  }
  const lettered = LETTERED.exec(plain);
  const id = lettered?.[1];
  if (lettered === null || id === undefined || !/^[A-Za-z]/.test(id)) return undefined;
  const rest = plain.slice(lettered[0].length);
  const certain = /^\s*[:–—]|^\s+-\s|^[.)]\s/.test(rest) || lettered[0] !== id || /[-_.]\d/.test(id);
  return {
    id,
    title: titleOf(rest),
    ...(certain ? {} : { prefix: id.replace(/\d.*$/, '').toUpperCase() }),
    numbered: false,
  };
}

function titleOf(rest: string): string {
  return rest.replace(GAP, '').trim();
}

/** Labels without those that only look like one: `S3 bucket` where no `S4` is there as well, or `S3` more than once. */
export function certainLabels<Entry extends { readonly label: TaskLabel | undefined }>(
  entries: readonly Entry[],
): ReadonlySet<Entry> {
  const ids = new Map<string, Set<string>>();
  const twice = new Set<string>();
  for (const { label } of entries) {
    if (label?.prefix === undefined) continue;
    const known = ids.get(label.prefix) ?? new Set();
    if (known.has(label.id)) twice.add(label.prefix);
    ids.set(label.prefix, known.add(label.id));
  }
  const isSure = (prefix: string) => (ids.get(prefix)?.size ?? 0) > 1 && !twice.has(prefix);
  return new Set(entries.filter(({ label }) => label && (label.prefix === undefined || isSure(label.prefix))));
}
