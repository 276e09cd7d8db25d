import { nearest } from '../plan/nearest.ts';

/** A first line that looks like a command and is none. */
export interface UnknownCommand {
  /** As it was written, without `/`. */
  readonly word: string;
  /** The command that was most likely meant. */
  readonly nearest: string | undefined;
}

/** Words for what a command does, none of them near its name. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['abort', 'cancel'],
  ['stop', 'cancel'],
  ['kill', 'cancel'],
  ['run', 'start'],
  ['begin', 'start'],
  ['again', 'retry'],
  ['rerun', 'retry'],
  ['restart', 'retry'],
  ['continue', 'resume'],
  ['unpause', 'resume'],
  ['ignore', 'skip'],
  ['say', 'tell'],
  ['prio', 'priority'],
]);

/**
 * Commands of other bots that work on the same issues (Prow's, Tide's, those of forges and of chat): whoever writes one
 * speaks to them, and hears nothing from us.
 */
const OF_OTHERS = new Set(
  (
    'approve area assign backport benchmark build cc cherry-pick cherrypick close deploy duplicate format hold kind label ' +
    'lgtm lifecycle lock merge milestone ok ok-to-test override rebase release remove reopen retest retitle review ' +
    'shrug sig test transfer triage unassign uncc unhold unlabel unlock'
  ).split(' '),
);

/** Where paths begin. */
const FOLDERS = new Set('bin boot dev etc home lib media mnt opt proc root sbin srv sys tmp usr var'.split(' '));

const LINE = /^ {0,3}\/(?<word>[a-z][\w-]*)[.,;:!?…]*(?<rest>$|\s.*$)/i;

/**
 * A near miss is always told. A word that is near nothing is told only where it stands alone: with more words after it,
 * `/health fails behind the proxy` is about a path as often as it is an order.
 */
export function misspelt(line: string, commands: readonly string[]): UnknownCommand | undefined {
  const { word, rest = '' } = LINE.exec(line)?.groups ?? {};
  if (word === undefined || OF_OTHERS.has(word.toLowerCase())) return undefined;
  const meant = nearest(word, commands) ?? SYNONYMS.get(word.toLowerCase());
  if (meant === undefined && (rest.trim() !== '' || FOLDERS.has(word.toLowerCase()))) return undefined;
  return { word: word.slice(0, 40), nearest: meant };
}
