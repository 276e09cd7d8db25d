import { loadPlan } from '../../plan/load.ts';
import type { Plan, Problem } from '../../plan/plan.ts';
import { assemble } from './assemble.ts';
import { TooManyDependencies } from './dependency-budget.ts';
import type { Taken } from './draft.ts';
import { type Format, type FormatName, formats } from './formats.ts';
import { nameFromPath, type Source, sourceFile } from './source.ts';

export interface ImportRequest {
  /** File or folder as the person named it; claims and messages carry it. */
  readonly path: string;
  readonly folder?: boolean;
  /** What to call the plan where it names itself nowhere; absent: by its path. */
  readonly name?: string;
  /** The file, or the Markdown files of the folder, each named as messages are to name it. */
  readonly files: readonly { readonly file: string; readonly text: string }[];
  /** Absent: recognised by content and name. */
  readonly format?: FormatName;
}

export type Imported =
  | {
      readonly ok: true;
      readonly format: Format;
      /** Why it was taken for this format. */
      readonly reason: string;
      /** tasks.json; loadPlan takes it. */
      readonly text: string;
      readonly plan: Plan;
      readonly taken: readonly Taken[];
      /** What was changed, guessed or left out, each at its place in the source. */
      readonly notes: readonly Problem[];
    }
  | { readonly ok: false; readonly format?: Format; readonly problems: readonly Problem[] };

/** Makes a plan of a plan in another form. Pure: the same text gives the same bytes. */
export function importPlan({
  path,
  folder = false,
  name = nameFromPath(path),
  files,
  format,
}: ImportRequest): Imported {
  const source = { path, name, folder, files: files.map(sourceFile) };
  const chosen = format === undefined ? recognized(source) : asked(format);
  if (chosen === undefined) return { ok: false, problems: [unrecognized(source)] };
  try {
    const draft = chosen.format.read(source);
    const assembled = assemble(draft, source);
    if (!assembled.ok) return { ok: false, format: chosen.format, problems: assembled.problems };
    const taken = draft.taken.filter(({ tasks }) => tasks > 0);
    return { ...chosen, taken, ...assembled };
  } catch (error) {
    if (!(error instanceof TooManyDependencies)) throw error;
    const place = { file: source.files[0]?.file ?? path, line: 1, column: 1 };
    return { ok: false, format: chosen.format, problems: [{ ...place, message: error.message }] };
  }
}

interface Chosen {
  readonly format: Format;
  readonly reason: string;
}

function asked(name: FormatName): Chosen | undefined {
  const format = formats.find((each) => each.name === name);
  return format && { format, reason: 'as asked with --from' };
}

function recognized(source: Source): Chosen | undefined {
  for (const format of formats) {
    const reason = format.recognize(source);
    if (reason !== undefined) return { format, reason };
  }
  return undefined;
}

function unrecognized(source: Source): Problem {
  const file = source.files[0];
  const place = { file: file?.file ?? source.path, line: 1, column: 1 };
  if (file !== undefined && !source.folder) {
    if (loadPlan(file).ok) {
      return { ...place, message: 'this is a plan of Agent Waves already; run `agent-waves check` on it' };
    }
    if (/\.(?:md|markdown)$/i.test(file.file)) {
      const markdown = file.markdown();
      if (!markdown.ok) return { ...place, message: markdown.finding.message };
    }
  }
  const looked = formats.map(({ name, marks }) => `${marks} (${name})`).join('; ');
  return { ...place, message: `no known kind of plan; looked for ${looked}. Name the kind with --from` };
}
