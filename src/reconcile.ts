import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import { decide } from './decide/decide.ts';
import type { DecideInput } from './decide/decide-input.ts';
import { type Decision, PROGRESS_KEY } from './decide/effects/effect.ts';
import type { Locator } from './github/locator.ts';
import type { Memory } from './github/memory.ts';
import type { Client } from './github/octokit.ts';
import { withFacts } from './github/read/preflight/with-facts.ts';
import { withProbed } from './github/read/preflight/with-probed.ts';
import { readForHosts } from './github/read/read-for-hosts.ts';
import type { ToldEnds } from './github/read/runs.ts';
import { apply, withRuns } from './github/write/apply.ts';
import { type CommittedProgress, commit } from './github/write/commit.ts';
import type { EffectOutcomes } from './github/write/executor.ts';
import { type Outgoing, outgoingAfter } from './github/write/outgoing.ts';
import type { Turn } from './github/write/turn.ts';
import { loadProject } from './plan/load-project.ts';
import type { FileProblem } from './plan/plan.ts';
import type { Project } from './plan/project.ts';
import { project } from './progress/project.ts';
import { earliest } from './state/earliest.ts';
import { projectFromRecords } from './state/plan-from-records.ts';
import type { GrantedPermissions } from './state/preflight/facts.ts';
import type { RequestBudget } from './state/request-budget.ts';
import type { Snapshot } from './state/snapshot.ts';
import type { Timings } from './state/timings.ts';

export interface PassInput {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which `client` writes: `<slug>[bot]`. */
  readonly app: string;
  /** Of the pass before; a new one costs requests, never correctness. */
  readonly memory: Memory;
  readonly timings: Timings;
  /** Milliseconds as this process counts them; by default its own monotonic clock. */
  readonly clock?: () => number;
  /** Runs that are told to have ended since the pass before. */
  readonly endedRuns?: ReadonlySet<number>;
  /** Asks what the app's installation was given, once a plan; absent where no key of the app is at hand. */
  readonly granted?: () => Promise<GrantedPermissions>;
  /** Runs whose own jobs tell how they ended, before GitHub does. */
  readonly toldEnds?: ToldEnds;
  /** What this token may still ask; absent: as much as it takes. */
  readonly budget?: RequestBudget;
  /** Notices that this process has brought to everybody, or gave up, by `noticeKey`. */
  readonly settledNotices?: ReadonlySet<string>;
  /** Where several processes make passes: whether this one still may. */
  readonly turn?: Turn;
}

/** What a pass did, and the memory that the host hands to the next one. */
export type Pass = { readonly memory: Memory } & (
  | { readonly kind: 'no-plan' }
  /** Plan or configuration cannot be read: nothing new is dispatched, running tasks land and report. */
  | ({ readonly kind: 'refused'; readonly problems: readonly FileProblem[] } & Carried)
  | ({
      readonly kind: 'done';
      /** `put off`: some effect failed, or the turn is lost, so that another pass has more to say. */
      readonly progress: CommittedProgress['kind'] | 'put off';
      /** Why progress was refused, or failed. */
      readonly why?: string;
      /** What is to be sent to people elsewhere now. Absent: nobody is told. */
      readonly outgoing?: Outgoing | undefined;
    } & Carried)
);

/** A decision, what it was made of, and what became of it. */
interface Carried {
  readonly project: Project;
  /** Address of the repository for people, without a trailing slash. */
  readonly repositoryUrl: string;
  readonly decision: Decision;
  readonly outcomes: EffectOutcomes;
  /** Milliseconds after which the same state would decide differently; undefined when only an event can change it. */
  readonly wakeIn: number | undefined;
}

/**
 * One pass over one repository. It may be killed at any point and made again elsewhere: all truth is on GitHub.
 * Throws where GitHub cannot be read: the memory is then as it was. From the first write on it throws a `PassFailed`.
 */
export async function reconcile(input: PassInput): Promise<Pass> {
  const { locator, turn, budget, clock = () => performance.now() } = input;
  const begun = clock();
  const { snapshot: found, memory, client } = await readForHosts(input);
  if (!found) return { kind: 'no-plan', memory };
  const seen = budget ? { ...found, budget } : found;

  const loaded = loadProject(seen.files, memory.cache.project);
  const asked = { ...input, loaded, derivations: memory.derivations };
  const snapshot = await withProbed(await withFacts(seen, asked), asked);
  const current = loaded.ok
    ? loaded.project
    : projectFromRecords(loaded, { snapshot, derivations: memory.derivations });
  const given = { ...input, client, memory, snapshot, project: current, derivations: memory.derivations };
  // Reading and deciding take the processor for tenths of a second where tasks are thousands.
  await othersHadTheirTurn();
  const { decided, told } = await decideAndTell(given, loaded.ok);

  const age = () => clock() - begun;
  const met = new Set(isTold(told) ? [PROGRESS_KEY] : []);
  const before = told?.ledger ?? memory.ledger;
  const written = { client, locator, snapshot, ledger: before, met, age, turn };
  const { outcomes, ledger } = await apply(decided.effects, written);
  const decision = withRuns(decided, outcomes);
  const wakeAt = earliest([decision.wakeAt, snapshot.filesUntil]);
  const wakeIn = wakeAt === undefined ? undefined : Math.max(0, wakeAt - snapshot.now);
  const carried = { decision, outcomes, wakeIn, project: current, repositoryUrl: snapshot.repository.url };
  // What the files say is not known: nothing is written over it.
  const problems = loaded.ok ? decision.undecided : loaded.problems;
  if (!loaded.ok || problems)
    return { ...carried, kind: 'refused', problems: problems ?? [], memory: { ...memory, ledger } };
  const outgoing = outgoingAfter({ decision, outcomes, project: current, snapshot });
  const done = { ...carried, kind: 'done', outgoing } as const;
  if (!mayProject(decision, snapshot)) return { ...done, progress: 'unchanged', memory: { ...memory, ledger } };
  if (hasFailures(outcomes) || !(await isSure(turn)))
    return { ...done, progress: 'put off', memory: { ...memory, ledger } };
  const committed = told ? { ...told, ledger } : await tell(decision, { ...given, memory: { ...memory, ledger } });
  const { kind: progress, why } = committed;
  const after = { ...memory, ledger: committed.ledger };
  return why === undefined ? { ...done, progress, memory: after } : { ...done, progress, why, memory: after };
}

type Deciding = PassInput & DecideInput;

/**
 * Decides. Where landed work is to be completed, progress tells of it before anything is written: the last of the checks that
 * gate a closing. Where it cannot, issues are closed by their runs, or by a later pass.
 */
async function decideAndTell(
  given: Deciding,
  mayTell: boolean,
): Promise<{ readonly decided: Decision; readonly told?: CommittedProgress }> {
  const { turn, snapshot } = given;
  const wished = decide({ ...given, closesLanded: mayTell });
  if (!wished.effects.some(({ requires }) => requires === PROGRESS_KEY)) return { decided: wished };
  if (wished.undecided || !mayProject(wished, snapshot) || !(await isSure(turn))) return { decided: decide(given) };
  const told = await tell(wished, given);
  return { decided: isTold(told) ? wished : decide(given), told };
}

/**
 * Where a newer version is at work, what it knows of its issues would be missing in the files. Nor may anything be projected
 * onto a commit that is not the one that the files are of.
 */
function mayProject({ leftAlone }: Decision, { filesUntil }: Snapshot): boolean {
  return leftAlone.length === 0 && filesUntil === undefined;
}

/** Commits what a decision comes to. */
async function tell(
  decision: Decision,
  { client, locator, timings, snapshot, project: current, memory }: Deciding,
): Promise<CommittedProgress> {
  try {
    const { ledger } = memory;
    const isAside = current.config.progress_branch || ledger.usesProgressBranch;
    const projection = await inTurns(project({ ...current, snapshot, decision, isAside }));
    const how = { every: timings.progressEvery, aside: isAside };
    return await commit(projection, { client, locator, snapshot, ledger, ...how });
  } catch (cause) {
    throw new PassFailed(memory, cause);
  }
}

/** Whoever asks this process for something meanwhile is answered between two steps. */
async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    await othersHadTheirTurn();
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Whether this process still makes the passes. */
async function isSure(turn: Turn | undefined): Promise<boolean> {
  return turn === undefined || turn.isSure();
}

function isTold(told: CommittedProgress | undefined): boolean {
  return told?.kind === 'committed' || told?.kind === 'unchanged' || told?.kind === 'waiting';
}

/** A pass that broke off after it wrote. Who goes on without its memory may wait for what is done, or do it again. */
export class PassFailed extends Error {
  readonly memory: Memory;

  constructor(memory: Memory, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'PassFailed';
    this.memory = memory;
  }
}

export function hasFailures(outcomes: EffectOutcomes): boolean {
  return [...outcomes.values()].some(({ kind }) => kind === 'failed');
}
