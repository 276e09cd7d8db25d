// Kinds of text that plan and configuration share. `{name}` in a message becomes the name of the field.
import { z } from 'zod';

/** A file or glob inside the repository: relative, with forward slashes, never leading out of it. */
export function repositoryPath() {
  return z
    .string()
    .min(1)
    .max(500)
    .refine((path) => !leadsOut(path), {
      error: ({ input }) =>
        `\`${String(input)}\` leads out of the repository; write a path relative to its root, with \`/\``,
    });
}

/** One line without control characters, trimmed of nothing: it becomes part of titles and commit messages. */
export function line(longest: number) {
  return z
    .string()
    .max(longest)
    .refine((text) => text.trim() !== '' && !hasControlCharacter(text), {
      error: ({ input }) =>
        String(input).trim() === ''
          ? '{name} is empty; write something'
          : '{name} must be one line; remove the line break',
    })
    .meta({ minLength: 1 });
}

/** A name that may stand in a command line or a path: of an agent, a model, a check. */
export function name() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/, {
    error: ({ input }) =>
      `\`${String(input).slice(0, 40)}\` is not a name; use letters, digits and \`. _ : / @ [ ] -\`, beginning with a letter or digit`,
  });
}

/** A shell command, or several lines of them. */
export function command() {
  return z
    .string()
    .max(10_000)
    .refine((text) => text.trim() !== '', { error: '{name} is empty; write a command' })
    .meta({ minLength: 1 });
}

function leadsOut(path: string): boolean {
  return /^[/~\\]|^[A-Za-z]:|\\|\0/.test(path) || path.split('/').includes('..');
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 32) return true;
  return false;
}
