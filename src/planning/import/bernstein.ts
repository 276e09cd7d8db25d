import type { Path } from '../../plan/position.ts';
import { parseYaml } from '../../plan/yaml.ts';
import { newDependencyBudget } from './dependency-budget.ts';
import {
  type Draft,
  type DraftDependency,
  type DraftTask,
  emptyDraft,
  type Remark,
  type SourcePosition,
} from './draft.ts';
import { fieldOf, idOf, idsOfField, listOf, minutesOfField, textOf } from './fields.ts';
import { provenanceOf } from './provenance.ts';
import { newRemarks, type Remarks } from './remarks.ts';
import type { Source } from './source.ts';

/** Why a source is taken for a plan of bernstein: YAML with stages of steps. */
export function recognizeBernstein({ files: [file], folder }: Source): string | undefined {
  if (folder || file === undefined || !/^stages\s*:/m.test(file.text)) return undefined;
  const yaml = parseYaml(file.text);
  // YAML that is broken further down is still a plan of bernstein; reading it says what is wrong.
  if (!yaml.ok) return /\.ya?ml$/i.test(file.file) ? 'YAML with `stages`' : undefined;
  const stages = listOf(yaml.value, 'stages');
  if (!stages.some((stage) => Array.isArray(fieldOf(stage, 'steps')))) return undefined;
  return 'YAML with `stages` of `steps`';
}

/** Stages as waves; the steps of a stage run side by side, after all steps of the stages that it depends on. */
export function readBernstein({ files: [file] }: Source): Draft {
  if (file === undefined) return emptyDraft;
  const yaml = parseYaml(file.text);
  const at = (offset: number): SourcePosition => ({ file: file.file, offset });
  if (!yaml.ok) {
    return { ...emptyDraft, problems: yaml.findings.map(({ offset, message }) => ({ at: at(offset), message })) };
  }
  const remarks = newRemarks();
  const problems: Remark[] = [];
  const place = (path: Path) => at(yaml.locate(path));
  const stages = listOf(yaml.value, 'stages').map((value, index) => stageOf(value, index));
  const byName = new Map(stages.map((stage) => [stage.name.toLowerCase(), stage]));
  const allow = newDependencyBudget();
  const tasks = stages.flatMap((stage) => {
    const waits = stageDependencies(stage, { byName, place, problems, allow });
    allow(waits.length * stage.ids.length);
    return listOf(stage.value, 'steps').map((step, nth) => taskOf(step, { stage, nth, waits, place, remarks }));
  });
  noteIgnoredSettings(yaml.value, { place, remarks });
  return {
    ...emptyDraft,
    name: textOf(yaml.value, 'name', 'goal') ?? '',
    waves: stages.map(({ name }, index) => ({ number: index + 1, title: name })),
    tasks,
    provenance: provenanceOf(tasks, ORIGINS),
    problems,
    notes: remarks.all(),
  };
}

/** Where each field comes from, as people read it. */
const ORIGINS = {
  id: 'stage and step: `2.3`',
  title: '`title` or `goal`',
  wave: 'the stages',
  dependencies: '`depends_on`',
  category: '`role`',
  model: '`model`',
  touches: '`files`',
  outputs: '`completion_signals` about paths',
  acceptance: 'the other `completion_signals`',
  description: '`description`',
  minutes: '`estimated_minutes`',
} as const;

interface StageContext {
  readonly byName: ReadonlyMap<string, BernsteinStage>;
  readonly place: (path: Path) => SourcePosition;
  readonly problems: Remark[];
  readonly allow: (count: number) => void;
}

/** All steps of the stages that a stage depends on. */
function stageDependencies(
  { value, path }: BernsteinStage,
  { byName, place, problems, allow }: StageContext,
): readonly DraftDependency[] {
  return idsOfField(value, 'depends_on').flatMap((name, nth) => {
    const at = place([...path, 'depends_on', nth]);
    const other = byName.get(String(name).trim().toLowerCase());
    allow(other?.ids.length ?? 0);
    if (other !== undefined) return other.ids.map((id): DraftDependency => ({ id, at }));
    problems.push({ at, message: `there is no stage \`${String(name).slice(0, 60)}\`; name one of the plan's stages` });
    return [];
  });
}

interface BernsteinStage {
  readonly value: unknown;
  readonly path: Path;
  readonly name: string;
  readonly number: number;
  /** Of its steps, in order. */
  readonly ids: readonly string[];
}

function stageOf(value: unknown, index: number): BernsteinStage {
  const ids = listOf(value, 'steps').map((step, nth) => idOf(fieldOf(step, 'id')) ?? `${index + 1}.${nth + 1}`);
  return {
    value,
    path: ['stages', index],
    name: textOf(value, 'name') ?? `Stage ${index + 1}`,
    number: index + 1,
    ids,
  };
}

interface StepContext {
  readonly stage: BernsteinStage;
  readonly nth: number;
  readonly waits: readonly DraftDependency[];
  readonly place: (path: Path) => SourcePosition;
  readonly remarks: Remarks;
}

const IGNORED_FIELDS = ['complexity', 'scope', 'priority', 'effort', 'phases', 'cli'];

function taskOf(step: unknown, { stage, nth, waits, place, remarks }: StepContext): DraftTask {
  const path = [...stage.path, 'steps', nth];
  const at = place(path);
  for (const key of IGNORED_FIELDS) {
    if (fieldOf(step, key) === undefined) continue;
    remarks.often(place([...path, key]), (times) => `\`${key}\` is not imported (${times})`);
  }
  const id = stage.ids[nth] ?? '';
  const own = idsOfField(step, 'depends_on').flatMap((value, index): readonly DraftDependency[] => {
    const other = idOf(value);
    return other === undefined
      ? []
      : [{ id: stepNamed(other, stage) ?? other, at: place([...path, 'depends_on', index]) }];
  });
  const minutes = fieldOf(step, 'estimated_minutes');
  const signals = listOf(step, 'completion_signals').map(signalOf);
  const [title, description] = wordsOf(step);
  return {
    id,
    at,
    title,
    description,
    wave: stage.number,
    dependencies: [...waits, ...own],
    minutes: minutesOfField(minutes, { at: place([...path, 'estimated_minutes']), remarks }),
    category: textOf(step, 'role'),
    model: textOf(step, 'model'),
    touches: listOf(step, 'files').filter((file) => typeof file === 'string'),
    outputs: signals.flatMap(({ output }) => output ?? []),
    acceptance: signals.flatMap(({ sentence }) => sentence ?? []),
  };
}

/** A step may name its neighbours by their titles. */
function stepNamed(name: string, { value, ids }: BernsteinStage): string | undefined {
  const index = listOf(value, 'steps').findIndex((step) => wordsOf(step)[0]?.toLowerCase() === name.toLowerCase());
  return index === -1 ? undefined : ids[index];
}

function wordsOf(step: unknown): readonly [title: string | undefined, description: string | undefined] {
  if (typeof step === 'string') return [step, undefined];
  const description = textOf(step, 'description');
  const title = textOf(step, 'title', 'goal', 'name');
  if (title !== undefined) return [title, description];
  return [description?.trim().split('\n')[0], description];
}

function signalOf(signal: unknown): { readonly output?: string; readonly sentence?: string } {
  if (typeof signal === 'string') return { sentence: signal };
  const type = textOf(signal, 'type') ?? '';
  const value = textOf(signal, 'path', 'value', 'pattern', 'command');
  if (value === undefined) return {};
  if (/^(?:path_exists|file_exists|glob_exists)$/.test(type)) return { output: value };
  return { sentence: type === '' ? value : `${type.replaceAll('_', ' ')}: ${value}` };
}

const SETTINGS: readonly (readonly [key: string, remedy: string])[] = [
  ['budget', 'set `budget` in .github/agent-waves.yml'],
  ['max_agents', 'set `max_parallel` in .github/agent-waves.yml'],
  ['cli', 'set `agents` in .github/agent-waves.yml'],
  ['constraints', 'write them into AGENTS.md'],
  ['context_files', 'set `context` in .github/agent-waves.yml'],
];

function noteIgnoredSettings(plan: unknown, { place, remarks }: Pick<StepContext, 'place' | 'remarks'>): void {
  for (const [key, remedy] of SETTINGS) {
    if (fieldOf(plan, key) !== undefined) remarks.add(place([key]), `\`${key}\` is not imported; ${remedy}`);
  }
}
