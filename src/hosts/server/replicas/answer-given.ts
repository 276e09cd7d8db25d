import { newMemory } from '../../../github/memory.ts';
import { memoryFromText, memoryToText } from '../../../github/memory-text.ts';
import { isRunAwaited } from '../../../github/read/awaited-runs.ts';
import type { Ask } from '../ask.ts';
import { type KeptRepository, noteAsk } from '../kept-repository.ts';
import type { PassReport } from '../passes.ts';
import type { PassTurn } from './pass-turn.ts';
import type { GivenPass, MadePass } from './shared-passes.ts';

interface GivenTo {
  readonly kept: KeptRepository;
  /** Login under which the app writes. */
  readonly login: string;
  /** @returns Undefined where the app is not installed there any more. */
  readonly pass: (turn: PassTurn) => Promise<PassReport | undefined>;
  readonly onError: (error: unknown) => void;
}

/** Makes the pass that this replica was given, from what the last one left, whoever made that. Never rejects. */
export async function answerGiven(
  { asks, turn, before, isOwn }: GivenPass,
  { kept, login, pass, onError }: GivenTo,
): Promise<MadePass> {
  remember(kept, { before, isOwn });
  const settle = (counts: boolean) => {
    kept.sharedPass = counts ? before.pass + 1 : undefined;
  };
  // All that is to be done is among the asks: what is left here of a pass that failed was asked for again.
  kept.endedRuns.clear();
  kept.reviews.take();
  kept.isEveryIssueDue = false;
  const wanted = asks.filter(({ endedRun: run }) => run === undefined || isAwaited(run, { kept, login }));
  if (asks.length > 0 && wanted.length === 0) return over(kept, { settle, kind: 'unneeded', left: [] });
  for (const ask of wanted) {
    noteAsk(kept, ask);
    if (ask.endedRun !== undefined) kept.endedRuns.add(ask.endedRun);
  }
  try {
    const report = await pass(turn);
    if (!report) return over(kept, { settle, kind: 'uninstalled', left: [] });
    const { installation, locator } = kept;
    const left = kept.reviews.take().map((review): Ask => ({ installation, locator, at: Date.now(), review }));
    return over(kept, { settle, kind: 'made', report, left });
  } catch (error) {
    onError(error);
    return over(kept, { settle, kind: 'failed', report: { wakeIn: undefined, again: true }, left: [] });
  }
}

/** What this replica remembers is the newest only where it made the last pass. */
function remember(kept: KeptRepository, { before, isOwn }: Pick<GivenPass, 'before' | 'isOwn'>): void {
  if (isOwn && kept.sharedPass === before.pass) return;
  kept.memory = before.memory === '' ? newMemory() : memoryFromText(before.memory);
}

function isAwaited(run: number, { kept, login }: Pick<GivenTo, 'kept' | 'login'>): boolean {
  return isRunAwaited(run, { memory: kept.memory, app: login });
}

const QUIET: PassReport = { wakeIn: undefined, again: false };

function over(
  { memory }: KeptRepository,
  made: Pick<MadePass, 'kind' | 'left' | 'settle'> & { readonly report?: PassReport },
): MadePass {
  const { location } = memory.cache.project ?? {};
  return { report: QUIET, ...made, memory: memoryToText(memory), planPath: location?.plan ?? '' };
}
