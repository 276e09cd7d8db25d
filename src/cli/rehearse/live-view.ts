import type { Plan } from '../../plan/plan.ts';
import { fitLine, padTo } from '../terminal/fit-line.ts';
import { LiveScreen, type Screen } from '../terminal/live-screen.ts';
import type { RehearsalSession } from './session.ts';
import { type Standing, standings } from './standings.ts';

export interface LiveViewOptions {
  readonly session: Pick<RehearsalSession, 'github' | 'owner' | 'repo'>;
  readonly plan: Plan;
  readonly slots: number;
  readonly output?: Screen & { readonly isTTY?: boolean };
}

const WIDTH = 32;
/** Columns of a line that goes to no terminal. */
const LOG_COLUMNS = 200;

/** Shows on a terminal how the rehearsal stands; elsewhere prints one line for everything that happens to a task. */
export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #screen: LiveScreen | undefined;
  readonly #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    const { output = process.stdout } = options;
    this.#screen = output.isTTY === true ? new LiveScreen(output) : undefined;
  }

  begin(out: string): void {
    const { session, plan, slots } = this.#options;
    this.say(`${plan.name}: ${plan.tasks.length} tasks, up to ${slots} at once, on ${session.github.url}`);
    this.say(`Everything is left in ${out}`);
    this.#timer = setInterval(() => this.#draw(), this.#screen ? 200 : 500);
  }

  say(text: string): void {
    this.#screen?.draw([]);
    console.log(text);
  }

  /** Draws the last state and stops. @returns How every task stands. */
  end(): readonly Standing[] {
    if (this.#timer) clearInterval(this.#timer);
    const isRunning = this.#timer !== undefined;
    this.#timer = undefined;
    const standing = isRunning ? this.#draw() : this.#standing();
    if (isRunning) this.#screen?.draw([]);
    this.#screen?.end();
    return standing;
  }

  #draw(): readonly Standing[] {
    const standing = this.#standing();
    for (const one of standing) {
      const said = `${one.state} ${one.attempt} ${one.state === 'broken' ? one.why : ''}`;
      if (this.#shown.get(one.id) === said) continue;
      this.#shown.set(one.id, said);
      const text = eventText(one);
      if (text !== undefined) this.#event(text, standing);
    }
    this.#screen?.draw([bar(standing), ...running(standing, this.#screen.columns)]);
    return standing;
  }

  #standing(): readonly Standing[] {
    const { plan, session } = this.#options;
    return standings({ github: session.github, repository: `${session.owner}/${session.repo}`, plan });
  }

  #event(text: string, standing: readonly Standing[]): void {
    const done = standing.filter(({ state }) => state === 'completed').length;
    const line = `${String(done).padStart(3)}/${standing.length} ${text}`;
    this.say(fitLine(line, this.#screen?.columns ?? LOG_COLUMNS));
  }
}

/** What has just happened to a task, where that is worth a line. */
function eventText({ id, title, state, attempt, why = 'nobody knows why' }: Standing): string | undefined {
  const task = title === id ? id : `${id} ${title}`;
  switch (state) {
    case 'completed':
      return `✔ ${task}${attempt > 1 ? ` (attempt ${attempt})` : ''}`;
    case 'in-review':
      return `◇ ${task}: in review`;
    case 'failed':
      return `✖ ${task}: attempt ${attempt} failed, and is followed by another: ${why}`;
    case 'broken':
      return `↻ ${task}: runs again, without an attempt used: ${why}`;
    case 'needs-human':
      return `‼ ${task}: needs a person: ${why}`;
    default:
      return undefined;
  }
}

function bar(standing: readonly Standing[]): string {
  const count = (...states: readonly Standing['state'][]) =>
    standing.filter(({ state }) => states.includes(state)).length;
  const done = count('completed');
  const full = standing.length === 0 ? 0 : Math.round((done / standing.length) * WIDTH);
  const failed = count('failed', 'broken', 'needs-human');
  return `[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${done}/${standing.length} completed, ${count('running')} running, ${failed} failed`;
}

function running(standing: readonly Standing[], columns: number): readonly string[] {
  return standing
    .filter(({ state }) => state === 'running')
    .sort((a, b) => (a.slot ?? '').localeCompare(b.slot ?? '', 'en', { numeric: true }))
    .map(({ slot = '–', id, title, since, attempt }) => {
      const elapsed = since === undefined ? '' : `${Math.max(0, (Date.now() - since) / 1000).toFixed(0)} s`;
      const again = attempt > 1 ? `attempt ${attempt}: ` : '';
      return fitLine(`  ${padTo(slot, 4)}${elapsed.padStart(6)}  ${padTo(id, 20)} ${again}${title}`, columns);
    });
}
