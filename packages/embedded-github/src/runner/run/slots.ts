/** Places for jobs that run at the same time; the others wait in the order in which they came. */
export interface Slots {
  /** Settles with the function that gives the place back; with undefined, and no place, once `impatient` aborts. */
  readonly acquire: (impatient: AbortSignal) => Promise<(() => void) | undefined>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];

  function giveBack(): void {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  }

  return {
    acquire: (impatient) => {
      if (impatient.aborted) return Promise.resolve(undefined);
      if (free > 0) {
        free--;
        return Promise.resolve(once(giveBack));
      }
      return new Promise((resolve) => {
        const enter = (): void => {
          impatient.removeEventListener('abort', leave);
          resolve(once(giveBack));
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(enter), 1);
          resolve(undefined);
        };
        waiting.push(enter);
        impatient.addEventListener('abort', leave, { once: true });
      });
    },
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
