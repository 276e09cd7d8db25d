import { withoutByteOrderMark } from '../../plan/position.ts';
import { type Markdown, readMarkdown } from './markdown-tree.ts';

/** A file to import from, parsed at most once, however many look at it. */
export interface SourceFile {
  readonly file: string;
  /** Without byte order mark. */
  readonly text: string;
  readonly markdown: () => Markdown;
}

/** What a person wants imported: a file, or the Markdown files of a folder. */
export interface Source {
  /** As named by the person. */
  readonly path: string;
  readonly folder: boolean;
  /** What to call the plan where it names itself nowhere. */
  readonly name: string;
  /** In the order of their names; just one where it is no folder. */
  readonly files: readonly SourceFile[];
}

export function sourceFile({ file, text }: { readonly file: string; readonly text: string }): SourceFile {
  const bare = withoutByteOrderMark(text);
  let parsed: Markdown | undefined;
  return {
    file,
    text: bare,
    markdown: () => {
      parsed ??= readMarkdown(bare);
      return parsed;
    },
  };
}

/** The last part of a path: `tasks.md` of `specs/001-login/tasks.md`. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}

/** What every such file is called says nothing about the plan; the folder around it may. */
const COMMON = /^(?:tasks?|issues|beads|plans?|epic|epics|todo|readme|index|\..*|docs|planning|specs)$/i;

/** A name for a plan whose source gives none: of the file, or of the nearest folder with a name of its own. */
export function nameFromPath(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  const names = parts.map((part, index) => (index === parts.length - 1 ? part.replace(/\.[a-z]{2,8}$/i, '') : part));
  return names.findLast((name) => name !== '' && !COMMON.test(name)) ?? 'Imported plan';
}
