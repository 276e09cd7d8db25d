import { millis, type Snapshot } from '../../state/snapshot.ts';

/**
 * How much new content GitHub takes: 80 a minute and 500 an hour, whoever asks by whatever interface ("Rate limits for the
 * REST API", secondary limits). Some of it is left for comments, and some for issues that a dispatch waits for.
 */
const WINDOWS = [
  { minutes: 1, most: 70, kept: 10 },
  { minutes: 60, most: 450, kept: 50 },
] as const;
/** Issues tell whole seconds (ms). */
const SECOND = 1_000;

export interface ContentRoom {
  readonly count: number;
  /** When there is more, where there is none (epoch ms). */
  readonly at: number;
}

/**
 * How many issues may be created now.
 * @param minute Milliseconds of the minute that limits are for.
 */
export function contentRoom(
  { issues, now }: Pick<Snapshot, 'issues' | 'now'>,
  minute: number,
): { readonly urgent: ContentRoom; readonly others: ContentRoom } {
  const windows = WINDOWS.map(({ minutes, ...limit }) => {
    const length = minutes * minute;
    const { count, oldest } = createdSince(issues, now - length);
    return { ...limit, count, at: oldest + length + SECOND };
  });
  const room = (isUrgent: boolean): ContentRoom => {
    const left = windows.map(({ most, kept, count, at }) => ({ left: most - (isUrgent ? 0 : kept) - count, at }));
    const full = left.filter((window) => window.left <= 0);
    return {
      count: Math.max(0, Math.min(...left.map((window) => window.left))),
      at: Math.max(now, ...full.map((window) => window.at)),
    };
  };
  return { urgent: room(true), others: room(false) };
}

/** Numbers of issues grow with the moments at which they were made: those before the first older one are older, too. */
function createdSince(issues: Snapshot['issues'], since: number): { readonly count: number; readonly oldest: number } {
  let [count, oldest] = [0, since];
  for (let nth = issues.length - 1; nth >= 0; nth--) {
    const at = millis(issues[nth]?.createdAt ?? '');
    if (!(at > since)) break;
    count++;
    oldest = at;
  }
  return { count, oldest };
}
