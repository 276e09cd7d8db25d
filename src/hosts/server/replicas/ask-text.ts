import * as z from 'zod';
import type { Ask } from '../ask.ts';

/** Asks as they lie in Redis, where they wait for the replica that makes the pass. */

const ask = z.object({
  installation: z.number(),
  locator: z.object({ owner: z.string(), repo: z.string() }),
  at: z.number(),
  delivery: z.string().exactOptional(),
  delay: z.number().exactOptional(),
  endedRun: z.number().exactOptional(),
  review: z
    .object({
      target: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('head') }),
        z.object({ kind: z.literal('pull'), number: z.number() }),
      ]),
      tries: z.number(),
    })
    .exactOptional(),
  isWhole: z.literal(true).exactOptional(),
  settledNotice: z.string().exactOptional(),
});

export function askText(value: Ask): string {
  return JSON.stringify(value);
}

/** @returns Those of this version; what another one wrote beside them is found by the pass itself, or by the next whole reading. */
export function readAsks(texts: readonly string[]): readonly Ask[] {
  return texts.flatMap((text) => parsed(text) ?? []);
}

/** What a pass that failed leaves to the next one: all that matters, in few. */
export function mergeAsks(asks: readonly Ask[]): readonly Ask[] {
  const kept = new Map<string, Ask>();
  for (const one of asks) {
    const what = [one.endedRun, one.review?.target, one.isWhole, one.settledNotice];
    const key = JSON.stringify(what);
    if (!kept.has(key)) kept.set(key, one);
  }
  return [...kept.values()];
}

function parsed(text: string): Ask | undefined {
  try {
    return ask.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
