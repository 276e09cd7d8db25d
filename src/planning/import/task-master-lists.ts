import type { Path } from '../../plan/position.ts';
import { fieldOf, listOf, textOf } from './fields.ts';
import { readStatus } from './status.ts';

/** A list of tasks, and the tag that it stands under; an empty one where there are no tags. */
export interface TaskList {
  readonly tag: string;
  readonly path: Path;
  readonly tasks: readonly unknown[];
}

export function taskLists(root: unknown): readonly TaskList[] {
  if (Array.isArray(fieldOf(root, 'tasks'))) return [{ tag: '', path: ['tasks'], tasks: listOf(root, 'tasks') }];
  if (typeof root !== 'object' || root === null) return [];
  return Object.entries(root).flatMap(([tag, value]) =>
    Array.isArray(fieldOf(value, 'tasks')) ? [{ tag, path: [tag, 'tasks'], tasks: listOf(value, 'tasks') }] : [],
  );
}

export type ChosenList =
  | { readonly ok: true; readonly list: TaskList /** Said where it is not the usual one. */; readonly reason?: string }
  | { readonly ok: false; readonly message: string };

/** The list that a person names, else the only one with work left, else `master`, else the first. */
export function chooseList(lists: readonly TaskList[], wanted: string | undefined): ChosenList {
  const names = lists.map(({ tag }) => `\`${tag.slice(0, 40)}\``).join(', ');
  if (wanted !== undefined) {
    const list = lists.find(({ tag }) => tag === wanted);
    if (list !== undefined) return { ok: true, list };
    const known = lists.some(({ tag }) => tag !== '') ? `it has ${names}` : 'it has no tags, so leave --tag out';
    return { ok: false, message: `there is no tag \`${wanted.slice(0, 40)}\` in here; ${known}` };
  }
  const open = lists.filter(({ tasks }) => tasks.some(isOpen));
  const usual = lists.find(({ tag }) => tag === 'master') ?? lists[0];
  if (usual === undefined) return { ok: false, message: 'no list `tasks` in here' };
  const [only, ...more] = open;
  if (only !== undefined && more.length === 0 && only !== usual) {
    return {
      ok: true,
      list: only,
      reason: `the tag \`${only.tag}\` is imported: it alone has tasks that are not done`,
    };
  }
  return { ok: true, list: usual };
}

function isOpen(task: unknown): boolean {
  const read = readStatus(textOf(task, 'status') ?? '');
  return read.kind === 'unknown' || (read.kind === 'status' && read.status !== 'completed');
}
