import type { ListItem } from 'mdast';
import { type Draft, type DraftTask, emptyDraft, type SourcePosition } from './draft.ts';
import { documentTitle, lineOf, type MarkdownBlock, startOf } from './markdown-tree.ts';
import { pathsInText } from './paths-in-text.ts';
import { provenanceOf } from './provenance.ts';
import { newRemarks } from './remarks.ts';
import type { Source, SourceFile } from './source.ts';
import { barriers, type SpecKitItem, type SpecKitPhase } from './spec-kit-phases.ts';
import { readWaveHeading } from './wave-heading.ts';

/** Why a source is taken for spec-kit's tasks.md; undefined where it has no check list of `T001`s. */
export function recognizeSpecKit({ files: [file], folder }: Source): string | undefined {
  if (folder || file === undefined || /\.(?:jsonl?|ya?ml)$/i.test(file.file)) return undefined;
  const markdown = file.markdown();
  if (!markdown.ok) return undefined;
  const items = markdown.blocks.filter(({ node }) => node.type === 'listItem' && itemText(node) !== undefined).length;
  return items === 0 ? undefined : `${items} check list items such as \`- [ ] T001 …\``;
}

/** Phases as waves: barriers before and after the stories, which run side by side. */
export function readSpecKit({ files: [file] }: Source): Draft {
  const markdown = file?.markdown();
  if (file === undefined || markdown === undefined) return emptyDraft;
  if (!markdown.ok) {
    const { offset, message } = markdown.finding;
    return { ...emptyDraft, problems: [{ at: { file: file.file, offset }, message }] };
  }
  const remarks = newRemarks();
  const phases = phasesOf(markdown.blocks, file);
  const waiting = barriers(phases);
  const tasks = phases.flatMap((phase, index) =>
    phase.items.map((item): DraftTask => ({ ...taskOf(item), dependencies: waiting.get(item) ?? [], wave: index + 1 })),
  );
  for (const { node } of markdown.blocks) {
    if (node.type !== 'listItem' || typeof node.checked !== 'boolean' || itemText(node) !== undefined) continue;
    const at = { file: file.file, offset: startOf(node).offset };
    remarks.often(at, (times) => `a check list item without an id such as T001 is not imported (${times})`);
  }
  const [first] = tasks;
  if (first !== undefined) {
    remarks.add(first.at, 'spec-kit gives no durations; every task counts as one hour, so give `estimate`s');
  }
  const title = documentTitle(markdown)?.replace(/^tasks:\s*/i, '');
  return {
    ...emptyDraft,
    name: title ?? '',
    waves: phases.map(({ title: words }, index) => ({ number: index + 1, title: words })),
    tasks,
    provenance: provenanceOf(tasks, ORIGINS),
    notes: remarks.all(),
  };
}

/** Where each field comes from, as people read it. */
const ORIGINS = {
  id: 'the items',
  title: 'the items',
  wave: 'the phases',
  dependencies: 'the phases, `[P]` and `(depends on …)`',
  touches: 'the paths that items name',
  description: 'what stands below an item',
  category: 'the story, such as `[US1]`',
  status: 'the check boxes',
} as const;

function phasesOf(blocks: readonly MarkdownBlock[], file: SourceFile): readonly SpecKitPhase[] {
  const phases: { key: number; title: string; story: boolean; items: SpecKitItem[] }[] = [];
  for (const { node, headings } of blocks) {
    if (node.type !== 'listItem') continue;
    const item = itemOf(node, file);
    if (item === undefined) continue;
    const heading = headings.findLast((each) => readWaveHeading(lineOf(each)) !== undefined) ?? headings.at(-1);
    const key = heading === undefined ? -1 : startOf(heading).offset;
    let phase = phases.at(-1)?.key === key ? phases.at(-1) : undefined;
    if (phase === undefined) {
      const words = heading === undefined ? '' : lineOf(heading);
      phase = {
        key,
        title: readWaveHeading(words)?.title ?? words,
        story: /\buser story\b|\bstory \d/i.test(words),
        items: [],
      };
      phases.push(phase);
    }
    phase.items.push(item);
  }
  return phases.map((phase) => ({
    ...phase,
    story: phase.story || phase.items.every(({ story }) => story !== undefined),
  }));
}

const ITEM = /^\s*(T\d{1,5}[A-Za-z]?(?:\.\d{1,3})?)\b:?\s*/;

function itemText(item: ListItem): string | undefined {
  const [first] = item.children;
  if (typeof item.checked !== 'boolean' || first?.type !== 'paragraph') return undefined;
  const text = lineOf(first);
  return ITEM.test(text) ? text : undefined;
}

function itemOf(item: ListItem, file: SourceFile): SpecKitItem | undefined {
  const text = itemText(item);
  const id = ITEM.exec(text ?? '')?.[1];
  const [paragraph, ...below] = item.children;
  if (text === undefined || id === undefined || paragraph === undefined) return undefined;
  const at: SourcePosition = { file: file.file, offset: startOf(paragraph).offset };
  const marks = /^(?:\s*\[(?:P|US\d{1,3})\])*/i.exec(text.replace(ITEM, ''))?.[0] ?? '';
  const rest = text.replace(ITEM, '').slice(marks.length).trim();
  const named = /\(\s*depends?(?:\s+on|:)\s*:?\s*([^()]{1,500})\)/i.exec(rest);
  const waits = (named?.[1] ?? '').match(/T\d{1,5}[A-Za-z]?(?:\.\d{1,3})?/g) ?? [];
  const end = below.at(-1)?.position?.end.offset;
  const begin = below[0]?.position?.start.offset;
  return {
    id,
    at,
    parallel: /\[P\]/i.test(marks),
    story: /\[(US\d{1,3})\]/i.exec(marks)?.[1],
    done: item.checked === true,
    text: (named === null ? rest : rest.replace(named[0], '')).replace(/\s{2,}/g, ' ').trim(),
    below: begin === undefined || end === undefined ? undefined : file.text.slice(begin, end),
    waits,
  };
}

function taskOf({ id, at, text, below, story, done }: SpecKitItem): DraftTask {
  return {
    id,
    at,
    title: text,
    description: below,
    category: story,
    touches: pathsInText(text),
    dependencies: [],
    status: done ? 'completed' : undefined,
  };
}
