import { LIMITS, parseJson } from '../../plan/json.ts';
import { type BeadsEntry, noteIgnoredFields } from './beads-fields.ts';
import { type Draft, type DraftTask, emptyDraft, type Remark, type SourcePosition } from './draft.ts';
import { described, fieldOf, idOf, linesOfField, listOf, minutesOfField, textOf } from './fields.ts';
import { provenanceOf, withoutLeftOut } from './provenance.ts';
import { newRemarks, type Remarks } from './remarks.ts';
import type { Source, SourceFile } from './source.ts';
import { readStatus } from './status.ts';
import { withSubtasksFirst } from './subtasks.ts';

/** Why a source is taken for issues of beads: its first line is an issue in JSON. */
export function recognizeBeads({ files: [file], folder }: Source): string | undefined {
  if (folder || file === undefined) return undefined;
  const first = file.text.split('\n', 50).find((line) => line.trim() !== '') ?? '';
  if (!first.startsWith('{')) return undefined;
  const json = parseJson(first);
  if (!json.ok) return undefined;
  const issue = typeof fieldOf(json.value, 'title') === 'string' && idOf(fieldOf(json.value, 'id')) !== undefined;
  if (!issue && typeof fieldOf(json.value, '_type') !== 'string') return undefined;
  return /\.jsonl$/i.test(file.file)
    ? 'lines of JSON (.jsonl) with ids and titles'
    : 'lines of JSON with ids and titles';
}

export function readBeads({ files: [file] }: Source): Draft {
  if (file === undefined) return emptyDraft;
  const reader: BeadsReader = {
    remarks: newRemarks(),
    problems: [],
    leftOut: new Map(),
    parents: new Map(),
    ignored: new Set(),
    skipped: new Set(),
  };
  const read = entriesOf(file, reader).flatMap((entry) => taskOf(entry, reader));
  const tasks = withoutGates(read, reader);
  const nested = withSubtasksFirst(tasks, reader.parents);
  const wholes = new Set(reader.parents.values());
  for (const { id, at } of tasks) {
    if (!wholes.has(id)) continue;
    const message = 'an issue with children waits for them, and they for what it waits for';
    reader.remarks.often(at, (times) => `${message}; its estimate is shared among them (${times})`);
  }
  const kept = withoutLeftOut(nested, { leftOut: reader.leftOut, remarks: reader.remarks });
  return {
    ...emptyDraft,
    tasks: kept,
    provenance: provenanceOf(kept, {
      id: '`id`',
      title: '`title`',
      description: '`description`, `design`, `notes`',
      dependencies: '`dependencies` that gate, and children of an issue',
      minutes: '`estimated_minutes`',
      acceptance: '`acceptance_criteria`',
      category: '`issue_type`',
      status: '`status`',
    }),
    problems: reader.problems,
    notes: reader.remarks.all(),
  };
}

/** Nothing waits for what is no work: not for a convoy around it, and not for a gate that people open. */
function withoutGates(tasks: readonly DraftTask[], { skipped, remarks }: BeadsReader): readonly DraftTask[] {
  if (skipped.size === 0) return tasks;
  return tasks.map((task) => {
    const dependencies = task.dependencies.filter(({ id, at }) => {
      if (!skipped.has(id)) return true;
      remarks.add(
        at,
        `\`${task.id}\` no longer waits for \`${id}\`, which is not work; hold its wave until that is so`,
      );
      return false;
    });
    return dependencies.length === task.dependencies.length ? task : { ...task, dependencies };
  });
}

interface BeadsReader {
  readonly remarks: Remarks;
  readonly problems: Remark[];
  readonly leftOut: Map<string, Remark>;
  readonly parents: Map<string, string>;
  /** Names of fields that are not imported, as far as they are told about. */
  readonly ignored: Set<string>;
  /** Ids of entries that are no work. */
  readonly skipped: Set<string>;
}

function entriesOf(file: SourceFile, { problems }: BeadsReader): readonly BeadsEntry[] {
  if (file.text.length > LIMITS.characters) {
    const message = `the file has ${file.text.length} characters; at most ${LIMITS.characters} are read`;
    problems.push({ at: { file: file.file, offset: 0 }, message });
    return [];
  }
  let offset = 0;
  return file.text.split('\n').flatMap((line): readonly BeadsEntry[] => {
    const start = offset;
    offset += line.length + 1;
    if (line.trim() === '') return [];
    const at = (within: number): SourcePosition => ({ file: file.file, offset: start + within });
    const json = parseJson(line);
    if (json.ok) return [{ value: json.value, place: (path, part) => at(json.locate(path, part)) }];
    problems.push(...json.findings.map((finding) => ({ at: at(finding.offset), message: finding.message })));
    return [];
  });
}

/** These hold an issue back until the other is closed. `parent-child` is expressed by withSubtasksFirst. */
const GATES = new Set(['blocks', 'conditional-blocks', 'waits-for']);
/** Kinds of entry that are no work. */
const NO_WORK = new Set([
  ...[
    'message',
    'event',
    'memory',
    'agent',
    'role',
    'slot',
    'rig',
    'convoy',
    'wisp',
    'molecule',
    'template',
    'formula',
  ],
]);
/** A gate is no work either, but others wait for it: whoever starts the plan sees to it. */
const GATE = 'gate';
function taskOf({ value, place }: BeadsEntry, reader: BeadsReader): readonly DraftTask[] {
  const { remarks, problems } = reader;
  const kind = textOf(value, '_type') ?? 'issue';
  const type = textOf(value, 'issue_type');
  const id = idOf(fieldOf(value, 'id'));
  const at = place(['id']);
  if (kind !== 'issue' || (type !== undefined && (NO_WORK.has(type) || type === GATE))) {
    const skipped = kind !== 'issue' ? kind : type;
    remarks.often(place([]), (times) => `an entry of the type \`${skipped}\` is not work; not imported (${times})`);
    if (id !== undefined) reader.skipped.add(id);
    return [];
  }
  if (id === undefined) {
    problems.push({ at, message: 'this line is not an issue: it has no `id`' });
    return [];
  }
  const parent = textOf(value, 'parent');
  if (parent !== undefined) reader.parents.set(id, parent);
  const status = statusOf({ entry: { value, place }, id, reader });
  noteIgnoredFields({ value, place }, reader);
  const minutes = fieldOf(value, 'estimated_minutes');
  return [
    {
      id,
      at,
      title: textOf(value, 'title'),
      description: described([
        ['', textOf(value, 'description')],
        ['Design', textOf(value, 'design')],
        ['Notes', textOf(value, 'notes')],
      ]),
      dependencies: dependenciesOf({ entry: { value, place }, id, reader }),
      minutes: minutesOfField(minutes, { at: place(['estimated_minutes']), remarks }),
      acceptance: linesOfField(fieldOf(value, 'acceptance_criteria')),
      category: type,
      status,
    },
  ];
}

/** @returns undefined for one that is not begun, or that a plan has no word for. */
function statusOf({
  entry: { value, place },
  id,
  reader: { remarks, leftOut },
}: {
  readonly entry: BeadsEntry;
  readonly id: string;
  readonly reader: BeadsReader;
}): DraftTask['status'] {
  const status = textOf(value, 'status') ?? 'open';
  const read = readStatus(status);
  if (read.kind === 'left-out') {
    leftOut.set(id, { at: place(['id']), message: `\`${id}\` is left out: it is ${status}` });
  }
  if (read.kind === 'unknown') {
    remarks.often(place(['status']), (times) => `the status \`${status}\` is read as pending (${times})`);
  }
  return read.kind === 'status' && read.status !== 'pending' ? read.status : undefined;
}

function dependenciesOf({
  entry: { value, place },
  id,
  reader: { remarks, parents },
}: {
  readonly entry: BeadsEntry;
  readonly id: string;
  readonly reader: BeadsReader;
}): DraftTask['dependencies'] {
  return listOf(value, 'dependencies').flatMap((dependency, nth) => {
    const other = idOf(fieldOf(dependency, 'depends_on_id') ?? fieldOf(dependency, 'id'));
    const at = place(['dependencies', nth]);
    if (other === undefined) {
      remarks.often(at, (times) => `a dependency that names no issue is not imported (${times})`);
      return [];
    }
    const type = textOf(dependency, 'type', 'dependency_type') ?? 'blocks';
    if (type === 'parent-child') {
      parents.set(id, other);
      return [];
    }
    if (!GATES.has(type)) {
      remarks.often(at, (times) => `a dependency of the type \`${type}\` does not gate; not imported (${times})`);
      return [];
    }
    if (type === 'conditional-blocks') {
      remarks.often(at, (times) => `\`conditional-blocks\` is read as \`blocks\`: a plan has no conditions (${times})`);
    }
    return [{ id: other, at }];
  });
}
