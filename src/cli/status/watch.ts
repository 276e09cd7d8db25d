import { type Failure, toFailure } from '../../github/errors.ts';
import { timeText } from '../../text/words.ts';
import type { GitHubAccess } from '../init/github-facts.ts';
import { type Observation, observe } from '../observe/observe.ts';
import { LiveScreen, type Screen } from '../terminal/live-screen.ts';
import type { Palette } from '../terminal/palette.ts';
import { wrap } from '../terminal/wrap.ts';
import { changesBetween } from './changes.ts';
import { freshnessOf, type KnownTags } from './freshness.ts';
import { type StatusReport, statusReport } from './report.ts';
import { statusLines } from './status-text.ts';

/** The time of the machine that watches. */
export interface WatchClock {
  /** Milliseconds that nobody sets. */
  readonly now: () => number;
  /** Ends early where the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface WatchInput {
  readonly access: GitHubAccess;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly output: Screen & { readonly isTTY?: boolean };
  readonly palette: Palette;
  readonly clock: WatchClock;
  /** The person has seen enough. */
  readonly signal: AbortSignal;
}

/** A failure is not asked about more often than this, however short the time between looks is (ms). */
const MAX_PAUSE = 5 * 60_000;
/** Whatever the questions about changes say, everything is read so often (ms). */
const READ_AFTER = 10 * 60_000;

/**
 * Shows how a plan stands until it is done, or the signal aborts. On a terminal the view is drawn in place; elsewhere what
 * changed is said line by line. What GitHub does not answer is asked again, later and later, and the view says how old it is.
 * @throws where GitHub refuses the first look.
 */
export async function watchStatus(input: WatchInput): Promise<void> {
  const view = input.output.isTTY ? new DrawnView(input) : new SpokenView(input);
  try {
    await lookAgain(input, view);
  } finally {
    view.end();
  }
}

interface View {
  readonly show: (shown: Shown) => void;
  readonly end: () => void;
}

interface Shown {
  readonly report: StatusReport | undefined;
  /** Milliseconds since it was true. */
  readonly age: number;
  /** Why it is old, and when GitHub is asked again (ms). */
  readonly trouble?: { readonly what: string; readonly pause: number };
}

interface Known {
  readonly observation: Observation;
  readonly tags: KnownTags;
  /** By the watcher's clock. */
  readonly readAt: number;
}

async function lookAgain({ access, every, clock, signal }: WatchInput, view: View): Promise<void> {
  let known: Known | undefined;
  let failures = 0;
  while (!signal.aborted) {
    let pause = every;
    try {
      known = await look(access, { known, now: clock.now() });
      failures = 0;
      const report = known.observation.plan && statusReport(known.observation.plan);
      view.show({ report, age: clock.now() - known.readAt });
      if (report && isDone(report)) return;
    } catch (error) {
      const failure = toFailure(error);
      if (!known) throw error;
      pause = pauseAfter(failure, { failures: ++failures, every });
      const report = known.observation.plan && statusReport(known.observation.plan);
      view.show({ report, age: clock.now() - known.readAt, trouble: { what: failure.message, pause } });
    }
    await clock.sleep(pause, signal);
  }
}

async function look(
  access: GitHubAccess,
  { known, now }: { readonly known: Known | undefined; readonly now: number },
): Promise<Known> {
  const plan = known?.observation.plan;
  const defaultBranch = plan?.snapshot.repository.defaultBranch;
  // Before what is read, so that a change in between is seen the next time.
  const fresh =
    defaultBranch === undefined ? undefined : await freshnessOf({ ...access, defaultBranch }, known?.tags ?? new Map());
  const isDue = known !== undefined && isTimeFor(known, now);
  if (known && fresh && !fresh.isChanged && !isDue && now - known.readAt < READ_AFTER) return known;
  const observation = await observe(access, known?.observation);
  return { observation, tags: fresh?.tags ?? new Map(), readAt: now };
}

/** Something is decided differently by now, which nobody has to write. What is due already waits for a pass. */
function isTimeFor({ observation: { plan }, readAt }: Known, now: number): boolean {
  const wakeAt = plan?.decision.wakeAt;
  if (!plan || wakeAt === undefined || wakeAt <= plan.snapshot.now) return false;
  return plan.snapshot.now + (now - readAt) >= wakeAt;
}

/** Longer with each failure in a row; a limit says itself how long it lasts. */
function pauseAfter(
  failure: Failure,
  { failures, every }: { readonly failures: number; readonly every: number },
): number {
  const longer = Math.min(MAX_PAUSE, every * 2 ** failures);
  return failure.kind === 'limited' ? Math.max(longer, failure.retryAfterS * 1_000) : longer;
}

function isDone({ tasks, counts }: StatusReport): boolean {
  return tasks.length > 0 && (counts.completed ?? 0) + (counts.skipped ?? 0) === tasks.length;
}

class DrawnView implements View {
  readonly #screen: LiveScreen;
  readonly #palette: Palette;

  constructor({ output, palette }: WatchInput) {
    this.#screen = new LiveScreen(output);
    this.#palette = palette;
  }

  show({ report, age, trouble }: Shown): void {
    const { columns } = this.#screen;
    const look = { columns, palette: this.#palette, age };
    const body = report ? statusLines(report, look) : [NO_PLAN];
    this.#screen.draw([...body, '', ...footer({ report, age, ...(trouble && { trouble }) }, look)]);
  }

  end(): void {
    this.#screen.end();
  }
}

const NO_PLAN = 'There is no plan on the default branch.';

function footer(
  { report, trouble }: Shown,
  { columns, palette }: { readonly columns: number; readonly palette: Palette },
): readonly string[] {
  if (trouble) return wrap(staleText(report, trouble), columns).map((line) => palette('red', line));
  const at = report ? `As of ${timeText(report.at).slice(11)} UTC. ` : '';
  return wrap(`${at}Ctrl-C ends it.`, columns).map((line) => palette('dim', line));
}

function staleText(report: StatusReport | undefined, { what, pause }: NonNullable<Shown['trouble']>): string {
  const since = report ? ` since ${timeText(report.at).slice(11)} UTC` : '';
  return `Stale: GitHub has not answered${since} (${what}). It is asked again in ${Math.round(pause / 1_000)}s.`;
}

class SpokenView implements View {
  readonly #write: (line: string) => void;
  #before: StatusReport | undefined;
  #isStale = false;
  #isEmpty = false;

  constructor({ output }: WatchInput) {
    this.#write = (line) => output.write(`${line}\n`);
  }

  show({ report, trouble }: Shown): void {
    if (trouble && !this.#isStale) this.#write(staleText(report, trouble));
    if (!trouble && this.#isStale) this.#write('GitHub answers again.');
    this.#isStale = trouble !== undefined;
    if (!report && !this.#isEmpty) this.#write(NO_PLAN);
    this.#isEmpty = report === undefined;
    if (report) this.#tell(report);
  }

  #tell(report: StatusReport): void {
    const before = this.#before;
    this.#before = report;
    const at = `${timeText(report.at)} `;
    if (!before) this.#write(`${at}${report.plan.name}: ${report.totals}`);
    else for (const line of changesBetween(before, report)) this.#write(`${at}${line}`);
  }

  end(): void {}
}
