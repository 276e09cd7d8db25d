import type { DispatchInputs } from './names.ts';

/** What a landing commit says of itself at the end of its message: by it, and by no hash, the work is found again. */
export interface LandingTrailers {
  readonly task: string;
  readonly issue: number;
  readonly attempt: number;
  /** Undefined in a commit that a person wrote. */
  readonly dispatch: number | undefined;
  readonly run: number | undefined;
  /** Check name to status, as far as the line can be read. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface LandingOf {
  readonly dispatch: DispatchInputs;
  readonly run: number;
  readonly checks: readonly { readonly name: string; readonly status: string }[];
}

/** @returns The lines that `readTrailers` reads back. */
export function writeTrailers({ dispatch, run, checks }: LandingOf): string {
  return [
    `Task: ${dispatch.task}`,
    `Issue: #${dispatch.issue}`,
    `Attempt: ${dispatch.attempt}`,
    `Dispatch: ${dispatch.dispatch}`,
    `Run: ${run}`,
    `Checks: ${checks.map(({ name, status }) => `${name}=${status}`).join(' ')}`,
  ].join('\n');
}

const TRAILER = /^(Task|Issue|Attempt|Dispatch|Run|Checks): (.*)$/;

/**
 * @returns Every block of our trailers in a commit's message, in order: people who squash several landings into one
 *   commit leave all of their messages in it.
 */
export function readTrailers(message: string): readonly LandingTrailers[] {
  const found: LandingTrailers[] = [];
  for (const paragraph of message.replaceAll('\r\n', '\n').split(/\n[ \t]*\n/)) {
    const lines = paragraph.split('\n').flatMap((line) => {
      const [, name, value] = TRAILER.exec(line.trim()) ?? [];
      return name !== undefined && value !== undefined ? [[name, value] as const] : [];
    });
    const landing = landingIn(new Map(lines));
    if (landing) found.push(landing);
  }
  return found;
}

function landingIn(trailers: ReadonlyMap<string, string>): LandingTrailers | undefined {
  const issue = Number(/^#(\d+)$/.exec(trailers.get('Issue') ?? '')?.[1]);
  const task = trailers.get('Task');
  if (!task || !issue) return undefined;
  return {
    task,
    issue,
    attempt: Number(trailers.get('Attempt') ?? 1),
    dispatch: optionalNumber(trailers.get('Dispatch')),
    run: optionalNumber(trailers.get('Run')),
    checks: checksIn(trailers.get('Checks') ?? ''),
  };
}

function optionalNumber(text: string | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

function checksIn(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(' ').map((pair) => pair.split('='));
  return Object.fromEntries(pairs.flatMap(([name, status]) => (name && status ? [[name, status]] : [])));
}
