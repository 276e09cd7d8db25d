import type { Plan } from '../../plan/plan.ts';
import { LABEL } from '../../state/names.ts';
import { readTaskRecord } from '../../state/record.ts';
import type { RehearsalSession } from './session.ts';

export interface LiveViewOptions {
  readonly session: Pick<RehearsalSession, 'github' | 'owner' | 'repo'>;
  readonly plan: Plan;
  readonly slots: number;
}

const WIDTH = 32;

/** Shows on a terminal how the rehearsal stands; elsewhere prints one line for every task that ends. */
export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #terminal = process.stdout.isTTY === true;
  readonly #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #lines = 0;

  constructor(options: LiveViewOptions) {
    this.#options = options;
  }

  begin(out: string): void {
    const { session, plan, slots } = this.#options;
    this.say(
      `${plan.name}: ${plan.tasks.length} tasks, up to ${slots} at once, on ${session.github.url}. Everything is left in ${out}`,
    );
    this.#timer = setInterval(() => this.#draw(), this.#terminal ? 200 : 500);
  }

  say(text: string): void {
    this.#erase();
    console.log(text);
  }

  /** Draws the last state and stops. */
  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw();
    this.#lines = 0;
  }

  #draw(): void {
    const standing = this.#standing();
    for (const { id, state, attempt } of standing) {
      const said = `${state} ${attempt}`;
      if (this.#shown.get(id) === said) continue;
      this.#shown.set(id, said);
      if (state === 'completed') this.#event(`✔ ${id}${attempt > 1 ? ` (attempt ${attempt})` : ''}`, standing);
      if (state === 'in-review') this.#event(`◇ ${id}: in review`, standing);
      if (state === 'failed') this.#event(`✖ ${id}: attempt ${attempt} failed, tried again`, standing);
      if (state === 'needs-human') this.#event(`‼ ${id}: needs a person after attempt ${attempt}`, standing);
    }
    if (!this.#terminal) return;
    this.#erase();
    const lines = [bar(standing), ...running(standing)];
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    this.#lines = lines.length;
  }

  /** Every task of the plan, also before it has an issue. */
  #standing(): readonly Standing[] {
    const { plan } = this.#options;
    const seen = new Map(standings(this.#options).map((one) => [one.id, one]));
    return plan.tasks.map(({ id, status }) => seen.get(id) ?? withoutIssue(id, status));
  }

  #event(text: string, standing: readonly Standing[]): void {
    const done = standing.filter(({ state }) => state === 'completed').length;
    this.say(this.#terminal ? text : `${String(done).padStart(3)}/${standing.length} ${text}`);
  }

  #erase(): void {
    if (this.#lines > 0) process.stdout.write(`\u001b[${this.#lines}A\u001b[0J`);
    this.#lines = 0;
  }
}

interface Standing {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'in-review' | 'completed' | 'failed' | 'needs-human';
  readonly attempt: number;
  readonly slot: string | undefined;
  readonly since: number | undefined;
}

/** A task that the plan lists as completed never gets one. */
function withoutIssue(id: string, status: string | undefined): Standing {
  const state = status === 'completed' ? 'completed' : 'waiting';
  return { id, state, attempt: 0, slot: undefined, since: undefined };
}

/** As a person reads it off the issues: closed, labels, and the record for the slot. */
function standings({ session: { github, owner, repo } }: LiveViewOptions): readonly Standing[] {
  return github.issuesReport(`${owner}/${repo}`).flatMap((issue): readonly Standing[] => {
    const labels = issue.labels.flatMap((label) => (typeof label === 'object' ? (label.name ?? []) : label));
    if (!labels.includes(LABEL.task)) return [];
    const record = readTaskRecord(issue.body ?? '');
    const attempt = record?.attempt ?? 0;
    const id = record?.task ?? issue.title;
    const state = stateOf(issue.state === 'closed', { labels, inReview: record?.review !== undefined });
    const since = record?.live ? Date.parse(record.live.sent) : undefined;
    return [{ id, state, attempt, slot: record?.live?.agent, since }];
  });
}

function stateOf(
  closed: boolean,
  { labels, inReview }: { readonly labels: readonly string[]; readonly inReview: boolean },
): Standing['state'] {
  if (closed) return 'completed';
  if (labels.includes(LABEL.running)) return 'running';
  if (labels.includes(LABEL.needsHuman)) return 'needs-human';
  if (labels.includes(LABEL.failed)) return 'failed';
  return inReview ? 'in-review' : 'waiting';
}

function bar(standing: readonly Standing[]): string {
  const count = (state: Standing['state']) => standing.filter((task) => task.state === state).length;
  const done = count('completed');
  const full = standing.length === 0 ? 0 : Math.round((done / standing.length) * WIDTH);
  const failed = count('failed') + count('needs-human');
  return `[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${done}/${standing.length} completed, ${count('running')} running, ${failed} failed`;
}

function running(standing: readonly Standing[]): readonly string[] {
  return standing
    .filter(({ state }) => state === 'running')
    .sort((a, b) => (a.slot ?? '').localeCompare(b.slot ?? '', 'en', { numeric: true }))
    .map(({ slot = '–', id, since, attempt }) => {
      const elapsed = since === undefined ? '' : `${Math.max(0, (Date.now() - since) / 1000).toFixed(0)} s`;
      return `  ${slot.padEnd(4)}${id.padEnd(20)}${elapsed.padStart(6)}${attempt > 1 ? `  attempt ${attempt}` : ''}`;
    });
}
