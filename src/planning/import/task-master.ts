import { parseJson } from '../../plan/json.ts';
import type { Locate, Path } from '../../plan/position.ts';
import {
  type Draft,
  type DraftDependency,
  type DraftTask,
  emptyDraft,
  type ReadOptions,
  type Remark,
  type SourcePosition,
} from './draft.ts';
import { type Estimates, newEstimates } from './estimates.ts';
import { described, fieldOf, idOf, idsOfField, linesOfField, listOf, textOf } from './fields.ts';
import { provenanceOf, withoutLeftOut } from './provenance.ts';
import { newRemarks, type Remarks } from './remarks.ts';
import type { Source } from './source.ts';
import { readStatus } from './status.ts';
import { withSubtasksFirst } from './subtasks.ts';
import { ACCEPTANCE_FIELDS, dependencyFields, estimateFields, ignoredFields } from './task-master-fields.ts';
import { chooseList, type TaskList, taskLists } from './task-master-lists.ts';
import { type PhaseNumbers, phaseNumbers, phaseOf } from './task-master-phases.ts';

/** Why a source is taken for a file of claude-task-master. A list `tasks` beside a `name` is a plan of our own. */
export function recognizeTaskMaster({ files: [file], folder }: Source): string | undefined {
  if (folder || file === undefined || !file.text.trimStart().startsWith('{')) return undefined;
  const json = parseJson(file.text);
  const chosen = json.ok ? chooseList(taskLists(json.value), undefined) : undefined;
  const list = chosen?.ok ? chosen.list : undefined;
  if (!json.ok || list === undefined || typeof fieldOf(json.value, 'name') === 'string') return undefined;
  return list.path.length === 1
    ? 'JSON with a list `tasks`'
    : `JSON with a list \`tasks\` under the tag \`${list.tag}\``;
}

export function readTaskMaster({ files: [file] }: Source, { map, tag: wanted }: ReadOptions): Draft {
  if (file === undefined) return emptyDraft;
  const json = parseJson(file.text);
  const at = (offset: number): SourcePosition => ({ file: file.file, offset });
  if (!json.ok) {
    return { ...emptyDraft, problems: json.findings.map(({ offset, message }) => ({ at: at(offset), message })) };
  }
  const remarks = newRemarks();
  const lists = taskLists(json.value);
  const chosen = chooseList(lists, wanted);
  if (!chosen.ok) return { ...emptyDraft, problems: [{ at: at(0), message: chosen.message }] };
  const { list, reason } = chosen;
  if (reason !== undefined) remarks.add(at(json.locate(list.path)), reason);
  for (const { tag, tasks, path } of lists) {
    if (tag === list.tag) continue;
    const message = `the tag \`${tag}\` is not imported, since ids start again under every tag: ${counted(tasks.length)}; \`--tag ${tag}\` imports it`;
    remarks.add(at(json.locate(path)), message);
  }
  const estimates = newEstimates({ map, remarks });
  const reader: TaskMasterReader = {
    locate: (path, part) => at(json.locate(path, part)),
    remarks,
    estimates,
    phases: phaseNumbers(list.tasks),
    problems: [],
    leftOut: new Map(),
    parents: new Map(),
    ignored: new Set(),
  };
  const tasks = list.tasks.flatMap((value, index) => tasksOf(value, { path: [...list.path, index], reader }));
  const nested = withSubtasksFirst(tasks, reader.parents);
  const kept = withoutLeftOut(nested, { leftOut: reader.leftOut, remarks });
  return {
    ...emptyDraft,
    name: nameOf(json.value, list),
    waves: reader.phases.waves,
    tasks: kept,
    provenance: provenanceOf(kept, ORIGINS),
    problems: reader.problems,
    unmapped: estimates.finish(),
    notes: remarks.all(),
  };
}

/** Where each field comes from, as people read it. */
const ORIGINS = {
  id: '`id`, subtasks as `4.1`',
  title: '`title`',
  description: '`description`, `details`',
  dependencies: '`dependencies`, `depends_on`',
  minutes: '`effort`, `estimatedHours`',
  acceptance: '`acceptanceCriteria`, `testStrategy`, `definition_of_done`',
  touches: '`relevantFiles`',
  category: '`category`',
  status: '`status`',
  wave: '`phase`',
} as const;

function counted(tasks: number): string {
  return tasks === 1 ? '1 task' : `${tasks} tasks`;
}

function nameOf(root: unknown, { tag }: TaskList): string {
  const about = fieldOf(root, 'metadata') ?? fieldOf(root, 'meta') ?? fieldOf(fieldOf(root, tag), 'metadata');
  return textOf(about, 'projectName', 'name') ?? (tag === 'master' ? '' : tag);
}

interface TaskMasterReader {
  readonly locate: (path: Path, part?: Parameters<Locate>[1]) => SourcePosition;
  readonly remarks: Remarks;
  readonly estimates: Estimates;
  readonly phases: PhaseNumbers;
  readonly problems: Remark[];
  readonly leftOut: Map<string, Remark>;
  readonly parents: Map<string, string>;
  /** Names of fields that are not imported, as far as they are told about. */
  readonly ignored: Set<string>;
}

interface Family {
  readonly parent?: string;
  readonly siblings?: ReadonlySet<string>;
  /** Of the task that it is a part of. */
  readonly wave?: number | undefined;
}

function tasksOf(
  value: unknown,
  {
    path,
    reader,
    family: { parent, siblings, wave: inherited } = {},
  }: { readonly path: Path; readonly reader: TaskMasterReader; readonly family?: Family },
): readonly DraftTask[] {
  const { locate } = reader;
  const own = idOf(fieldOf(value, 'id'));
  const at = locate([...path, 'id']);
  if (own === undefined) {
    reader.problems.push({ at, message: 'this task has no id; give it a number or a text' });
    return [];
  }
  const id = parent === undefined || own.startsWith(`${parent}.`) ? own : `${parent}.${own}`;
  if (parent !== undefined) reader.parents.set(id, parent);
  const status = statusOf(value, { id, path, reader });
  noteIgnoredFields(value, { path, reader });
  const subtasks = listOf(value, 'subtasks');
  const wave = reader.phases.numbers.get(phaseOf(value) ?? '') ?? inherited;
  const task: DraftTask = {
    id,
    at,
    wave,
    title: textOf(value, 'title') ?? textOf(value, 'description'),
    description: described([
      ['', textOf(value, 'title') === undefined ? undefined : textOf(value, 'description')],
      ['Details', textOf(value, 'details')],
    ]),
    dependencies: dependencyFields(value).flatMap((field) =>
      idsOfField(value, field).flatMap((dependency, nth) =>
        dependencyOf(dependency, { family: { at: locate([...path, field, nth]), parent, siblings }, reader }),
      ),
    ),
    minutes: minutesOf(value, { path, reader }),
    acceptance: ACCEPTANCE_FIELDS.flatMap((field) => linesOfField(fieldOf(value, field))),
    touches: listOf(value, 'relevantFiles').flatMap(
      (file) => (typeof file === 'string' ? file : textOf(file, 'path')) ?? [],
    ),
    category: textOf(value, 'category'),
    status,
  };
  const family = { parent: id, wave, siblings: new Set(subtasks.flatMap((each) => idOf(fieldOf(each, 'id')) ?? [])) };
  return [
    task,
    ...subtasks.flatMap((each, nth) => tasksOf(each, { path: [...path, 'subtasks', nth], reader, family })),
  ];
}

/** @returns undefined for one that is not begun, or that a plan has no word for. */
function statusOf(
  value: unknown,
  { id, path, reader }: { readonly id: string; readonly path: Path; readonly reader: TaskMasterReader },
): DraftTask['status'] {
  const { locate, remarks, leftOut } = reader;
  const status = textOf(value, 'status');
  const read = readStatus(status ?? '');
  if (read.kind === 'left-out') {
    leftOut.set(id, { at: locate([...path, 'id']), message: `\`${id}\` is left out: it is ${status}` });
  }
  if (read.kind === 'unknown') {
    remarks.often(locate([...path, 'status']), (times) => `the status \`${status}\` is read as pending (${times})`);
  }
  return read.kind === 'status' && read.status !== 'pending' ? read.status : undefined;
}

function noteIgnoredFields(
  value: unknown,
  { path, reader: { locate, remarks, ignored, phases } }: { readonly path: Path; readonly reader: TaskMasterReader },
): void {
  for (const key of ignoredFields(value, ignored)) {
    if (key === 'phase' && phases.numbers.has(phaseOf(value) ?? '')) continue;
    const reason = key === 'priority' ? ': the longest remaining path decides the order' : '';
    remarks.often(locate([...path, key], 'key'), (times) => `\`${key}\` is not imported${reason} (${times})`);
  }
  if (listOf(value, 'subtasks').length === 0) return;
  remarks.often(
    locate([...path, 'subtasks'], 'key'),
    (times) => `a task with subtasks waits for them and combines them; its effort is shared among them (${times})`,
  );
}

/** A number in a subtask means the subtask beside it of that number, if there is one. */
function dependencyOf(
  value: unknown,
  {
    family: { at, parent, siblings },
    reader: { problems },
  }: { readonly family: Family & { readonly at: SourcePosition }; readonly reader: TaskMasterReader },
): readonly DraftDependency[] {
  const id = idOf(value);
  if (id === undefined) {
    problems.push({ at, message: 'a dependency must be the id of a task' });
    return [];
  }
  return [{ id: parent !== undefined && siblings?.has(id) ? `${parent}.${id}` : id, at }];
}

function minutesOf(
  value: unknown,
  { path, reader: { locate, estimates } }: { readonly path: Path; readonly reader: TaskMasterReader },
): number | undefined {
  for (const key of estimateFields(value)) {
    const text = idOf(fieldOf(value, key));
    const unit = /hour/i.test(key) ? 60 : /minute/i.test(key) ? 1 : undefined;
    if (text !== undefined) return estimates.read(text, locate([...path, key]), { unit });
  }
  return undefined;
}
