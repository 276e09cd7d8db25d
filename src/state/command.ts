import type { CommentView } from './snapshot.ts';

/** What a person may write as the first line of a comment. */
const COMMANDS = [
  'start',
  'pause',
  'resume',
  'retry',
  'cancel',
  'skip',
  'accept',
  'tell',
  'priority',
  'status',
  'why',
  'help',
] as const;

export type CommandName = (typeof COMMANDS)[number];

export interface Command {
  readonly name: CommandName;
  /** `/retry fresh`: start over instead of continuing. */
  readonly fresh: boolean;
  /** `/retry model=opus`. */
  readonly model: string | undefined;
  /** Everything else that was written, for the agent; at most 2,000 characters. */
  readonly guidance: string | undefined;
}

/** A comment that is a command. */
export interface IssuedCommand {
  readonly comment: CommentView;
  readonly command: Command;
}

const MODEL = /^model=([A-Za-z0-9][A-Za-z0-9._:/-]{0,99})$/;

/** @returns The command on the first line, or undefined when the comment is ordinary text. */
export function parseCommand(body: string): Command | undefined {
  const [first = '', ...lines] = body.replaceAll('\r\n', '\n').split('\n');
  const [word = '', ...words] = first.trim().split(/\s+/);
  const name = COMMANDS.find((known) => word.toLowerCase() === `/${known}`);
  if (name === undefined) return undefined;
  const fresh = words.includes('fresh');
  const model = words.map((part) => MODEL.exec(part)?.[1]).find((found) => found !== undefined);
  const plain = words.filter((part) => part !== 'fresh' && !MODEL.test(part)).join(' ');
  const guidance = [plain, ...lines].join('\n').trim().slice(0, 2_000);
  return { name, fresh, model, guidance: guidance === '' ? undefined : guidance };
}
