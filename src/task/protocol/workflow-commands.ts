import { randomUUID } from 'node:crypto';

/**
 * What the runner reads in a step's log: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function notice(title: string, text: string): void {
  command('notice', { title, text });
}

/** Where in the repository an annotation stands. */
export interface AnnotationLocation {
  readonly file?: string;
  readonly line?: number;
}

export function warning(title: string, text: string, place: AnnotationLocation = {}): void {
  command('warning', { title, text, ...place });
}

export function error(title: string, text: string, place: AnnotationLocation = {}): void {
  command('error', { title, text, ...place });
}

interface Annotation extends AnnotationLocation {
  readonly title: string;
  readonly text: string;
}

function command(kind: string, { title, text, file, line }: Annotation): void {
  const properties = Object.entries({ file, line, title }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  say(`::${kind} ${properties.join(',')}::${escapeData(text)}`);
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

export function openGroup(title: string): void {
  say(`::group::${escapeData(title)}`);
}

export function closeGroup(): void {
  say('::endgroup::');
}

/**
 * From here on the runner takes no command from the log: what follows is text of others.
 * @returns The function that ends it; the word that does so is known to nobody else.
 */
export function stopCommands(): () => void {
  const word = randomUUID();
  say(`::stop-commands::${word}`);
  return () => say(`::${word}::`);
}

/** Shows text of others in a fold. */
export function logFolded(title: string, text: string): void {
  openGroup(title);
  const resume = stopCommands();
  say(text);
  resume();
  closeGroup();
}

/** Escape sequences of terminals, which say nothing in a comment. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC and BEL are what it is about
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

export function stripAnsi(text: string): string {
  return text.replace(ANSI, '');
}
