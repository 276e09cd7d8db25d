import type { Probot } from 'probot';
import { fullName } from '../../github/locator.ts';
import { type Memory, newMemory } from '../../github/memory.ts';
import type { Outgoing } from '../../github/write/outgoing.ts';
import type { LoadedProject } from '../../plan/load-project.ts';
import { noticeKey } from '../../state/notice.ts';
import type { NotifySettings } from '../notify/notify-settings.ts';
import { Outbox } from '../notify/outbox.ts';
import type { Ask } from './ask.ts';
import type { InstalledRepository } from './installations.ts';
import { ReviewQueue } from './review-queue.ts';
import { NOTHING_SEEN, type ReadyMemory } from './telemetry/dispatch-delays.ts';

export type Log = Probot['log'];

/** What the host remembers of one repository. */
export interface KeptRepository extends InstalledRepository {
  /** Each of its lines names the repository, and the webhooks that asked for the last pass that has begun. */
  log: Log;
  readonly ownLog: Log;
  memory: Memory;
  /** Runs that ended since the last pass, as far as that matters. */
  readonly endedRuns: Set<number>;
  readonly reviews: ReviewQueue;
  /** What was found to be broken and is reviewed: as long as it is the same, there is nothing new to say. */
  reviewed: LoadedProject | undefined;
  /** Pull requests, and the heads at which they were judged. */
  readonly judged: Map<number, string>;
  /** Those that were last found to touch the plan: each that was not judged is due. */
  proposals: Memory['cache']['proposals'];
  /** Something was heard of that no moment of change tells of, since the last pass began. */
  isEveryIssueDue: boolean;
  /** Sends what passes leave to be sent; undefined where this host sends nothing. */
  outbox: Outbox | undefined;
  /** Notices that need not be sent any more, as far as the record may still have them. */
  readonly settledNotices: Set<string>;
  /** Its first pass is over. */
  readonly looked: PromiseWithResolvers<void>;
  /** Who asked for the next pass. */
  asked: Asked;
  /** Which tasks wait for a slot, and since when. */
  ready: ReadyMemory;
  /** Where replicas share the passes: which of them left this memory. */
  sharedPass: number | undefined;
}

/** What asked for a pass since the one before began. */
export interface Asked {
  /** Epoch milliseconds of the first of it; undefined where only a timer did. */
  readonly at: number | undefined;
  /** Ids of webhooks, the first few. */
  readonly deliveries: readonly string[];
}

/** A burst has thousands: these are enough to find the pass that answered one. */
const MAX_DELIVERIES = 20;
const NOBODY: Asked = { at: undefined, deliveries: [] };

export function newRepository({ installation, locator }: InstalledRepository, log: Log): KeptRepository {
  const memory = newMemory();
  const ownLog = log.child({ repository: fullName(locator) }) as Log;
  return {
    installation,
    locator,
    log: ownLog,
    ownLog,
    memory,
    endedRuns: new Set(),
    reviews: new ReviewQueue(),
    reviewed: undefined,
    judged: new Map(),
    proposals: memory.cache.proposals,
    isEveryIssueDue: false,
    outbox: undefined,
    settledNotices: new Set(),
    looked: Promise.withResolvers<void>(),
    asked: NOBODY,
    ready: NOTHING_SEEN,
    sharedPass: undefined,
  };
}

/** Notes who asked, for the log of the pass that answers. */
function noteAsked(kept: KeptRepository, { delivery, at: heard }: Pick<Ask, 'delivery' | 'at'>): void {
  const { at = heard, deliveries } = kept.asked;
  const isEnough = delivery === undefined || deliveries.length >= MAX_DELIVERIES;
  kept.asked = { at, deliveries: isEnough ? deliveries : [...deliveries, delivery] };
}

/** Notes all that the next pass is asked for, but for runs that ended: whether these matter is another question. */
export function noteAsk(kept: KeptRepository, ask: Ask): void {
  noteAsked(kept, ask);
  if (ask.isWhole) kept.isEveryIssueDue = true;
  if (ask.settledNotice !== undefined) kept.settledNotices.add(ask.settledNotice);
  if (ask.review) kept.reviews.add(ask.review.target, ask.review.tries);
}

/** A pass begins: what asks from now on asks for the next one. */
export function takeAsked(kept: KeptRepository): Asked {
  const { asked } = kept;
  const { deliveries } = asked;
  kept.asked = NOBODY;
  kept.log = deliveries.length === 0 ? kept.ownLog : (kept.ownLog.child({ deliveries }) as Log);
  return asked;
}

/** A webhook may be lost: whoever read every issue has seen which pull requests touch the plan. */
export function addProposals(kept: KeptRepository): void {
  const { proposals } = kept.memory.cache;
  if (proposals === kept.proposals) return;
  kept.proposals = proposals;
  for (const number of [...kept.judged.keys()]) if (!proposals.has(number)) kept.judged.delete(number);
  for (const [number, head] of proposals)
    if (kept.judged.get(number) !== head) kept.reviews.add({ kind: 'pull', number });
}

/** Hands what is to be sent to whoever sends it, and forgets of what is sent all that the record has no more. */
export function sendNotices({ outbox, settledNotices }: KeptRepository, outgoing: Outgoing | undefined): void {
  if (!outgoing) return;
  const { plan, notices } = outgoing;
  const left = new Set(notices.map(({ id }) => noticeKey({ issue: plan.issue, id })));
  for (const key of settledNotices) if (!left.has(key)) settledNotices.delete(key);
  outbox?.offer(outgoing);
}

interface Opening {
  readonly settings: NotifySettings;
  readonly ask: (ask: Ask) => void;
}

/** What is sent is taken out of the record by a pass, which is asked for here. */
export function openOutbox({ installation, locator, log }: KeptRepository, { settings, ask }: Opening): Outbox {
  return new Outbox({
    settings,
    warn: (what) => log.warn(`${fullName(locator)}: ${what}`),
    onSettled: (settledNotice) => ask({ installation, locator, at: Date.now(), settledNotice }),
  });
}
