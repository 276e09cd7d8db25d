import { firstInvisible } from '../../plan/invisible.ts';
import type { DraftTask } from './draft.ts';
import type { Remarks } from './remarks.ts';

/** Texts as tasks.json may hold them. What had to be changed or left out is said in the notes. */
export interface Fitted {
  readonly title: string;
  readonly description?: string;
  readonly category?: string;
  readonly acceptance?: readonly string[];
  readonly outputs?: readonly string[];
  readonly touches?: readonly string[];
  readonly agent?: string;
  readonly model?: string;
}

const MAX_LENGTH = { title: 190, category: 64, acceptance: 1000, description: 30_000 } as const;
const MAX_ENTRIES = { acceptance: 100, paths: 500 } as const;

export function fitTask(task: DraftTask, { id, remarks }: { readonly id: string; readonly remarks: Remarks }): Fitted {
  const { title, rest } = fitTitle(task, { id, remarks });
  const acceptance = task.acceptance?.flatMap((text) => fitLine(text, MAX_LENGTH.acceptance) ?? []) ?? [];
  const description = fitDescription([rest, task.description ?? ''].filter((text) => text !== '').join('\n\n'));
  if (description.cut) {
    remarks.add(
      task.at,
      `\`${id}\`: only the first ${MAX_LENGTH.description} characters of its description are imported`,
    );
  }
  if (acceptance.length > MAX_ENTRIES.acceptance) {
    remarks.add(task.at, `\`${id}\`: only the first ${MAX_ENTRIES.acceptance} acceptance criteria are imported`);
  }
  const category = fitLine(task.category ?? '', MAX_LENGTH.category);
  return {
    title,
    ...(description.text === '' ? {} : { description: description.text }),
    ...(category === undefined ? {} : { category }),
    ...listed('acceptance', acceptance.slice(0, MAX_ENTRIES.acceptance)),
    ...listed('outputs', fitPaths(task.outputs, { task, id, remarks })),
    ...listed('touches', fitPaths(task.touches, { task, id, remarks })),
    ...fitNameField({ field: 'agent', task, context: { id, remarks } }),
    ...fitNameField({ field: 'model', task, context: { id, remarks } }),
  };
}

/** One line without characters that nobody sees, at most so long; undefined where nothing is left. */
export function fitLine(text: string, maxLength: number): string | undefined {
  const line = replaceInvisible(text.replace(/[\r\n]+/g, ' '), ' ');
  if (line.trim() === '') return undefined;
  return line.length <= maxLength ? line : `${whole(line.slice(0, maxLength - 1))}…`;
}

/** An agent or model as a command line may hold it: itself, or in lower case with `-` between words. */
export function fitName(text: string): string | undefined {
  const legal = /^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/;
  if (legal.test(text)) return text;
  const simplified = text.trim().toLowerCase().replaceAll(/\s+/g, '-');
  return legal.test(simplified) ? simplified : undefined;
}

function fitTitle(
  task: DraftTask,
  { id, remarks }: { readonly id: string; readonly remarks: Remarks },
): { title: string; rest: string } {
  const written = task.title ?? '';
  if (firstInvisible(written.replace(/[\r\n]/g, ' ')) !== undefined) {
    remarks.add(task.at, `\`${id}\`: invisible characters are removed from its title`);
  }
  const title = fitLine(written, MAX_LENGTH.title);
  if (title === undefined) return { title: fitLine(task.id, MAX_LENGTH.title) ?? id, rest: '' };
  if (title.length === MAX_LENGTH.title && title.endsWith('…') && written.length > MAX_LENGTH.title) {
    remarks.add(
      task.at,
      `\`${id}\`: its title is cut at ${MAX_LENGTH.title} characters; the description holds all of it`,
    );
    return { title, rest: written };
  }
  return { title, rest: '' };
}

function fitDescription(text: string): { text: string; cut: boolean } {
  const trimmed = text.trim();
  if (trimmed.length <= MAX_LENGTH.description) return { text: trimmed, cut: false };
  return { text: whole(trimmed.slice(0, MAX_LENGTH.description)), cut: true };
}

interface FitContext {
  readonly id: string;
  readonly remarks: Remarks;
}

function fitPaths(
  paths: readonly string[] | undefined,
  { task, id, remarks }: FitContext & { task: DraftTask },
): string[] {
  const fitted: string[] = [];
  for (const written of new Set(paths)) {
    const path = written.replace(/^\.\//, '');
    if (path !== '' && path.length <= MAX_ENTRIES.paths && staysInside(path)) fitted.push(path);
    else
      remarks.add(task.at, `\`${id}\`: the path \`${written.slice(0, 60)}\` leads out of the repository; not imported`);
  }
  return fitted.slice(0, MAX_ENTRIES.paths);
}

function staysInside(path: string): boolean {
  return !/^[/~\\]|^[A-Za-z]:|\\/.test(path) && firstInvisible(path) === undefined && !path.split('/').includes('..');
}

function fitNameField({
  field,
  task,
  context: { id, remarks },
}: {
  readonly field: 'agent' | 'model';
  readonly task: DraftTask;
  readonly context: FitContext;
}): { agent?: string; model?: string } {
  const written = task[field];
  if (written === undefined || written.trim() === '') return {};
  const name = fitName(written);
  const shown = written.slice(0, 40);
  if (name === undefined) remarks.add(task.at, `\`${id}\`: \`${shown}\` cannot name an ${field}; not imported`);
  else if (name !== written)
    remarks.often(task.at, (times) => `the ${field} \`${shown}\` is written \`${name}\` (${times})`);
  return name === undefined ? {} : { [field]: name };
}

function listed<Key extends string>(key: Key, list: readonly string[]): { [key in Key]?: readonly string[] } {
  return (list.length === 0 ? {} : { [key]: list }) as { [key in Key]?: readonly string[] };
}

/** Line breaks and tabs of several lines stay; a line keeps none. */
function replaceInvisible(text: string, instead: string): string {
  if (firstInvisible(text) === undefined) return text;
  return [...text].map((character) => (firstInvisible(character) === undefined ? character : instead)).join('');
}

/** Without half a character at its end. */
function whole(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
