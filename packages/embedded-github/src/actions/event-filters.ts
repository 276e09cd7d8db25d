/** What happened, as far as the filters below an event of `on:` look at it. */
export interface Happening {
  readonly action: string | null;
  readonly branch: string | null;
  readonly tag: string | null;
  readonly paths: readonly string[] | null;
}

export type Filter = Readonly<Record<string, readonly string[]>>;

/** Activities that start a workflow which names no `types`; an event that is not here starts it on any. */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
};

/** Whether `types`, `branches`, `tags`, `paths` and their `-ignore` forms let an event through. */
export function eventPasses(event: string, filter: Filter, happening: Happening): boolean {
  const types = filter.types ?? DEFAULT_TYPES[event];
  if (types && happening.action !== null && !types.includes(happening.action)) return false;
  return namePasses(filter, happening) && pathsPass(filter, happening.paths);
}

/** A push of a branch does not start what names tags only, and the other way round. */
function namePasses(filter: Filter, { branch, tag }: Happening): boolean {
  const kinds = [
    { name: branch, wanted: filter.branches, unwanted: filter['branches-ignore'] },
    { name: tag, wanted: filter.tags, unwanted: filter['tags-ignore'] },
  ];
  const isNarrowed = kinds.some(({ wanted, unwanted }) => wanted || unwanted);
  return kinds.every(({ name, wanted, unwanted }) => {
    if (name === null) return true;
    if (!wanted && !unwanted) return !isNarrowed;
    return wanted ? matchesGlobs(wanted, name) : !matchesGlobs(unwanted ?? [], name);
  });
}

function pathsPass(filter: Filter, paths: readonly string[] | null): boolean {
  if (paths === null || paths.length === 0) return true;
  if (filter.paths && !paths.some((path) => matchesGlobs(filter.paths ?? [], path))) return false;
  const ignored = filter['paths-ignore'];
  return !ignored?.length || paths.some((path) => !matchesGlobs(ignored, path));
}

/** The last pattern that matches decides; one with `!` takes out again. */
export function matchesGlobs(globs: readonly string[], text: string): boolean {
  const last = globs.findLast((glob) => toPattern(glob.replace(/^!/, '')).test(text));
  return last !== undefined && !last.startsWith('!');
}

/** GitHub's patterns: `*` within a segment, `**` across, `?` and `+` repeat what stands before, `[a-z]` a class. */
function toPattern(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/|\*\*|\*|\[[^\]]*\]|[?+])/);
  const body = parts.map((part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return /^(?:\[.*\]|[?+])$/.test(part) ? part : part.replace(/[.^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${body.join('')}$`);
}
