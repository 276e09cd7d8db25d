import type { DispatchInputs } from '../../state/names.ts';
import type { Check } from '../../state/result.ts';
import { check } from '../protocol/result-parts.ts';

/** A commit by which a task landed. */
export interface Landing {
  readonly commit: string;
  readonly task: string;
  readonly issue: number;
  readonly attempt: number;
  /** Undefined in a commit that a person wrote. */
  readonly dispatch: number | undefined;
  readonly run: number | undefined;
  readonly checks: readonly Check[];
  /** First line of the message, and the text between it and the trailers. */
  readonly subject: string;
  readonly summary: string;
}

export interface LandingMessage {
  readonly dispatch: DispatchInputs;
  readonly run: number;
  readonly title: string;
  readonly summary: string;
  readonly checks: readonly Check[];
}

/** The message of a landing commit. Text of plan and agent mentions nobody and closes nothing. */
export function landingMessage({ dispatch, run, title, summary, checks }: LandingMessage): string {
  const subject = defuse(`${dispatch.task}: ${title}`).replace(/\s+/g, ' ').trim();
  const trailers = [
    `Task: ${dispatch.task}`,
    `Issue: #${dispatch.issue}`,
    `Attempt: ${dispatch.attempt}`,
    `Dispatch: ${dispatch.dispatch}`,
    `Run: ${run}`,
    `Checks: ${checks.map(({ name, status }) => `${name}=${status}`).join(' ')}`,
  ];
  const body = defuse(withoutTrailers(summary));
  return `${[subject, ...(body ? [body] : []), trailers.join('\n')].join('\n\n')}\n`;
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

/** Reads a commit's id and message; undefined when it has not our trailers. */
export function readLanding(entry: string): Landing | undefined {
  const [commit = '', subject = '', ...rest] = entry.trim().split('\n');
  const trailers = new Map<string, string>();
  const text = [...rest];
  for (let line = text.pop(); line; line = text.pop()) {
    const [, name, value] = /^([A-Za-z-]+): (.*)$/.exec(line) ?? [];
    if (name && value !== undefined) trailers.set(name, value);
  }
  const issue = Number(/^#(\d+)$/.exec(trailers.get('Issue') ?? '')?.[1]);
  const task = trailers.get('Task');
  if (!task || !issue) return undefined;
  return {
    commit,
    task,
    issue,
    attempt: Number(trailers.get('Attempt') ?? 1),
    dispatch: optionalNumber(trailers.get('Dispatch')),
    run: optionalNumber(trailers.get('Run')),
    checks: readChecks(trailers.get('Checks') ?? ''),
    subject,
    summary: text.join('\n').trim(),
  };
}

function optionalNumber(text: string | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

function readChecks(text: string): readonly Check[] {
  return text.split(' ').flatMap((pair) => {
    const [name, status] = pair.split('=');
    const parsed = check.safeParse({ name, status });
    return parsed.success ? [parsed.data] : [];
  });
}
