import * as z from 'zod';
import type { SharedView } from '../dashboard/shared-views.ts';

/** A view as it lies in Redis, where a replica of another version may have put it. */

const attempt = z.object({
  name: z.string(),
  outcome: z.string(),
  ended: z.string(),
  run: z.string().exactOptional(),
  minutes: z.number().exactOptional(),
  usd: z.number().exactOptional(),
});

const task = z.object({
  id: z.string(),
  title: z.string(),
  wave: z.number(),
  shade: z.string(),
  word: z.string(),
  reason: z.string(),
  estimate: z.string(),
  needs: z.array(z.string()),
  critical: z.literal(true).exactOptional(),
  asks: z.literal(true).exactOptional(),
  url: z.string().exactOptional(),
  slot: z.string().exactOptional(),
  started: z.string().exactOptional(),
  completed: z.string().exactOptional(),
  run: z.string().exactOptional(),
  pull: z.string().exactOptional(),
  usd: z.number().exactOptional(),
  attempts: z.array(attempt).exactOptional(),
  checks: z.array(z.tuple([z.string(), z.string()])).exactOptional(),
});

const wave = z.object({
  number: z.number(),
  name: z.string(),
  url: z.string().exactOptional(),
  tasks: z.number(),
  over: z.number(),
  running: z.number(),
});

const view: z.ZodType<SharedView> = z.object({
  data: z.object({
    shape: z.string(),
    plan: z.object({ name: z.string(), url: z.string() }),
    notice: z.string().exactOptional(),
    over: z.number(),
    work: z.tuple([z.number(), z.number()]),
    finish: z.string(),
    cost: z.object({ usd: z.number(), unknown: z.number() }).exactOptional(),
    budget: z
      .array(z.object({ spent: z.string(), text: z.string(), shares: z.tuple([z.number(), z.number()]) }))
      .exactOptional(),
    waves: z.array(wave),
    tasks: z.array(task),
    bars: z.array(z.object({ n: z.number(), start: z.string(), end: z.string(), actual: z.boolean() })),
  }),
  svg: z.string(),
  linked: z.boolean(),
});

/** @returns Undefined where it says something else than this version does. */
export function readView(text: string): SharedView | undefined {
  return view.safeParse(JSON.parse(text)).data;
}
