import { lstatSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { formatProblem } from '../../plan/load.ts';
import { type Imported, importPlan } from '../../planning/import/import-plan.ts';
import { nameFromPath } from '../../planning/import/source.ts';
import { isOfTheCheckout, listDir, parentOf } from '../../task/checks/project-dir.ts';
import { readSource } from '../import/read-source.ts';

/** A plan in another form, as it would be imported. */
export interface PlanSource {
  /** From the root of the repository. */
  readonly path: string;
  readonly imported: Imported & { readonly ok: true };
}

/** One that was found and is not taken. */
export interface PassedSource {
  readonly path: string;
  readonly why: string;
}

export interface FoundSources {
  /** The one to take first. */
  readonly usable: readonly PlanSource[];
  readonly passed: readonly PassedSource[];
}

/** Where tools keep their plans, the more particular first. */
const OF_TOOLS = ['.taskmaster/tasks/tasks.json', 'tasks/tasks.json', '.beads/issues.jsonl'];
const BY_HAND = /^(?:[\w-]*(?:plan|tasks?|roadmap|todo)[\w-]*\.md|plan\.ya?ml)$/i;

/** More files than any repository has plans. */
const MAX_SOURCES = 20;

/** Looks where plans usually lie. Links are not followed, and nothing is written. */
export async function findPlanSources(root: string, planPath: string): Promise<FoundSources> {
  const paths = candidates(root).filter((path) => path !== planPath && isPlain(root, path));
  const usable: PlanSource[] = [];
  const passed: PassedSource[] = [];
  for (const path of paths.slice(0, MAX_SOURCES)) {
    const imported = await importFrom(root, path);
    const why = imported && passReason(imported);
    if (why !== undefined) passed.push({ path, why });
    else if (imported?.ok) usable.push({ path, imported });
  }
  return { usable, passed };
}

/** @returns Why a plan is not taken; undefined for one that is, and for a file that is no plan. */
function passReason(imported: Imported): string | undefined {
  if (imported.format === undefined) return undefined;
  const { title } = imported.format;
  if (imported.ok) {
    const isDone = imported.plan.tasks.every(({ status }) => status === 'completed');
    return isDone ? `every task of it is done (${title})` : undefined;
  }
  const [first] = imported.problems;
  return `it cannot be imported (${title}): ${first ? formatProblem(first) : 'nobody knows why'}; \`agent-waves import\` lists all`;
}

/** @returns Undefined where there is nothing that can be read. */
export async function importFrom(root: string, path: string): Promise<Imported | undefined> {
  const source = await readSource(join(root, path)).catch(() => undefined);
  if (!source) return undefined;
  const files = source.files.map(({ file, text }) => ({ file: relative(root, file), text }));
  return importPlan({ path, folder: source.folder, files, name: nameFromPath(resolve(root, path)) });
}

function candidates(root: string): readonly string[] {
  const inFolder = (folder: string, names: (name: string) => string | undefined) =>
    listDir(join(root, folder))
      .flatMap((entry) => names(entry.name) ?? [])
      .map((name) => (folder === '' ? name : `${folder}/${name}`));
  const byHand = (name: string) => (BY_HAND.test(name) ? name : undefined);
  return [
    ...OF_TOOLS,
    // The newest feature is the one that is under way.
    ...inFolder('specs', (name) => `${name}/tasks.md`)
      .sort()
      .reverse(),
    ...inFolder('.claude/epics', (name) => name).sort(),
    ...inFolder('docs/planning', (name) => (/\.(?:md|ya?ml)$/.test(name) ? name : undefined)).sort(),
    ...['', 'docs', 'plans'].flatMap((folder) => inFolder(folder, byHand).sort()),
  ];
}

/** A file or folder of the checkout itself. */
function isPlain(root: string, path: string): boolean {
  const found = lstatSync(join(root, path), { throwIfNoEntry: false });
  const isThere = found?.isFile() === true || found?.isDirectory() === true;
  return isThere && isOfTheCheckout(root, parentOf(path));
}
