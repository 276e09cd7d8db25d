import { readBeads, recognizeBeads } from './beads.ts';
import { readBernstein, recognizeBernstein } from './bernstein.ts';
import { readCcpm, readTaskFiles, recognizeCcpm, recognizeTaskFiles } from './ccpm.ts';
import type { Draft, ReadOptions } from './draft.ts';
import { readMarkdownPlan, recognizeMarkdownPlan } from './markdown-plan.ts';
import type { Source } from './source.ts';
import { readSpecKit, recognizeSpecKit } from './spec-kit.ts';
import { readTaskMaster, recognizeTaskMaster } from './task-master.ts';

export const IMPORT_FORMAT_NAMES = [
  'markdown',
  'task-master',
  'beads',
  'spec-kit',
  'ccpm',
  'bernstein',
  'files',
] as const;

export type ImportFormatName = (typeof IMPORT_FORMAT_NAMES)[number];

export interface ImportFormat {
  readonly name: ImportFormatName;
  /** As people call it. */
  readonly title: string;
  /** What is looked for, for a source that nothing recognises. */
  readonly marks: string;
  /** Why the source is taken for this format; undefined where it is not. */
  readonly recognize: (source: Source) => string | undefined;
  readonly read: (source: Source, options: ReadOptions) => Draft;
}

/** In the order in which they are asked: the more particular first. */
export const IMPORT_FORMATS: readonly ImportFormat[] = [
  {
    name: 'ccpm',
    title: 'ccpm epic',
    marks: 'a folder of `1.md`, `2.md`, … with `name` and `status` in their front matter',
    recognize: recognizeCcpm,
    read: readCcpm,
  },
  {
    name: 'files',
    title: 'folder of task files',
    marks: 'a folder of Markdown files with `title` and `status` or `dependencies` in their front matter',
    recognize: recognizeTaskFiles,
    read: readTaskFiles,
  },
  {
    name: 'beads',
    title: 'beads issue list',
    marks: 'lines of JSON with `id`, `title` and `status`',
    recognize: recognizeBeads,
    read: readBeads,
  },
  {
    name: 'task-master',
    title: 'claude-task-master file',
    marks: 'JSON with a list `tasks`, by itself or under a tag such as `master`',
    recognize: recognizeTaskMaster,
    read: readTaskMaster,
  },
  {
    name: 'bernstein',
    title: 'bernstein plan',
    marks: 'YAML with `stages`, each with `steps`',
    recognize: recognizeBernstein,
    read: readBernstein,
  },
  {
    name: 'spec-kit',
    title: 'spec-kit task list',
    marks: 'Markdown with check list items such as `- [ ] T001 …`',
    recognize: recognizeSpecKit,
    read: readSpecKit,
  },
  {
    name: 'markdown',
    title: 'Markdown plan',
    marks: 'Markdown with tasks in tables, under headings such as `### Task 1: …`, or in check lists',
    recognize: recognizeMarkdownPlan,
    read: readMarkdownPlan,
  },
];
