import type { Heading, Root, RootContent } from 'mdast';
import { lineOf, startOf } from './markdown-tree.ts';
import { type OutlineTask, titleParts } from './outline-task.ts';
import { outlineWaveOf, readOutlineWave } from './outline-waves.ts';
import { readTaskFields, type TaskFields } from './task-fields.ts';
import { certainLabels, readTaskLabel, type TaskLabel } from './task-label.ts';

/** A heading that may be a task, with all that stands below it. */
interface Candidate {
  readonly node: Heading;
  /** Among the children of the root. */
  readonly index: number;
  readonly headings: readonly Heading[];
  readonly label: TaskLabel;
  readonly fields: TaskFields;
}

/** The tasks of a document that writes each under a heading of its own: `### T01 — Add an index`, `## Task 3: Form`. */
export function headingTasks(
  root: Root,
  file: { readonly file: string; readonly text: string },
): { readonly tasks: readonly OutlineTask[]; readonly headings: ReadonlySet<Heading> } {
  const labelled = labelledHeadings(root);
  const heads = new Set(labelled.map(({ node }) => node));
  const candidates = labelled.map((entry): Candidate => {
    return { ...entry, fields: readTaskFields(sectionOf(entry, { root, heads }), file) };
  });
  const taken = tasksAmong(candidates);
  const headings = new Set(taken.map(({ node }) => node));
  const ids = new Map(taken.map(({ node, label }) => [node, label.id]));
  const tasks = taken.map(({ node, headings: above, label, fields }): OutlineTask => {
    const parts = titleParts(label.title);
    const parent = above.findLast((heading) => headings.has(heading));
    return {
      id: label.id,
      aliases: label.alias === undefined ? [] : [label.alias],
      at: { file: file.file, offset: startOf(node.children[0] ?? node).offset },
      title: parts.title === '' ? label.id : parts.title,
      status: parts.status,
      statusText: parts.statusText,
      estimate: parts.estimate,
      fields,
      wave: outlineWaveOf(above, headings),
      parent: parent && ids.get(parent),
      numbered: label.numbered,
    };
  });
  return { tasks, headings };
}

/** Headings whose words begin as those of a task do, without those of waves. */
function labelledHeadings(root: Root): readonly Omit<Candidate, 'fields'>[] {
  let above: readonly Heading[] = [];
  const entries = root.children.flatMap((node, index) => {
    if (node.type !== 'heading') return [];
    const headings = above.filter(({ depth }) => depth < node.depth);
    above = [...headings, node];
    const words = lineOf(node);
    const label = readOutlineWave(words) === undefined ? readTaskLabel(words) : undefined;
    return [{ node, index, headings, label }];
  });
  const certain = certainLabels(entries);
  return entries.flatMap((entry) => (certain.has(entry) && entry.label ? [{ ...entry, label: entry.label }] : []));
}

/** From a heading to the next one that is as high, or that may be a task itself. */
function sectionOf(
  { node, index }: Pick<Candidate, 'node' | 'index'>,
  { root, heads }: { readonly root: Root; readonly heads: ReadonlySet<Heading> },
): readonly RootContent[] {
  const from = index + 1;
  let to = from;
  for (; to < root.children.length; to++) {
    const next = root.children[to];
    if (next?.type === 'heading' && (next.depth <= node.depth || heads.has(next))) break;
  }
  return root.children.slice(from, to);
}

/**
 * A number alone heads chapters as well: such a heading is a task where fields of a task stand below it. Others are,
 * where at least one of them has fields, or calls itself a task.
 */
function tasksAmong(candidates: readonly Candidate[]): readonly Candidate[] {
  const isChapter = ({ label }: Candidate) => label.numbered && !isCalledTask(label);
  const hasFields = ({ fields }: Candidate) => fields.values.size > 0 || fields.checks.length > 0;
  const named = candidates.filter((candidate) => !isChapter(candidate));
  const sure = named.some((candidate) => hasFields(candidate) || isCalledTask(candidate.label));
  return candidates.filter((candidate) => (isChapter(candidate) ? hasFields(candidate) : sure));
}

function isCalledTask({ called }: TaskLabel): boolean {
  return called === true;
}
