import { matchesGlobs } from './globs.ts';

/** What happened, as far as the filters below an event of `on:` look at it. */
interface FilteredEvent {
  readonly name: string;
  readonly action: string | null;
  readonly branch: string | null;
  readonly tag: string | null;
  readonly paths: readonly string[] | null;
}

type Filter = Readonly<Record<string, readonly string[]>>;

/**
 * Activities that start a workflow which names no `types`; an event that is not here starts it on any
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request).
 */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
};

/** Whether `types`, `branches`, `tags`, `paths` and their `-ignore` forms let an event through. */
export function eventPasses(filter: Filter, event: FilteredEvent): boolean {
  const types = filter.types ?? DEFAULT_TYPES[event.name];
  if (types && event.action !== null && !types.includes(event.action)) return false;
  return namePasses(filter, event) && pathsPass(filter, event.paths);
}

/** A push of a branch does not start what names tags only, and the other way round. */
function namePasses(filter: Filter, { branch, tag }: FilteredEvent): boolean {
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
