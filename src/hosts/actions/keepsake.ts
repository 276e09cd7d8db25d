import * as z from 'zod';
import type { Memory } from '../../github/memory.ts';
import { memoryFromText, memoryToText } from '../../github/memory-text.ts';

/** What one job leaves to the next. */
export interface Keepsake {
  readonly memory: Memory;
  /** Whether the clock runs, as it was last set here; undefined where nobody knows. */
  readonly clock: ClockState | undefined;
}

export interface ClockState {
  readonly isOn: boolean;
  /** Epoch milliseconds, GitHub's. */
  readonly at: number;
}

const text = z.object({
  clock: z.object({ isOn: z.boolean(), at: z.number() }).optional(),
  memory: z.string(),
});

export function keepsakeText({ memory, clock }: Keepsake): string {
  return JSON.stringify({ ...(clock ? { clock } : {}), memory: memoryToText(memory) });
}

export function readKeepsake(kept: string | undefined): Keepsake {
  const { clock, memory = '' } = parsed(kept) ?? {};
  return { clock, memory: memoryFromText(memory) };
}

function parsed(kept: string | undefined): z.infer<typeof text> | undefined {
  try {
    return text.safeParse(JSON.parse(kept ?? '')).data;
  } catch {
    return undefined;
  }
}
