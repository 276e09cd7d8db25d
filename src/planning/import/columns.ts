import { WORKDAY } from './estimate-map.ts';

/** What a column of a table of tasks holds. */
export type ColumnRole =
  | 'id'
  | 'title'
  | 'description'
  | 'estimate'
  | 'dependencies'
  | 'wave'
  | 'category'
  | 'agent'
  | 'model'
  | 'slot'
  | 'status'
  | 'acceptance'
  | 'touches'
  | 'outputs';

export interface Column {
  readonly role: ColumnRole;
  readonly index: number;
  /** As the document calls it. */
  readonly heading: string;
  /** Minutes that a number without a unit counts. */
  readonly unit?: number;
  /** What such a number counts where that is no time: `points`. */
  readonly word?: string;
}

const NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  id: [
    'id',
    'task id',
    'key',
    'ref',
    'task key',
    'task no',
    'identifier',
    'ticket',
    'issue',
    'story id',
    '#',
    'no',
    'nr',
  ],
  title: ['title', 'name', 'task name', 'task title', 'summary', 'what', 'work', 'deliverable', 'user story', 'story'],
  description: ['description', 'details', 'notes', 'scope', 'task description', 'objective', 'goal'],
  estimate: [
    'duration',
    'estimate',
    'effort',
    'time',
    'est',
    'estimated time',
    'estimated duration',
    'estimated effort',
    'time estimate',
    'hours',
    'estimated hours',
    'minutes',
    'length',
    'est time',
    'est hours',
    'est effort',
    'est duration',
    'estimated',
    'effort estimate',
    'duration estimate',
    'estimation',
    'timebox',
    'story points',
    'story point',
    'points',
    'sp',
    'pts',
    'size',
    't shirt size',
  ],
  dependencies: [
    'dependencies',
    'dependency',
    'depends on',
    'depends',
    'deps',
    'blocked by',
    'requires',
    'prerequisites',
    'prerequisite',
    'waits for',
    'after',
    'needs',
    'predecessors',
    'predecessor',
    'prereqs',
    'prereq',
    'dependent on',
    'depends upon',
    'dependencies prerequisites',
    'prerequisite tasks',
    'dependent tasks',
    'task dependencies',
    'upstream',
  ],
  wave: ['wave', 'phase', 'stage', 'sprint', 'milestone'],
  category: ['category', 'type', 'kind', 'area', 'task type', 'workstream'],
  agent: ['agent', 'agent type', 'subagent', 'subagent type', 'assigned agent', 'role'],
  model: ['model', 'llm', 'agent model'],
  slot: ['parallel slots', 'parallel slot', 'slots', 'slot'],
  status: ['status', 'state', 'done', 'current status', 'progress', 'complete', 'completed'],
  acceptance: [
    'acceptance',
    'acceptance criteria',
    'done when',
    'definition of done',
    'success criteria',
    'exit criteria',
    'acceptance criterion',
    'dod',
    'completion criteria',
  ],
  touches: [
    'touches',
    'files',
    'paths',
    'files touched',
    'file',
    'modules',
    'affected files',
    'files to change',
    'files to modify',
    'key files',
    'location',
    'file s',
  ],
  outputs: ['outputs', 'output', 'artifacts', 'produces'],
};

const ROLES: ReadonlyMap<string, ColumnRole> = new Map(
  Object.entries(NAMES).flatMap(([role, names]) => names.map((name) => [name, role as ColumnRole])),
);

/**
 * The columns of a table by what they hold, when it is one of tasks: it names tasks, and says how long they take or
 * what they wait for. `Task` names the task where no other column does, and otherwise says what it is.
 */
export function taskColumns(headings: readonly string[]): readonly Column[] | undefined {
  const words = headings.map(simplified);
  const found = new Map<ColumnRole, Column>();
  const add = (role: ColumnRole, index: number) => {
    const column = { role, index, heading: headings[index] ?? '', ...unitOf(headings[index]) };
    const known = found.get(role);
    // Points are an estimate where no column gives times.
    if (known === undefined || (known.word !== undefined && column.word === undefined)) found.set(role, column);
  };
  for (const [index, word] of words.entries()) {
    const role = ROLES.get(word);
    if (role !== undefined) add(role, index);
  }
  const task = words.findIndex((word) => word === 'task' || word === 'tasks');
  if (task !== -1) add(found.has('id') ? 'title' : 'id', task);
  const description = found.get('description');
  if (!found.has('title') && description !== undefined) {
    found.delete('description');
    add('title', description.index);
  }
  // Nothing names the tasks but their titles.
  const title = found.get('title');
  if (!found.has('id') && title !== undefined) {
    found.delete('title');
    add('id', title.index);
  }
  const isNamed = task !== -1 || words.some((word) => ROLES.get(word) === 'id');
  const describes =
    (['estimate', 'dependencies'] as const).some((role) => found.has(role)) || (isNamed && found.has('status'));
  return found.has('id') && describes ? [...found.values()].sort((a, b) => a.index - b.index) : undefined;
}

/** The columns of a table that says who does which kind of task. */
export function agentTypeColumns(
  headings: readonly string[],
): { readonly category: number; readonly agent: number; readonly model: number } | undefined {
  const roles = headings.map((heading) => {
    const word = simplified(heading);
    return ['task', 'tasks', 'task category', 'tasks by category'].includes(word) ? 'category' : ROLES.get(word);
  });
  const [category, agent, model] = (['category', 'agent', 'model'] as const).map((role) => roles.indexOf(role));
  if (category === undefined || agent === undefined || model === undefined || category === -1 || agent === -1) {
    return undefined;
  }
  return { category, agent, model };
}

const LABELS: ReadonlySet<ColumnRole> = new Set([
  ...(['estimate', 'dependencies', 'category', 'status', 'acceptance', 'touches', 'outputs', 'model'] as const),
]);
/** Words that head a column, and that people write before a colon for other things. */
const NO_LABELS = new Set([
  'after',
  'done',
  'type',
  'kind',
  'area',
  'output',
  'progress',
  'length',
  'needs',
  'state',
  'work',
]);

/** What a label below a task stands for: `Dependencies`, `Est.`, `Definition of Done`. */
export function labelColumn(
  label: string,
): { readonly role: ColumnRole; readonly unit?: number; readonly word?: string } | undefined {
  const word = simplified(label);
  const role = ['agent', 'agent type', 'subagent'].includes(word) ? 'agent' : ROLES.get(word);
  if (role === undefined || NO_LABELS.has(word) || (role !== 'agent' && !LABELS.has(role))) return undefined;
  return { role, ...unitOf(label) };
}

function simplified(heading: string): string {
  return heading
    .slice(0, 200)
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .replace(/[^\p{L}\p{N}#]+/gu, ' ')
    .trim();
}

function unitOf(heading = ''): { readonly unit?: number; readonly word?: string } {
  const word = heading.toLowerCase();
  if (/\bpoints?\b|^\s*(?:sp|pts)\s*$|\((?:sp|pts)\)/.test(word)) return { word: 'points' };
  if (/\bhours?\b|\((?:h|hrs?)\)/.test(word)) return { unit: 60 };
  if (/\bminutes?\b|\((?:m|min|mins)\)/.test(word)) return { unit: 1 };
  if (/\bdays?\b|\(d\)/.test(word)) return { unit: WORKDAY };
  return {};
}
