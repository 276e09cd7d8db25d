import { conflictFindings } from '../../plan/broken-file.ts';
import { parseJson } from '../../plan/json.ts';
import { loadPlan } from '../../plan/load.ts';
import type { FileProblem, Plan } from '../../plan/plan.ts';
import { locateFindings } from '../../plan/position.ts';
import { parseYaml } from '../../plan/yaml.ts';
import { assemble } from './assemble.ts';
import { TooManyDependencies } from './dependency-budget.ts';
import type { Provenance } from './draft.ts';
import type { EstimateMap, UnmappedWord } from './estimate-map.ts';
import { IMPORT_FORMATS, type ImportFormat, type ImportFormatName } from './formats.ts';
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
  readonly format?: ImportFormatName;
  /** What words such as `pts` come to; absent: nothing, and they count as the default. */
  readonly map?: EstimateMap;
  /** Which list of a file that has several; absent: the one that is left to do. */
  readonly tag?: string;
}

export type Imported =
  | {
      readonly ok: true;
      readonly format: ImportFormat;
      /** Why it was taken for this format. */
      readonly reason: string;
      /** tasks.json; loadPlan takes it. */
      readonly text: string;
      readonly plan: Plan;
      readonly provenance: readonly Provenance[];
      /** What was changed, guessed or left out, each at its place in the source. */
      readonly notes: readonly FileProblem[];
      /** Words that stand where times should, and that `map` does not know. */
      readonly unmapped: readonly UnmappedWord[];
    }
  | { readonly ok: false; readonly format?: ImportFormat; readonly problems: readonly FileProblem[] };

/** Makes a plan of a plan in another form. Pure: the same text gives the same bytes. */
export function importPlan({
  path,
  folder = false,
  name = nameFromPath(path),
  files,
  format,
  map = new Map(),
  tag,
}: ImportRequest): Imported {
  const source = { path, name, folder, files: files.map(sourceFile) };
  const conflicts = source.files.flatMap((file) => locateFindings(file, conflictFindings(file.text)));
  if (conflicts.length > 0) return { ok: false, problems: conflicts };
  const chosen = format === undefined ? recognizedFormat(source) : requestedFormat(format);
  if (chosen === undefined) return { ok: false, problems: brokenSource(source) ?? [unrecognizedSource(source)] };
  try {
    const draft = chosen.format.read(source, { map, tag });
    const assembled = assemble(draft, source);
    if (!assembled.ok) return { ok: false, format: chosen.format, problems: assembled.problems };
    const provenance = draft.provenance.filter(({ tasks }) => tasks > 0);
    return { ...chosen, provenance, unmapped: draft.unmapped ?? [], ...assembled };
  } catch (error) {
    if (!(error instanceof TooManyDependencies)) throw error;
    const place = { file: source.files[0]?.file ?? path, line: 1, column: 1 };
    return { ok: false, format: chosen.format, problems: [{ ...place, message: error.message }] };
  }
}

interface ChosenFormat {
  readonly format: ImportFormat;
  readonly reason: string;
}

function requestedFormat(name: ImportFormatName): ChosenFormat | undefined {
  const format = IMPORT_FORMATS.find((each) => each.name === name);
  return format && { format, reason: 'as asked with --from' };
}

function recognizedFormat(source: Source): ChosenFormat | undefined {
  for (const format of IMPORT_FORMATS) {
    const reason = format.recognize(source);
    if (reason !== undefined) return { format, reason };
  }
  return undefined;
}

/** What is wrong with a file that would be JSON or YAML: a copy that was cut off is no unknown kind of plan. */
function brokenSource({ files: [file], folder }: Source): readonly FileProblem[] | undefined {
  if (file === undefined || folder) return undefined;
  const lines = /\.jsonl$/i.test(file.file) ? file.text.split('\n', 50) : [file.text];
  const text = lines.find((line) => line.trim() !== '') ?? '';
  const isYaml = /\.ya?ml$/i.test(file.file);
  if (!isYaml && !/^\s*[{[]\s*["{}\]]/.test(text)) return undefined;
  const parsed = isYaml ? parseYaml(text) : parseJson(text);
  return parsed.ok ? undefined : locateFindings({ file: file.file, text: file.text }, parsed.findings);
}

function unrecognizedSource(source: Source): FileProblem {
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
  const looked = IMPORT_FORMATS.map(({ name, marks }) => `${marks} (${name})`).join('; ');
  return { ...place, message: `no known kind of plan; looked for ${looked}. Name the kind with --from` };
}
