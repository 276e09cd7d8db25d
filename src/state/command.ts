import { visible } from './markdown.ts';
import { plainLines } from './plain-lines.ts';
import type { CommentView } from './snapshot.ts';
import { misspelt, type UnknownCommand } from './unknown-command.ts';

/** What a person may write at the beginning of a line of a comment, after `/`. */
export const COMMANDS = [
  'start',
  'pause',
  'resume',
  'retry',
  'cancel',
  'skip',
  'accept',
  'adopt',
  'tell',
  'priority',
  'status',
  'why',
  'help',
] as const;

export type CommandName = (typeof COMMANDS)[number];

/** On the plan issue: what was refused has been fixed. */
export const SAYS_THAT_IT_IS_FIXED: readonly CommandName[] = ['start', 'resume', 'retry'];

export interface Command {
  readonly name: CommandName;
  /** `/retry fresh`: start over instead of continuing. */
  readonly fresh: boolean;
  /** `/retry model=opus`. */
  readonly model: string | undefined;
  /** What follows `model=` where it cannot be the name of a model. */
  readonly notModel?: string;
  /** Everything else that was written, for the agent; at most 2,000 characters. */
  readonly guidance: string | undefined;
}

/** A comment that is a command. */
export interface IssuedCommand {
  readonly comment: CommentView;
  readonly command: Command;
}

/** What of a comment is for the app. */
export interface ReadComment {
  /** In the order in which they are to act. */
  readonly commands: readonly Command[];
  /** What the first line says that is no command, and was meant as one. */
  readonly unknown: UnknownCommand | undefined;
}

/** Whether a comment may be for the app: cheap, and never false where `readComment` finds something. */
export function mayBeForUs(body: string): boolean {
  return body.includes('/') && SLASH.test(plainText(body));
}

const SLASH = /^ {0,3}\/[a-z]/im;

/**
 * @returns The commands of a comment: each line of plain text that begins with `/word`, with all that follows up to the
 *   next one.
 */
export function readComment(body: string): ReadComment {
  if (!mayBeForUs(body)) return NOTHING;
  const lines = plainText(body).split('\n');
  const plain = plainLines(lines);
  const begun: { readonly name: CommandName; readonly words: string[] }[] = [];
  for (const [at, line] of lines.entries()) {
    const name = plain.has(at) ? commandIn(line) : undefined;
    if (name) begun.push({ name, words: [line.replace(/^\s*\S+/, '')] });
    else begun.at(-1)?.words.push(line);
  }
  const first = lines.findIndex((line) => line.trim() !== '');
  const line = plain.has(first) ? (lines[first] ?? '') : '';
  return {
    commands: begun.map(({ name, words }) => commandOf(name, words.join('\n').trim())),
    unknown: commandIn(line) ? undefined : misspelt(line, COMMANDS),
  };
}

const NOTHING: ReadComment = { commands: [], unknown: undefined };

/** Without what no reader sees, with plain spaces and line breaks. Spaces that Markdown does not know indent nothing. */
function plainText(body: string): string {
  return visible(body.replace(/\r\n?/g, '\n'))
    .replace(/^( {0,3})[^\S \t\n]+/gm, '$1')
    .replace(/[^\S\t\n]/g, ' ');
}

/** Ends that people put after a word; a question mark is none where something would be done. */
const WORD = /^ {0,3}\/([a-z]+)([.,;:!…]*|\?)(?=\s|$)/i;

function commandIn(line: string): CommandName | undefined {
  const [, word = '', end = ''] = WORD.exec(line) ?? [];
  const name = COMMANDS.find((known) => known === word.toLowerCase());
  return name && end === '?' && !isQuestion(name) ? undefined : name;
}

/** What is answered and changes nothing. */
export function isQuestion(name: CommandName): boolean {
  return name === 'why' || name === 'status' || name === 'help';
}

const MAX_GUIDANCE = 2_000;

/** As plans name models. */
const MODEL = /^[a-z0-9][a-z0-9._:/@[\]-]{0,127}$/i;

function commandOf(name: CommandName, text: string): Command {
  const options = name === 'retry' ? (/^(?:(?:fresh|model=\S*)(?:\s+|$))*/i.exec(text)?.[0] ?? '') : '';
  const words = options.split(/\s+/);
  const given = words.findLast((word) => /^model=/i.test(word))?.slice('model='.length);
  const guidance = text.slice(options.length).trim().slice(0, MAX_GUIDANCE).toWellFormed();
  return {
    name,
    fresh: words.some((word) => word.toLowerCase() === 'fresh'),
    model: given !== undefined && MODEL.test(given) ? given : undefined,
    ...(given === undefined || MODEL.test(given) ? {} : { notModel: given.slice(0, 100) }),
    guidance: guidance === '' ? undefined : guidance,
  };
}
