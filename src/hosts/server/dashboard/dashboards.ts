import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyOf, type Locator } from '../../../github/locator.ts';
import { drawGraph } from '../../../pictures/draw.ts';
import { type DashboardData, dashboardData, pictureSource } from '../../../progress/dashboard/dashboard-data.ts';
import { type DashboardPage, dashboardPage } from '../../../progress/dashboard/dashboard-page.ts';
import type { Pass } from '../../../reconcile.ts';
import { limitUses } from '../../../state/budget-limits.ts';
import type { SharedView, SharedViews } from './shared-views.ts';

/** What is shown of a pass. */
type Seen = Pick<Exclude<Pass, { kind: 'no-plan' }>, 'decision' | 'project' | 'repositoryUrl'>;
export type ShownPass = { readonly kind: 'no-plan' } | ({ readonly kind: 'done' | 'refused' } & Seen);

/** What is shown of one repository. */
interface Kept {
  readonly locator: Locator;
  /** What the last pass of this process left; undefined where it made none. */
  seen: Seen | undefined;
  /** What another replica shows, where that is newer. */
  foreign: SharedView | undefined;
  data: DashboardData | undefined;
  picture: { readonly shape: string; readonly svg: string; readonly linked: boolean } | undefined;
  /** What was sent last, to whoever watches. */
  sent: string | undefined;
  timer: NodeJS.Timeout | undefined;
  readonly watchers: Set<ServerResponse>;
}

/** Passes that follow each other within so many milliseconds are told together. */
const GATHER_MS = 200;
/** A line that says nothing, so that nobody between takes the connection for dead (ms). */
const BEAT_MS = 20_000;
/** So long another replica is waited for that made the last pass (ms). */
const ANSWER_MS = 2_000;
/** Pages that follow one repository; whoever is beyond is asked to load the page again later. */
const MAX_WATCHERS = 200;

/**
 * Dashboards of the repositories over which this process makes passes, and of those over which other replicas do. What nobody
 * looks at is not worked out.
 */
export class Dashboards {
  readonly #kept = new Map<string, Kept>();
  readonly #shared: SharedViews | undefined;
  readonly #awaited = new Map<string, PromiseWithResolvers<void>>();

  /** @param shared With other replicas; absent: there are none. */
  constructor(shared?: SharedViews | undefined) {
    this.#shared = shared;
    shared?.listen({
      onWant: (key) => void this.#answer(key).catch(() => undefined),
      onPut: (key) => void this.#take(key).catch(() => undefined),
    });
  }

  /** Shows what a pass left. */
  show(locator: Locator, seen: ShownPass): void {
    const key = keyOf(locator);
    if (seen.kind === 'no-plan') {
      this.forget(locator);
      return;
    }
    const isNew = !this.#kept.get(key)?.seen;
    const kept = this.#keep(locator);
    kept.seen = seen;
    kept.foreign = undefined;
    kept.data = undefined;
    if (isNew) void this.#shared?.notePlan(key).catch(() => undefined);
    if (kept.watchers.size > 0 || this.#shared) kept.timer ??= setTimeout(() => this.#tellAll(kept), GATHER_MS);
  }

  forget(locator: Locator): void {
    const kept = this.#kept.get(keyOf(locator));
    this.#kept.delete(keyOf(locator));
    clearTimeout(kept?.timer);
    for (const watcher of kept?.watchers ?? []) watcher.end();
    if (kept) void this.#shared?.forget(locator).catch(() => undefined);
  }

  /** Names as `owner/name`, of those that have a plan. */
  async names(): Promise<readonly string[]> {
    const others = this.#shared ? await inTime(this.#shared.plans(), []) : [];
    const own = [...this.#kept.values()].flatMap(({ locator, seen }) => (seen ? [keyOf(locator)] : []));
    return [...new Set([...own, ...others])].toSorted();
  }

  /** @returns Undefined where no pass has seen a plan, or whoever made it does not answer. */
  async page(locator: Locator): Promise<DashboardPage | undefined> {
    const kept = await this.#current(locator);
    const view = kept && viewOf(kept);
    return view && dashboardPage({ ...view, live: true, sha256 });
  }

  /** Sends what is so now, and whatever comes, until the other side leaves. @returns Whether there is anything to watch. */
  async watch(locator: Locator, response: ServerResponse): Promise<boolean> {
    const kept = await this.#current(locator);
    if (!kept || kept.watchers.size >= MAX_WATCHERS) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    });
    const text = eventOf(dataOf(kept));
    kept.sent ??= text;
    response.write(`retry: 2000\n\n${text}`);
    const beat = setInterval(() => {
      response.write(':\n\n');
      void this.#shared?.look(keyOf(locator)).catch(() => undefined);
    }, BEAT_MS);
    kept.watchers.add(response);
    response.once('close', () => {
      clearInterval(beat);
      kept.watchers.delete(response);
    });
    return true;
  }

  #keep(locator: Locator): Kept {
    const known = this.#kept.get(keyOf(locator));
    if (known) return known;
    const nothing = { seen: undefined, foreign: undefined, data: undefined, picture: undefined };
    const kept: Kept = { locator, ...nothing, sent: undefined, timer: undefined, watchers: new Set() };
    this.#kept.set(keyOf(locator), kept);
    return kept;
  }

  /** @returns What is shown, as whoever made the last pass knows it; undefined where there is nothing. */
  async #current(locator: Locator): Promise<Kept | undefined> {
    const shared = this.#shared;
    if (shared) await inTime(this.#askOthers(shared, locator), undefined);
    const kept = this.#kept.get(keyOf(locator));
    return kept && (kept.seen || kept.foreign) ? kept : undefined;
  }

  async #askOthers(shared: SharedViews, locator: Locator): Promise<void> {
    const key = keyOf(locator);
    await shared.look(key);
    if (await shared.isNewestHere(locator)) return;
    const answered = this.#awaited.get(key) ?? Promise.withResolvers<void>();
    this.#awaited.set(key, answered);
    this.#keep(locator);
    await shared.want(key);
    await answered.promise;
  }

  /** Somebody looks on another replica. */
  async #answer(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    if (kept?.seen && !kept.foreign && (await this.#shared?.isNewestHere(kept.locator))) await this.#put(kept);
  }

  async #put(kept: Kept): Promise<void> {
    const view = viewOf(kept);
    if (view) await this.#shared?.put(keyOf(kept.locator), view);
  }

  /** Another replica made a pass, or answers: who watches here is told. */
  async #take(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    const view = await this.#shared?.get(key);
    if (kept && view) {
      kept.foreign = view;
      kept.data = view.data;
      this.#tell(kept);
    }
    this.#awaited.get(key)?.resolve();
    this.#awaited.delete(key);
  }

  #tellAll(kept: Kept): void {
    kept.timer = undefined;
    this.#tell(kept);
    void this.#tellOthers(kept).catch(() => undefined);
  }

  async #tellOthers(kept: Kept): Promise<void> {
    if (!kept.foreign && (await this.#shared?.isLookedAt(keyOf(kept.locator)))) await this.#put(kept);
  }

  #tell(kept: Kept): void {
    if (kept.watchers.size === 0) return;
    const text = eventOf(dataOf(kept));
    if (text === kept.sent) return;
    kept.sent = text;
    for (const watcher of kept.watchers) {
      // Who does not read what was sent gets the newest when it comes back.
      if (watcher.writableLength > MAX_UNREAD) watcher.destroy();
      else watcher.write(text);
    }
  }
}

/** Redis may be away, and whoever made the last pass, too: then what is known here is shown. */
function inTime<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([answer.catch(() => otherwise), sleep(ANSWER_MS, otherwise, { ref: false })]);
}

/** Bytes that wait for one watcher. */
const MAX_UNREAD = 8 * 1024 * 1024;

function eventOf(data: DashboardData): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function dataOf(kept: Kept): DashboardData {
  kept.data ??= kept.foreign?.data ?? dataFrom(kept.seen as Seen);
  return kept.data;
}

function viewOf(kept: Kept): SharedView | undefined {
  if (kept.foreign) return kept.foreign;
  if (!kept.seen) return undefined;
  const data = dataOf(kept);
  const { svg, linked } = pictureOf(kept, { shape: data.shape, seen: kept.seen });
  return { data, svg, linked };
}

function dataFrom({ decision, project, repositoryUrl }: Seen): DashboardData {
  const { plan, config } = project;
  return dashboardData({
    plan,
    decision,
    slots: config.max_parallel,
    attempts: config.attempts,
    repositoryUrl,
    shape: sha256(pictureSource(plan)),
    ...(decision.spending && { limits: limitUses({ plan, config }, decision.spending) }),
  });
}

function pictureOf(
  kept: Kept,
  { shape, seen }: { readonly shape: string; readonly seen: Seen },
): NonNullable<Kept['picture']> {
  if (kept.picture?.shape === shape) return kept.picture;
  const drawn = drawGraph({ plan: seen.project.plan, format: 'svg', sha256 });
  kept.picture = { shape, svg: drawn?.text ?? '', linked: drawn?.of === 'tasks' };
  return kept.picture;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
