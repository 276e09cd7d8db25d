import type { Ask } from '../../../../src/hosts/server/ask.ts';
import { openReplicas, type Replicas } from '../../../../src/hosts/server/replicas/open-replicas.ts';
import type { GivenPass, MadePass } from '../../../../src/hosts/server/replicas/shared-passes.ts';

export const DAW = { owner: 'acme', repo: 'daw' };

export interface Made {
  readonly replica: string;
  readonly given: GivenPass;
  /** Epoch milliseconds. */
  readonly began: number;
  ended: number | undefined;
  counts: boolean | undefined;
}

/** Passes that are made of nothing but what the test says. */
export interface Stand {
  readonly open: (name: string) => Promise<Replicas>;
  readonly made: readonly Made[];
  readonly said: readonly string[];
  readonly close: () => Promise<void>;
}

type Work = (given: GivenPass, replica: string) => Promise<Partial<MadePass> | undefined>;

/** Replicas of one app, each with its own connection, whose passes do what `work` says. */
export function replicasOf(url: string, work: Work): Stand {
  const open: Replicas[] = [];
  const made: Made[] = [];
  const said: string[] = [];
  return {
    made,
    said,
    open: async (name) => {
      const replicas = await openReplicas({
        ...{ url, appId: '1', baseUrl: undefined, gather: 50 },
        warn: (what) => said.push(what),
        onReturn: () => undefined,
      });
      open.push(replicas);
      replicas.passes.start({
        firstPause: 100,
        maxPause: 1_000,
        warn: (_, what) => said.push(what),
        pass: async (given) => {
          const one: Made = { replica: name, given, began: Date.now(), ended: undefined, counts: undefined };
          made.push(one);
          const report = { wakeIn: 3_600_000, again: false };
          const settle = (counts: boolean) => {
            one.counts = counts;
          };
          const done = await work(given, name);
          one.ended = Date.now();
          return { kind: 'made', report, memory: `${made.indexOf(one)}`, planPath: '', left: [], settle, ...done };
        },
      });
      return replicas;
    },
    close: async () => {
      await Promise.all(open.map(({ passes }) => passes.stop().catch(() => undefined)));
      for (const { close } of open) close();
    },
  };
}

export function ask(changes: Partial<Ask> = {}): Ask {
  return { installation: 7, locator: DAW, at: Date.now(), ...changes };
}

/** Over one repository. @returns Pairs that overlap. */
export function overlaps(made: readonly Made[]): readonly (readonly [Made, Made])[] {
  const sorted = made.toSorted((a, b) => a.began - b.began);
  return sorted.flatMap((one, nth) => {
    const next = sorted[nth + 1];
    return next && (one.ended ?? Number.POSITIVE_INFINITY) > next.began ? [[one, next] as const] : [];
  });
}
