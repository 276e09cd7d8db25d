import type { IncomingHttpHeaders } from 'node:http';
import { parseDuration } from '../adapters/wording.ts';

/**
 * When a provider's limit ends. `retry-after` says it best; else the latest reset of what is used up, else the latest
 * of all. Anthropic gives moments (`anthropic-ratelimit-*-reset`, seconds since 1970 for `-unified-`), OpenAI gives
 * durations (`x-ratelimit-reset-*`): "Rate limits" in the documentation of each.
 *
 * @returns Milliseconds since 1970, or undefined where the answer does not say.
 */
export function limitResetTime(headers: IncomingHttpHeaders, now: number): number | undefined {
  const after = headers['retry-after'];
  const wait = after === undefined ? undefined : (secondsFrom(after, now) ?? momentIn(after));
  if (wait !== undefined) return wait;
  const resets = Object.entries(headers).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [];
    const at = resetIn(name, value, now);
    return at === undefined ? [] : [{ at, used: headers[remainingOf(name)] === '0' }];
  });
  const used = resets.filter((reset) => reset.used);
  const moments = (used.length > 0 ? used : resets).map(({ at }) => at);
  return moments.length === 0 ? undefined : Math.max(...moments);
}

function resetIn(name: string, value: string, now: number): number | undefined {
  if (/^anthropic-ratelimit-.*reset$/.test(name)) return /^\d+$/.test(value) ? Number(value) * 1_000 : momentIn(value);
  if (!name.startsWith('x-ratelimit-reset-')) return undefined;
  const wait = parseDuration(value);
  return wait === undefined ? undefined : now + wait;
}

function remainingOf(name: string): string {
  return name.startsWith('x-ratelimit-') ? name.replace('-reset-', '-remaining-') : name.replace(/reset$/, 'remaining');
}

function secondsFrom(text: string, now: number): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(text) ? now + Number(text) * 1_000 : undefined;
}

function momentIn(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
