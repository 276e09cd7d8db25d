import type { Nodes } from 'mdast';
import { parseYaml } from '../../plan/yaml.ts';
import { type FrontMatter, itemsOf, minutesOf, noteOtherKeys, type Section } from './ccpm-fields.ts';
import { type Draft, type DraftTask, emptyDraft, type ReadOptions, type Remark, type SourcePosition } from './draft.ts';
import { type Estimates, newEstimates } from './estimates.ts';
import { idOf, idsOfField, textOf } from './fields.ts';
import { endOf, lineOf, startOf } from './markdown-tree.ts';
import { pathsInText } from './paths-in-text.ts';
import { provenanceOf, withoutLeftOut } from './provenance.ts';
import { newRemarks, type Remarks } from './remarks.ts';
import { baseName, type Source, type SourceFile } from './source.ts';
import { readStatus } from './status.ts';
import { dependencyFields } from './task-master-fields.ts';

/** Why a source is taken for an epic of ccpm: numbered Markdown files with front matter. */
export function recognizeCcpm(source: Source): string | undefined {
  const files = source.files.filter(isNumbered).filter(({ text }) => /^---\r?\n(?:.*\r?\n){0,40}?name:/.test(text));
  if (files.length === 0) return undefined;
  return `${files.length} numbered ${files.length === 1 ? 'file' : 'files'} with \`name\` in the front matter`;
}

/** Why a folder is taken for one of tasks, a file for each: what their front matter says. */
export function recognizeTaskFiles(source: Source): string | undefined {
  const files = source.folder ? source.files.filter(isTitled) : [];
  if (files.length === 0) return undefined;
  const many = files.length === 1 ? '1 file' : `${files.length} files`;
  return `${many} with a title, and a status or dependencies, in the front matter`;
}

/** Every file with such a front matter is a task, whatever it is called. */
export function readTaskFiles(source: Source, options: ReadOptions): Draft {
  return readFolder(source, options, isTitled);
}

export function readCcpm(source: Source, options: ReadOptions): Draft {
  return readFolder(source, options, isNumbered);
}

type TaskFile = (file: Pick<SourceFile, 'file' | 'text'>) => boolean;

function readFolder(source: Source, { map }: ReadOptions, isTaskFile: TaskFile): Draft {
  const remarks = newRemarks();
  const estimates = newEstimates({ map, remarks });
  const problems: Remark[] = [];
  const files = source.files.filter(isTaskFile);
  const ids = files.map(idOfFile);
  const leftOut = new Map<string, Remark>();
  const issues = files.flatMap((file) => issueOf(file, { ids, remarks, estimates, problems, leftOut }) ?? []);
  const tasks = withoutLeftOut(withConflicts(issues, remarks), { leftOut, remarks });
  for (const { file, text } of source.files) {
    if (isTaskFile({ file, text }) || baseName(file) === 'epic.md' || text.trim() === '') continue;
    remarks.often({ file, offset: 0 }, (times) => `a file that is not a task is not imported (${times})`);
  }
  const epic = source.files.find(({ file }) => baseName(file) === 'epic.md');
  const front = epic && frontMatter(epic, problems);
  return {
    ...emptyDraft,
    name: textOf(front?.value, 'name') ?? baseName(source.path),
    tasks,
    provenance: provenanceOf(tasks, {
      id: 'the names of the files, or `id`',
      title: '`name`, `title`',
      description: 'the text of the files',
      dependencies: '`depends_on`, `dependencies`',
      minutes: '`effort`, and Effort Estimate',
      acceptance: 'the list under Acceptance Criteria',
      touches: 'the paths that files name, shared for `conflicts_with`',
      status: '`status`',
    }),
    problems,
    unmapped: estimates.finish(),
    notes: remarks.all(),
  };
}

/** A task with the tasks that it says it conflicts with. */
interface CcpmIssue {
  readonly task: DraftTask;
  readonly conflicts: readonly { readonly id: string; readonly at: SourcePosition }[];
}

interface CcpmReader {
  readonly ids: readonly string[];
  readonly remarks: Remarks;
  readonly estimates: Estimates;
  readonly problems: Remark[];
  readonly leftOut: Map<string, Remark>;
}

function isNumbered({ file }: Pick<SourceFile, 'file'>): boolean {
  return /^\d{1,9}\.md$/i.test(baseName(file));
}

/** The front matter names the task, and says where it stands or what it waits for. */
function isTitled({ text }: Pick<SourceFile, 'text'>): boolean {
  const front = /^---\r?\n((?:(?!---\r?\n).*\r?\n){0,80}?)---[ \t]*(?:\r?\n|$)/.exec(text)?.[1] ?? '';
  return /^(?:title|name)[ \t]*:/m.test(front) && /^(?:status|depends_on|dependencies|blocked_by)[ \t]*:/m.test(front);
}

/** What the front matter says, else the name of the file. */
function idOfFile({ file, text }: Pick<SourceFile, 'file' | 'text'>): string {
  const said = /^---\r?\n(?:.*\r?\n){0,40}?id[ \t]*:[ \t]*["']?([^\s"'#]+)/.exec(text)?.[1];
  return (isNumbered({ file }) ? undefined : said) ?? baseName(file).replace(/\.md$/i, '');
}

function issueOf(file: SourceFile, { ids, remarks, estimates, problems, leftOut }: CcpmReader): CcpmIssue | undefined {
  const front = frontMatter(file, problems);
  const markdown = file.markdown();
  if (front === undefined || !markdown.ok) return undefined;
  const id = idOfFile(file);
  const at = front.place(textOf(front.value, 'name') === undefined ? ['title'] : ['name']);
  const status = textOf(front.value, 'status') ?? 'open';
  const read = readStatus(status);
  if (read.kind === 'left-out') leftOut.set(id, { at, message: `\`${id}\` is left out: it is ${status}` });
  if (read.kind === 'unknown') {
    remarks.often(front.place(['status']), (times) => `the status \`${status}\` is read as pending (${times})`);
  }
  const named = (key: string) =>
    idsOfField(front.value, key).flatMap((value, nth) => {
      const written = idOf(value);
      return written === undefined ? [] : [{ id: idOfReference(written, ids), at: front.place([key, nth]) }];
    });
  const sections = sectionsOf(markdown.root.children);
  const acceptance = sections.find(({ title }) => /^acceptance criteria$/i.test(title));
  const effort = sections.find(({ title }) => /^effort( estimate)?$/i.test(title));
  const text = bodyOf(file, [acceptance, effort]);
  const minutes = minutesOf({ front, effort, file, estimates });
  noteOtherKeys(front, remarks);
  const task: DraftTask = {
    id,
    at,
    title: textOf(front.value, 'name', 'title'),
    description: text,
    dependencies: dependencyFields(front.value).flatMap(named),
    minutes,
    acceptance: acceptance && itemsOf(acceptance.nodes),
    touches: pathsInText(text),
    status: read.kind === 'status' && read.status !== 'pending' ? read.status : undefined,
  };
  return { task, conflicts: named('conflicts_with') };
}

/** YAML reads `depends_on: [001]` as the number 1: it means the file 001.md. */
function idOfReference(written: string, ids: readonly string[]): string {
  const bare = written.replace(/\.md$/i, '');
  if (ids.includes(bare)) return bare;
  return ids.find((id) => /^\d+$/.test(bare) && Number(id) === Number(bare)) ?? bare;
}

/** Two tasks that conflict touch the same paths, so that they never run at once. */
function withConflicts(issues: readonly CcpmIssue[], remarks: Remarks): readonly DraftTask[] {
  const touches = new Map(issues.map(({ task }) => [task.id, new Set(task.touches)]));
  for (const { task, conflicts } of issues) {
    for (const { id, at } of conflicts) {
      const ours = touches.get(task.id);
      const theirs = touches.get(id);
      if (ours === undefined || theirs === undefined) {
        remarks.add(at, `\`${task.id}\` conflicts with \`${id}\`, which is not in the epic; not imported`);
        continue;
      }
      const shared = [...ours][0] ?? [...theirs][0];
      if (shared === undefined) {
        const message = `\`${task.id}\` conflicts with \`${id}\`, and neither names a file; give both the same \`touches\``;
        remarks.add(at, message);
        continue;
      }
      ours.add(shared);
      theirs.add(shared);
    }
  }
  return issues.map(({ task }) => ({ ...task, touches: [...(touches.get(task.id) ?? [])] }));
}

function frontMatter(file: SourceFile, problems: Remark[]): FrontMatter | undefined {
  const at = (offset: number): SourcePosition => ({ file: file.file, offset });
  const markdown = file.markdown();
  if (!markdown.ok) {
    problems.push({ at: at(markdown.finding.offset), message: markdown.finding.message });
    return undefined;
  }
  const [node] = markdown.root.children;
  if (node?.type !== 'yaml') {
    problems.push({ at: at(0), message: 'no front matter; begin the file with `---` and `name: …`' });
    return undefined;
  }
  // What is between the fences begins on the line after the first.
  const start = file.text.indexOf('\n') + 1;
  const yaml = parseYaml(node.value);
  if (yaml.ok) return { value: yaml.value, place: (path) => at(start + yaml.locate(path)) };
  problems.push(...yaml.findings.map(({ offset, message }) => ({ at: at(start + offset), message })));
  return undefined;
}

function sectionsOf(nodes: readonly Nodes[]): readonly Section[] {
  const sections: { title: string; nodes: Nodes[] }[] = [];
  for (const node of nodes) {
    if (node.type === 'heading') sections.push({ title: lineOf(node).trim(), nodes: [] });
    sections.at(-1)?.nodes.push(node);
  }
  return sections;
}

/** The text after the front matter, without what became fields of its own. */
function bodyOf({ text }: SourceFile, without: readonly (Section | undefined)[]): string {
  const end = /^---\r?\n[\s\S]*?\n---[ \t]*(?:\r?\n|$)/.exec(text)?.[0].length ?? 0;
  let body = text.slice(end);
  for (const section of without) {
    const [first, last] = [section?.nodes[0], section?.nodes.at(-1)];
    if (first === undefined || last === undefined) continue;
    body = body.replace(text.slice(startOf(first).offset, endOf(last)), '');
  }
  return body.replace(/\n{3,}/g, '\n\n').trim();
}
