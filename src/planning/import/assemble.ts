import type { DocumentClaim } from '../../plan/document-claims.ts';
import { formatMinutes, parseEstimate } from '../../plan/estimate.ts';
import { slug } from '../../plan/identity.ts';
import { formatProblem, loadPlan, MAX_TASKS } from '../../plan/load.ts';
import type { FileProblem, Plan } from '../../plan/plan.ts';
import { lineIndex, type Path } from '../../plan/position.ts';
import { checkReferences } from '../../plan/references.ts';
import type { Draft, DraftTask, Remark } from './draft.ts';
import { fitLine, fitTask } from './fit-fields.ts';
import { hostileIdProblem, planIds } from './ids.ts';
import { planText, SCHEMA_URLS } from './plan-text.ts';
import { newRemarks, placed, type Remarks } from './remarks.ts';
import { secondPlanProblems } from './second-plan.ts';
import { withoutRedundantEdges, withSoundEdges } from './sound-edges.ts';
import type { Source } from './source.ts';

export type Assembled =
  | { readonly ok: true; readonly text: string; readonly plan: Plan; readonly notes: readonly FileProblem[] }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** The plan file that a draft gives. It loads, or nothing comes back but what to fix in the source. */
export function assemble(draft: Draft, source: Source): Assembled {
  const remarks = newRemarks();
  const tasks = withSoundEdges(draft.tasks, remarks);
  const problems = [...draft.problems];
  if (problems.length === 0 || tasks.length > 0) problems.push(...numberProblems(tasks, source));
  // What says how thousands of tasks refer to each other is not asked about more than a plan may hold.
  if (tasks.length <= MAX_TASKS) {
    problems.push(...idProblems(tasks), ...referenceProblems(tasks, source), ...secondPlanProblems(tasks, source));
  }
  if (problems.length > 0) return { ok: false, problems: placed(source.files, problems) };
  const ids = planIds(tasks.map(({ id }) => id));
  noteRewrittenIds(tasks, { ids, remarks });
  const text = planText(planFile({ draft, tasks: withoutRedundantEdges(tasks, remarks), ids, remarks, source }));
  const loaded = loadPlan({ file: 'tasks.json', text });
  if (!loaded.ok) return { ok: false, problems: loaded.problems.map((problem) => unforeseen(problem, source)) };
  return { ok: true, text, plan: loaded.plan, notes: placed(source.files, [...draft.notes, ...remarks.all()]) };
}

interface PlanFileInput {
  readonly draft: Draft;
  readonly tasks: readonly DraftTask[];
  readonly ids: ReadonlyMap<string, string>;
  readonly remarks: Remarks;
  readonly source: Source;
}

function planFile({ draft, tasks, ids, remarks, source }: PlanFileInput): object {
  const named = new Set(tasks.map(({ wave }) => wave));
  const waves = draft.waves.flatMap(({ number, title }) => {
    const line = fitLine(title, 190);
    return line === undefined || !named.has(number) ? [] : [{ number, title: line }];
  });
  const name = fitLine(draft.name, 100) ?? fitLine(source.name, 100) ?? 'Imported plan';
  const claims = draft.claims.map((claim) => withPlanIds(claim, ids));
  return {
    $schema: SCHEMA_URLS.plan,
    // By it the plan stays the same one when it is called something else; a name in other letters makes none.
    id: slug(name) || 'plan',
    name,
    ...(waves.length === 0 ? {} : { waves }),
    tasks: tasks.map((task) => taskOf(task, { ids, remarks })),
    ...(claims.length === 0 ? {} : { claims: { source: fitLine(source.path, 500) ?? 'a document', list: claims } }),
  };
}

function taskOf(
  task: DraftTask,
  { ids, remarks }: { readonly ids: ReadonlyMap<string, string>; readonly remarks: Remarks },
): object {
  const id = ids.get(task.id) ?? task.id;
  const { title, description, category, agent, model, ...lists } = fitTask(task, { id, remarks });
  return {
    id,
    title,
    ...(description === undefined ? {} : { description }),
    ...(task.wave === undefined ? {} : { wave: task.wave }),
    ...(category === undefined ? {} : { category }),
    dependencies: task.dependencies.map((dependency) => ids.get(dependency.id) ?? dependency.id),
    ...(task.minutes === undefined ? {} : { estimate: estimateOf(task.minutes) }),
    ...lists,
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(task.status === undefined ? {} : { status: task.status }),
  };
}

/** In words where these say the same, otherwise in minutes. */
function estimateOf(minutes: number): string | number {
  const words = formatMinutes(minutes);
  return parseEstimate(words) === minutes ? words : minutes;
}

function numberProblems(tasks: readonly DraftTask[], source: Source): readonly Remark[] {
  const at = tasks[0]?.at ?? { file: source.files[0]?.file ?? source.path, offset: 0 };
  if (tasks.length === 0) return [{ at, message: 'no task was found in here' }];
  if (tasks.length <= MAX_TASKS) return [];
  return [{ at, message: `the plan has ${tasks.length} tasks; at most ${MAX_TASKS} are read, so divide it` }];
}

function idProblems(tasks: readonly DraftTask[]): readonly Remark[] {
  return tasks.flatMap(({ id, at }) => {
    const message = hostileIdProblem(id);
    return message === undefined ? [] : [{ at, message }];
  });
}

/** The checks of a plan file, applied to the source. */
function referenceProblems(tasks: readonly DraftTask[], source: Source): readonly Remark[] {
  const placeOf = ([, index, , nth]: Path) => {
    const task = tasks[Number(index)];
    return task?.dependencies[Number(nth)]?.at ?? task?.at;
  };
  const lines = new Map(source.files.map(({ file, text }) => [file, lineIndex(text)]));
  const lineOf = ([, index]: Path) => {
    const at = tasks[Number(index)]?.at;
    return (at && lines.get(at.file)?.(at.offset).line) ?? 1;
  };
  const sketches = tasks.map(({ id, status, dependencies }, index) => ({
    id,
    place: index,
    completed: status === 'completed',
    dependencies: dependencies.map((dependency) => dependency.id),
  }));
  return checkReferences(sketches, lineOf).problems.flatMap(({ path, message }) => {
    const at = placeOf(path);
    return at === undefined ? [] : [{ at, message }];
  });
}

function noteRewrittenIds(
  tasks: readonly DraftTask[],
  { ids, remarks }: { readonly ids: ReadonlyMap<string, string>; readonly remarks: Remarks },
): void {
  for (const { id, at } of tasks) {
    const chosen = ids.get(id);
    if (chosen !== undefined && chosen !== id) remarks.add(at, `the id \`${id}\` is written \`${chosen}\` in the plan`);
  }
}

function withPlanIds(claim: DocumentClaim, ids: ReadonlyMap<string, string>): DocumentClaim {
  const planId = (id: string) => ids.get(id) ?? id;
  switch (claim.kind) {
    case 'chain':
    case 'phase':
      return { ...claim, tasks: claim.tasks.map(planId) };
    case 'slot':
      return { ...claim, task: planId(claim.task) };
    default:
      return claim;
  }
}

/** Every field was fitted, so this is a fault of ours; it is reported rather than written to a file that does not load. */
function unforeseen(problem: FileProblem, source: Source): FileProblem {
  const message = `the plan made of this does not load (${formatProblem(problem)}); fix that in the source`;
  return { file: source.files[0]?.file ?? source.path, line: 1, column: 1, message };
}
