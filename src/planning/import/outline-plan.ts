import { namedDependencies } from './dependency-text.ts';
import type { DraftDependency, DraftTask, Remark } from './draft.ts';
import type { Estimates } from './estimates.ts';
import { ownOrder } from './order-sentences.ts';
import type { OutlineTask } from './outline-task.ts';
import { pathsOfField } from './paths-in-text.ts';
import type { Remarks } from './remarks.ts';
import { readStatus } from './status.ts';
import { type TaskNames, taskNames, waveGroups } from './task-names.ts';

interface OutlineContext {
  readonly numbers: ReadonlyMap<string, number>;
  readonly estimates: Estimates;
  readonly remarks: Remarks;
  readonly leftOut: Map<string, Remark>;
}

/** Names of the tasks of an outline; in a phase whose tasks are numbered anew, its own come first. */
export function outlineNames(tasks: readonly OutlineTask[]): (task: OutlineTask | undefined) => TaskNames {
  const groups = waveGroups(tasks.map(({ id, wave }) => ({ id, label: wave?.label })));
  const order = tasks.map(({ id }) => id);
  const shared = new Map<string, string>();
  const perWave = new Map<string | undefined, Map<string, string>>();
  for (const { id, aliases, wave } of tasks) {
    const own = perWave.get(wave?.label) ?? new Map<string, string>();
    perWave.set(wave?.label, own);
    for (const alias of aliases) {
      if (!shared.has(alias)) shared.set(alias, id);
      if (!own.has(alias)) own.set(alias, id);
    }
  }
  const names = new Map<string | undefined, TaskNames>();
  const whole = taskNames({ order, groups, aliases: shared });
  for (const [label, own] of perWave) names.set(label, { ...whole, aliases: new Map([...shared, ...own]) });
  return (task) => names.get(task?.wave?.label) ?? whole;
}

/** Tasks whose numbers begin anew under every wave get the number of the wave before their own. */
export function withDistinctIds(tasks: readonly OutlineTask[], remarks: Remarks): readonly OutlineTask[] {
  const seen = new Map<string, string | undefined>();
  const again = tasks.some(({ id, wave }) => {
    const known = seen.has(id) && seen.get(id) !== wave?.label;
    seen.set(id, wave?.label);
    return known;
  });
  if (!again || !tasks.every(({ id, wave }) => wave !== undefined || !/^\d+$/.test(id))) return tasks;
  const renamed = tasks.filter(({ id }) => /^\d+$/.test(id));
  const [first] = renamed;
  if (first === undefined) return tasks;
  remarks.add(
    first.at,
    `numbers begin anew under every wave, so that of the wave goes before them: task ${first.id} becomes \`${first.wave?.label}.${first.id}\``,
  );
  return tasks.map((task) => {
    if (!/^\d+$/.test(task.id)) return task;
    const label = task.wave?.label;
    const parent = task.parent !== undefined && /^\d+$/.test(task.parent) ? `${label}.${task.parent}` : task.parent;
    return { ...task, parent, id: `${label}.${task.id}`, aliases: [...task.aliases, task.id, `task ${task.id}`] };
  });
}

/** Tasks as a plan has them, with what they say themselves that they wait for. */
export function outlineTasks(tasks: readonly OutlineTask[], context: OutlineContext): readonly DraftTask[] {
  const { numbers, estimates, remarks } = context;
  const namesOf = outlineNames(tasks);
  return tasks.map((task): DraftTask => {
    const { id, at, fields, wave } = task;
    const names = namesOf(task);
    const own = ownOrder(task.title, names, id);
    const value = (role: Parameters<typeof fields.values.get>[0]) => fields.values.get(role);
    const text = (role: Parameters<typeof fields.values.get>[0]) => value(role)?.lines.join(' ').trim() || undefined;
    const estimate = value('estimate');
    const minutes =
      estimate === undefined
        ? task.estimate === undefined
          ? undefined
          : estimates.read(task.estimate, at)
        : estimates.read(estimate.lines.join(' '), estimate.at, estimate);
    for (const words of own.untaken) noteUntaken(words, { at, remarks });
    const checks = fields.checks.map(({ text: words }) => words);
    const acceptance = [...(value('acceptance')?.lines ?? []), ...checks].map(withoutBox).filter((line) => line !== '');
    return {
      id,
      at,
      title: own.text,
      description: fields.rest === '' ? undefined : fields.rest,
      dependencies: [
        ...fieldDependencies(task, { names, remarks }),
        ...own.ids.map((other) => ({ id: other, at, weak: true as const })),
      ],
      wave: wave === undefined ? undefined : numbers.get(wave.label),
      category: text('category'),
      minutes,
      acceptance,
      outputs: pathsOfField(value('outputs')?.lines),
      touches: pathsOfField(value('touches')?.lines),
      agent: text('agent'),
      model: text('model'),
      status: statusOf(task, context),
    };
  });
}

export function noteUntaken(
  words: string,
  { at, remarks }: { readonly at: DraftTask['at']; readonly remarks: Remarks },
): void {
  const shown = words.length > 60 ? `${words.slice(0, 60)}…` : words;
  remarks.often(at, (times) => `\`${shown}\` names no task of this plan, so nothing waits for it (${times})`);
}

function fieldDependencies(
  { id, fields }: OutlineTask,
  { names, remarks }: { readonly names: TaskNames; readonly remarks: Remarks },
): readonly DraftDependency[] {
  const field = fields.values.get('dependencies');
  if (field === undefined) return [];
  const { ids, untaken } = namedDependencies(field.lines.join('\n'), names, id);
  for (const words of untaken) noteUntaken(words, { at: field.at, remarks });
  return ids.map((other) => ({ id: other, at: field.at }));
}

/** Its own word for it, else the mark beside it, else its boxes, else the heading above. */
function statusOf(task: OutlineTask, { remarks, leftOut }: OutlineContext): DraftTask['status'] {
  const { id, at, fields, wave } = task;
  const field = fields.values.get('status');
  const fieldText = field?.lines.join(' ').trim();
  const read = fieldText === undefined ? task.status : readStatus(fieldText);
  const shown = (fieldText ?? task.statusText).slice(0, 40);
  if (read?.kind === 'left-out') leftOut.set(id, { at, message: `\`${id}\` is left out: it is ${shown}` });
  if (read?.kind === 'unknown') {
    remarks.often(field?.at ?? at, (times) => `the status \`${shown}\` is read as pending (${times})`);
  }
  if (read?.kind === 'status' && (read.status !== 'pending' || fieldText !== undefined))
    return pendingLess(read.status);
  if (read !== undefined && read.kind !== 'status') return undefined;
  const { checks } = fields;
  if (checks.length > 0 && checks.every(({ checked }) => checked)) {
    remarks.often(at, (times) => `a task whose boxes are all ticked is completed (${times})`);
    return 'completed';
  }
  const ticked = checks.filter(({ checked }) => checked).length;
  if (ticked > 0) remarks.often(at, (times) => `a task with some of its boxes ticked is read as pending (${times})`);
  if (wave?.done && read === undefined && checks.length === 0) {
    remarks.often(at, (times) => `a task under a heading that says it is done is completed (${times})`);
    return 'completed';
  }
  return undefined;
}

function pendingLess(status: NonNullable<DraftTask['status']>): DraftTask['status'] {
  return status === 'pending' ? undefined : status;
}

function withoutBox(line: string): string {
  return line.trim().replace(/^\[[^[\]]{0,2}\]\s*/, '');
}
