// Kinds of text that plan and configuration share. `{name}` in a message becomes the name of the field.
import * as z from 'zod';
import { firstInvisible } from './invisible.ts';

/**
 * A file or glob inside the repository: relative, with forward slashes, never leading out of it. As git writes it: of
 * `./src` and `src` nothing else would find that they are one.
 */
export function repositoryPath() {
  return z
    .string()
    .min(1)
    .max(500)
    .refine((path) => !leadsOut(path), {
      error: ({ input }) =>
        `\`${String(input)}\` leads out of the repository; write a path relative to its root, with \`/\``,
    })
    .overwrite(asGitWritesIt);
}

/**
 * One line without characters that no reader sees, trimmed of nothing: it becomes part of titles and commit messages,
 * where a sign that turns the direction of text would make them say something else than they hold.
 */
export function line(longest: number) {
  return z
    .string()
    .max(longest)
    .refine(isLine, {
      error: ({ input }) => lineProblem(String(input)),
    })
    .meta({ minLength: 1 });
}

/** Whether a text can be such a line, however long. */
export function isLine(text: string): boolean {
  return text.trim() !== '' && firstInvisible(text) === undefined;
}

/** A name that may stand in a command line or a path: of an agent, a model, a check. */
export function name() {
  return z.string().regex(NAME, {
    error: ({ input }) =>
      `\`${String(input).slice(0, 40)}\` is not a name; use letters, digits and \`. _ : / @ [ ] -\`, beginning with a letter or digit`,
  });
}

export const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/;

/** A shell command, or several lines of them. */
export function command() {
  return z
    .string()
    .max(10_000)
    .refine((text) => text.trim() !== '', { error: '{name} is empty; write a command' })
    .meta({ minLength: 1 });
}

/** Whether a path is one that `repositoryPath` leaves as it is, however long. */
export function isPlainPath(path: string): boolean {
  return path !== '' && !leadsOut(path) && asGitWritesIt(path) === path;
}

function leadsOut(path: string): boolean {
  return /^[/~\\]|^[A-Za-z]:|\\|\0/.test(path) || path.split('/').includes('..');
}

function asGitWritesIt(path: string): string {
  const parts = path.split('/').filter((part) => part !== '.');
  return parts.join('/').replace(/\/{2,}/g, '/') || '**';
}

function lineProblem(text: string): string {
  if (text.trim() === '') return '{name} is empty; write something';
  if (/[\n\r]/.test(text)) return '{name} must be one line; remove the line break';
  return `{name} contains ${firstInvisible(text)}, an invisible character; remove it`;
}
