import { say } from '../protocol/log.ts';

/** Saves unfinished work while an agent works. */
export interface Keeper {
  /** Saves what there is now, after whatever is being saved. Says so where it cannot, and never throws. */
  readonly save: () => Promise<void>;
  /** Ends the timer and waits for what is being saved. */
  readonly stop: () => Promise<void>;
}

/** How one checkpoint came out: kept, nothing new since the last one, or no longer this run's to keep. */
export type Saved = 'kept' | 'unchanged' | 'superseded';

/**
 * Saves on a timer, one at a time. A checkpoint that fails costs nothing but a warning, once for each kind of failure:
 * the agent works on.
 */
export function keepCheckpoints({
  save,
  everyMs,
}: {
  readonly save: () => Promise<Saved>;
  readonly everyMs: number;
}): Keeper {
  const told = new Set<string>();
  let superseded = false;
  let last: Promise<void> = Promise.resolve();

  async function once(): Promise<void> {
    if (superseded) return;
    try {
      superseded = (await save()) === 'superseded';
      if (superseded) say('checkpoint: a later dispatch has its own; this run saves no more');
    } catch (problem) {
      const what = problem instanceof Error ? problem.message : String(problem);
      if (!told.has(what)) say(`checkpoint: ${what}; not saved now, tried again later`);
      told.add(what);
    }
  }

  const next = () => {
    last = last.then(once);
    return last;
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void next().finally(() => {
      busy = false;
    });
  }, everyMs);
  return {
    save: next,
    stop: async () => {
      clearInterval(timer);
      await last;
    },
  };
}
