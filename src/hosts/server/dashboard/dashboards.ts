import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { keyOf, type Locator } from '../../../github/locator.ts';
import { drawGraph } from '../../../pictures/draw.ts';
import { type DashboardData, dashboardData, pictureSource } from '../../../progress/dashboard/dashboard-data.ts';
import { type DashboardPage, dashboardPage } from '../../../progress/dashboard/dashboard-page.ts';
import type { Pass } from '../../../reconcile.ts';
import { limitUses } from '../../../state/budget-limits.ts';

/** What is shown of a pass. */
type Seen = Pick<Exclude<Pass, { kind: 'no-plan' }>, 'decision' | 'project' | 'repositoryUrl'>;
export type ShownPass = { readonly kind: 'no-plan' } | ({ readonly kind: 'done' | 'refused' } & Seen);

/** What is shown of one repository. */
interface Kept {
  seen: Seen;
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
/** Pages that follow one repository; whoever is beyond is asked to load the page again later. */
const MAX_WATCHERS = 200;

/** Dashboards of the repositories over which this process makes passes. What nobody looks at is not worked out. */
export class Dashboards {
  readonly #kept = new Map<string, Kept>();

  /** Shows what a pass left. */
  show(locator: Locator, seen: ShownPass): void {
    if (seen.kind === 'no-plan') {
      this.forget(locator);
      return;
    }
    const known = this.#kept.get(keyOf(locator));
    if (!known) {
      const kept: Kept = {
        seen,
        data: undefined,
        picture: undefined,
        sent: undefined,
        timer: undefined,
        watchers: new Set(),
      };
      this.#kept.set(keyOf(locator), kept);
      return;
    }
    known.seen = seen;
    known.data = undefined;
    if (known.watchers.size > 0) known.timer ??= setTimeout(() => this.#tell(known), GATHER_MS);
  }

  forget(locator: Locator): void {
    const kept = this.#kept.get(keyOf(locator));
    this.#kept.delete(keyOf(locator));
    clearTimeout(kept?.timer);
    for (const watcher of kept?.watchers ?? []) watcher.end();
  }

  /** Names as `owner/name`, of those that have a plan. */
  get names(): readonly string[] {
    return [...this.#kept.keys()].toSorted();
  }

  /** @returns Undefined where no pass of this process has seen a plan. */
  page(locator: Locator): DashboardPage | undefined {
    const kept = this.#kept.get(keyOf(locator));
    if (!kept) return undefined;
    const data = dataOf(kept);
    const { svg, linked } = pictureOf(kept, data.shape);
    return dashboardPage({ data, svg, linked, live: true, sha256 });
  }

  /** Sends what is so now, and whatever comes, until the other side leaves. @returns Whether there is anything to watch. */
  watch(locator: Locator, response: ServerResponse): boolean {
    const kept = this.#kept.get(keyOf(locator));
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
    const beat = setInterval(() => response.write(':\n\n'), BEAT_MS);
    kept.watchers.add(response);
    response.once('close', () => {
      clearInterval(beat);
      kept.watchers.delete(response);
    });
    return true;
  }

  #tell(kept: Kept): void {
    kept.timer = undefined;
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

/** Bytes that wait for one watcher. */
const MAX_UNREAD = 8 * 1024 * 1024;

function eventOf(data: DashboardData): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function dataOf(kept: Kept): DashboardData {
  kept.data ??= dataFrom(kept.seen);
  return kept.data;
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

function pictureOf(kept: Kept, shape: string): NonNullable<Kept['picture']> {
  if (kept.picture?.shape === shape) return kept.picture;
  const drawn = drawGraph({ plan: kept.seen.project.plan, format: 'svg', sha256 });
  kept.picture = { shape, svg: drawn?.text ?? '', linked: drawn?.of === 'tasks' };
  return kept.picture;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
