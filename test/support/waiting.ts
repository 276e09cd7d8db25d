/**
 * How tests wait: for an event, as long as it takes. No wait has a limit of its own, so no test depends on the machine
 * being quick; when vitest's last-resort limit ends a test, `tell-open-waits.ts` says what it still waited for.
 */

interface Wait {
  readonly what: string;
  /** What shows how far things had come; read only when the wait turns out to be in vain. */
  readonly evidence: () => string | Promise<string>;
}

const open = new Set<Wait>();
const NOTHING = () => '';

/** Milliseconds between two looks at what tells nobody when it changes. */
const LOOK_EVERY = 50;

/** Looks again and again until there is something to see. What throws meanwhile is not there yet. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  evidence: Wait['evidence'] = NOTHING,
): Promise<T> {
  let failure: unknown;
  const wait = { what, evidence: async () => `${failure ?? ''}${await evidence()}` };
  open.add(wait);
  try {
    for (;;) {
      failure = undefined;
      const seen = await Promise.resolve()
        .then(look)
        .catch((error: unknown) => {
          failure = error;
        });
      if (seen !== undefined && seen !== null && seen !== false) return seen as T;
      if (!open.has(wait)) throw new Error(`nobody waits any more: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  } finally {
    open.delete(wait);
  }
}

/** Waits for what settles by itself: a run that ends, a request that is answered. */
export async function settling<T>(what: string, event: Promise<T>, evidence: Wait['evidence'] = NOTHING): Promise<T> {
  const wait = { what, evidence };
  open.add(wait);
  try {
    return await event;
  } finally {
    open.delete(wait);
  }
}

/** What is waited for at this moment, with its evidence; empty when nothing is. Ends these waits. */
export async function endOpenWaits(): Promise<string> {
  const waits = [...open];
  open.clear();
  const texts = waits.map(async ({ what, evidence }) => {
    const shown = await Promise.resolve()
      .then(evidence)
      .catch((error: unknown) => String(error));
    return `still waited for: ${what}${shown === '' ? '' : `\n${shown}`}`;
  });
  return (await Promise.all(texts)).join('\n');
}
