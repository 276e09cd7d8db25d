import type { Nodes } from 'mdast';
import type { SourcePosition } from './draft.ts';
import { readDuration } from './duration.ts';
import { WORKDAY } from './estimate-map.ts';
import type { Estimates } from './estimates.ts';
import { fieldOf, idOf, linesOfField } from './fields.ts';
import { lineOf, startOf } from './markdown-tree.ts';
import type { Remarks } from './remarks.ts';
import type { SourceFile } from './source.ts';
import { dependencyFields } from './task-master-fields.ts';

export interface FrontMatter {
  readonly value: unknown;
  readonly place: (path: readonly PropertyKey[]) => SourcePosition;
}

export interface Section {
  readonly title: string;
  /** Its heading first. */
  readonly nodes: readonly Nodes[];
}

/** The items of its lists, without marks of lists and check boxes. */
export function itemsOf(nodes: readonly Nodes[]): readonly string[] {
  return nodes.flatMap((node) =>
    node.type === 'list' ? node.children.flatMap((item) => linesOfField(lineOf(item.children[0] ?? item))) : [],
  );
}

interface EffortInput {
  readonly front: FrontMatter;
  readonly effort: Section | undefined;
  readonly file: SourceFile;
  readonly estimates: Estimates;
}

const UNITS = { h: 60, d: WORKDAY, m: 1 } as const;

/** `Hours: 6` of the section on effort; else what stands there, or in the front matter: `M (8-12 hours)`. */
export function minutesOf({ front, effort, file, estimates }: EffortInput): number | undefined {
  const at = { file: file.file, offset: startOf(effort?.nodes[0] ?? { type: 'root', children: [] }).offset };
  const items = effort === undefined ? [] : itemsOf(effort.nodes);
  for (const item of items) {
    const [, unit = '', text = ''] = /^(hours?|days?|minutes?)\s*:\s*(.{1,40})$/i.exec(item) ?? [];
    const each = UNITS[unit.charAt(0).toLowerCase() as keyof typeof UNITS];
    if (text !== '') return estimates.read(text, at, { unit: each });
  }
  const written = ['effort', 'estimate', 'size', 'hours'].flatMap((key) => {
    const text = idOf(fieldOf(front.value, key));
    return text === undefined ? [] : [{ text, at: front.place([key]), unit: key === 'hours' ? 60 : undefined }];
  });
  const words = (effort?.nodes ?? []).flatMap((node) => (node.type === 'paragraph' ? [lineOf(node)] : []));
  const stated = [...items.map((item) => item.replace(/^[\p{L} ]{1,20}:\s*/u, '')), ...words].map((text) => ({
    text,
    at,
    unit: undefined,
  }));
  const all = [...stated, ...written];
  // A size says less than the time beside it.
  const best = all.find(({ text, unit }) => readDuration(text, { unit }).kind === 'minutes') ?? all[0];
  return best && estimates.read(best.text, best.at, { unit: best.unit });
}

const KNOWN_KEYS = new Set(['id', 'name', 'title', 'status', 'conflicts_with', 'effort', 'estimate', 'size', 'hours']);
/** What ccpm writes for itself. */
const BOOKKEEPING = new Set(['created', 'updated', 'github', 'progress']);

/** Names what the front matter says and a plan does not. */
export function noteOtherKeys({ value, place }: FrontMatter, remarks: Remarks): void {
  const taken = new Set([...KNOWN_KEYS, ...dependencyFields(value)]);
  for (const key of Object.keys(typeof value === 'object' && value !== null ? value : {}).slice(0, 50)) {
    // All tasks may run beside others but where that is denied.
    if (taken.has(key) || (key === 'parallel' && fieldOf(value, key) === true)) continue;
    const shown = BOOKKEEPING.has(key)
      ? 'what ccpm keeps for itself, such as `created` and `github`,'
      : `\`${key.slice(0, 40)}\``;
    remarks.often(place([key]), (times) => `${shown} is not imported (${times})`);
  }
}
