/** How a document may name its tasks, to find out what a text of it waits for. */
export interface TaskNames {
  readonly ids: ReadonlySet<string>;
  /** Ids in the order of the document. */
  readonly order: readonly string[];
  /** Other names of a task, in lower case: `task 3`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Names of several tasks, in lower case: `phase 1`, `us2`. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The place of each id in the order. */
  readonly places: ReadonlyMap<string, number>;
  readonly folded: ReadonlyMap<string, string>;
}

interface NameInput {
  readonly order: readonly string[];
  readonly aliases?: ReadonlyMap<string, string>;
  readonly groups?: ReadonlyMap<string, readonly string[]>;
}

export function taskNames({ order, aliases = new Map(), groups = new Map() }: NameInput): TaskNames {
  return {
    ids: new Set(order),
    order,
    aliases,
    groups,
    places: new Map(order.map((id, place) => [id, place])),
    folded: new Map(order.map((id) => [id.toLowerCase(), id])),
  };
}

/** `phase 2`, `wave 2`, `stage 2`: every word for a wave means the same group. */
export function waveGroups(tasks: readonly { readonly id: string; readonly label: string | undefined }[]) {
  const groups = new Map<string, string[]>();
  for (const { id, label } of tasks) {
    if (label === undefined) continue;
    const ids = groups.get(`phase ${label}`);
    if (ids === undefined) groups.set(`phase ${label}`, [id]);
    else ids.push(id);
  }
  return groups;
}

const KINDS = `(?:tasks?|story|stories|tickets?|issues?|items?|steps?|features?|user stor(?:y|ies))`;
const KIND = new RegExp(String.raw`^${KINDS}\s+#?(?=\S)`, 'i');
const WAVE = /^(?:phases?|waves?|stages?|sprints?|milestones?|iterations?|m(?=\d))\s*#?(\d{1,4}(?:\.\d{1,3})*)$/i;
const STORY = /^(?:user\s+)?(?:story|us)\s*-?\s*(\d{1,3})$/i;

/** The tasks that one name means; undefined where it names none. */
export function tasksNamed(written: string, names: TaskNames): readonly string[] | undefined {
  if (names.ids.has(written)) return [written];
  const name = written.replace(/^[`*_#[("']+|[`*_\])"'.:!]+$/g, '').trim();
  if (name === '' || name.length > 200) return undefined;
  const bare = name.replace(KIND, '');
  for (const each of [name, bare]) {
    const id = names.ids.has(each)
      ? each
      : (names.folded.get(each.toLowerCase()) ?? names.aliases.get(each.toLowerCase()));
    if (id !== undefined) return [id];
  }
  const wave = WAVE.exec(name)?.[1];
  const group = wave === undefined ? undefined : names.groups.get(`phase ${wave}`);
  if (group !== undefined) return group;
  const story = STORY.exec(name)?.[1];
  return names.groups.get(story === undefined ? name.toLowerCase() : `us${Number(story)}`) ?? rangeNamed(name, names);
}

const SEPARATOR = /\s*(?:–|—|\.{2,3}|…|-|\bto\b|\bthrough\b)\s*/g;

/** `T001-T005`, `V1.1–V1.7`, `Task 3-7`: the tasks from one to the other, in the order of the document. */
function rangeNamed(name: string, names: TaskNames): readonly string[] | undefined {
  for (const { index, 0: separator } of name.matchAll(SEPARATOR)) {
    const first = oneNamed(name.slice(0, index), names);
    if (first === undefined) continue;
    const end = name.slice(index + separator.length);
    // `T003-5` leaves out what both have in common.
    const last = oneNamed(end, names) ?? oneNamed(first.slice(0, Math.max(0, first.length - end.length)) + end, names);
    const [from, to] = [names.places.get(first), last === undefined ? undefined : names.places.get(last)];
    if (from !== undefined && to !== undefined && from < to) return names.order.slice(from, to + 1);
  }
  return undefined;
}

function oneNamed(written: string, names: TaskNames): string | undefined {
  const bare = written.trim().replace(KIND, '').replace(/^#/, '');
  if (bare === '') return undefined;
  return names.ids.has(bare) ? bare : (names.folded.get(bare.toLowerCase()) ?? names.aliases.get(bare.toLowerCase()));
}
