import { type LandingOf, type LandingTrailers, readTrailers, writeTrailers } from '../../state/landing-trailers.ts';
import type { Check } from '../../state/result.ts';
import { check } from '../protocol/result-parts.ts';

/** A commit by which a task landed. */
export interface Landing extends Omit<LandingTrailers, 'checks'> {
  readonly commit: string;
  readonly checks: readonly Check[];
  /** First line of the message, and the text between it and the trailers. */
  readonly subject: string;
  readonly summary: string;
}

/** The run that a landing may be of. */
interface LandingRun {
  readonly issue: number;
  readonly dispatch: number;
  readonly run: number;
}

export function isLandingOf(landing: Landing, { issue, dispatch, run }: LandingRun): boolean {
  return landing.issue === issue && landing.dispatch === dispatch && landing.run === run;
}

export interface LandingMessage extends LandingOf {
  readonly title: string;
  readonly summary: string;
  readonly checks: readonly Check[];
}

/** The message of a landing commit. Text of plan and agent mentions nobody and closes nothing. */
export function landingMessage({ dispatch, run, title, summary, checks }: LandingMessage): string {
  const subject = defuse(`${dispatch.task}: ${title}`).replace(/\s+/g, ' ').trim();
  const body = defuse(withoutTrailers(summary));
  const parts = [subject, ...(body ? [body] : []), writeTrailers({ dispatch, run, checks })];
  return `${parts.join('\n\n')}\n`;
}

/** Zero-width space between sign and name: GitHub finds neither a mention nor a reference, a reader sees no change. */
function defuse(text: string): string {
  return text
    .replace(/(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}])/gu, '@\u200b')
    .replace(/#(?=\d)/g, '#\u200b')
    .replace(/\bGH-(?=\d)/gi, 'GH-\u200b')
    .replace(/\b(clos|fix|resolv)((?:e|es|ed|)\W{1,10}https?:)/gi, '$1\u200b$2');
}

/** An agent's own `Task:` line must not be read as ours, nor `Co-authored-by:` credit anybody. */
function withoutTrailers(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^(?:task|issue|attempt|dispatch|run|checks|[\w-]+-by)\s*:/i.test(line.trim()))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Reads a commit's id and message; undefined when it has not our trailers. Of several blocks the last one counts. */
export function readLanding(entry: string): Landing | undefined {
  const [commit = '', subject = '', ...rest] = entry.trim().split('\n');
  const trailers = readTrailers(rest.join('\n')).at(-1);
  if (!trailers) return undefined;
  const text = rest.slice(0, Math.max(0, rest.lastIndexOf('')));
  return { ...trailers, commit, checks: checksOf(trailers), subject, summary: text.join('\n').trim() };
}

function checksOf({ checks }: LandingTrailers): readonly Check[] {
  return Object.entries(checks).flatMap(([name, status]) => {
    const parsed = check.safeParse({ name, status });
    return parsed.success ? [parsed.data] : [];
  });
}
