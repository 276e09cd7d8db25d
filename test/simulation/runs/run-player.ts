import type { RunRecord } from '../../../packages/embedded-github/src/index.ts';
import { type DispatchInputs, TASK_WORKFLOW_PATH } from '../../../src/state/names.ts';
import type { Clock } from '../../../src/task/protocol/clock.ts';
import { simClient } from '../hosts/sim-client.ts';
import type { Actor } from '../people/acts.ts';
import type { Bias } from '../world/bias.ts';
import type { FaultKind, FaultMix } from '../world/fault-mix.ts';
import type { Random } from '../world/random.ts';
import type { HandedRun, Town } from '../world/town.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { Client, Wire } from '../world/wire.ts';
import type { GitRefs } from './git-refs.ts';
import { dispatchOf, jobOf } from './handed-run.ts';
import type { Ending, Fate, Landing } from './run-input.ts';
import { TaskRun } from './task-run.ts';

const MINUTE = 60_000;
/** Minutes that an agent works, and seconds that a verification takes. */
const WORKS = [5, 150] as const;
const VERIFIES = [20, 400] as const;
/** Milliseconds between the last look at the base and the merge of a slow machine. */
const SLOW_MERGE = [MINUTE, 25 * MINUTE] as const;
/** A verification that takes longer hears of what was said when it began (ms). */
const LATE = 120_000;
const WELL: ReadonlySet<Ending['outcome']> = new Set(['completed', 'in-review', 'superseded', 'continued']);
const PERMISSIONS = { contents: 'write', issues: 'write', actions: 'write', 'pull-requests': 'write' } as const;

/** What the laws hear of runs, beside what they see on GitHub. */
export interface RunWatch {
  readonly onClaim: (run: PlayedRun, claim: string, from: string | undefined) => void;
  readonly onWork: (run: PlayedRun) => Promise<void>;
  readonly onVerified: (commit: string) => void;
  readonly onLanded: (run: PlayedRun, commit: string) => Promise<void>;
  readonly onEnd: (run: PlayedRun, ending: Ending | undefined) => void;
}

export interface PlayedRun {
  readonly id: number;
  readonly dispatch: DispatchInputs;
  /** Its machine stands still right before it lands: what it was told by then is old. */
  readonly isStalled: boolean;
  /** GitHub or a person ended it. */
  readonly isOver: () => boolean;
}

export interface RunPlayerInput {
  readonly time: VirtualTime;
  readonly mix: FaultMix;
  readonly random: Random;
  readonly wire: Wire;
  readonly git: GitRefs;
  readonly town: () => Town;
  readonly watch: RunWatch;
  readonly planted: ReadonlySet<string>;
  readonly landing: Landing;
  readonly bias?: Bias | undefined;
  /** People who act on a run at the worst moment. */
  readonly actor: () => Actor | undefined;
  /** What the run's last job does, where there is no server. */
  readonly next?: ((handed: HandedRun, run: RunRecord, result: 'success' | 'failure') => Promise<void>) | undefined;
}

/** Machines that carry out what GitHub starts. */
export class RunPlayer {
  readonly #input: RunPlayerInput;

  constructor(input: RunPlayerInput) {
    this.#input = input;
  }

  play(handed: HandedRun): void {
    const { time, random, bias } = this.#input;
    if (handed.request.workflow.path !== TASK_WORKFLOW_PATH) {
      handed.end('success');
      return;
    }
    const { dispatch } = dispatchOf(handed);
    const wait = random.chance('queue', (bias?.queues ?? 10) / 100)
      ? random.between('queue', 60_000, 20 * MINUTE)
      : random.between('queue', 3_000, 40_000);
    void this.#carryOut(handed, dispatch, wait).catch((error: unknown) => {
      // A step that throws ends its run, and the pass finds no result.
      if (!handed.isOver()) time.at(time.now + 1_000, () => handed.end('failure'));
      this.#input.watch.onEnd(
        { id: handed.request.runId, dispatch, isOver: handed.isOver, isStalled: false },
        undefined,
      );
      if (error instanceof ReferenceError || (error instanceof TypeError && error.message !== 'fetch failed'))
        throw error;
    });
  }

  async #carryOut(handed: HandedRun, dispatch: DispatchInputs, wait: number): Promise<void> {
    const { time, mix, random, wire, town, git, watch, planted, landing, bias } = this.#input;
    const name = `${dispatch.task} d${dispatch.dispatch}`;
    await time.sleep(wait);
    if (handed.isOver()) return;
    await this.#told('dependency undone before a run begins', (actor) => actor.base.undoNeeded(dispatch.task));
    handed.listener.started();
    const isWedged = mix.happens('wedged run', () => `GitHub never noticed that ${name} had ended`);
    const isZombie = mix.happens('zombie run', () => `GitHub gave up the machine of ${name}, which went on`);
    const isLost = mix.happens('machine of a run lost', () => `the machine of ${name} was lost`);
    const fate = this.#fate(name, isZombie);
    const token = handed.request.mintToken(PERMISSIONS);
    const client: Client = { name, kind: 'run', isDead: false, requests: 0 };
    wire.register(token, client);
    const record = () =>
      town()
        .github.runs()
        .find(({ id }) => id === handed.request.runId);
    const lose = () => {
      const run = record();
      if (run && run.status !== 'completed') town().github.loseMachine(run);
    };
    if (isLost) {
      const after = Math.floor((fate.works + 2 * MINUTE) * random.draw(`loss of ${name}`));
      time.at(time.now + after, () => {
        client.isDead = true;
        lose();
      });
    }
    if (random.chance(`outlasts ${name}`, (bias?.outlasts ?? 30) / 100)) handed.outlast();
    const played: PlayedRun = { id: handed.request.runId, dispatch, isOver: handed.isOver, isStalled: isZombie };
    const stopped = () => client.isDead || (handed.isOver() && !isZombie);
    const run = new TaskRun({
      client: simClient({ token, baseUrl: town().github.apiUrl, world: name }),
      job: jobOf(handed, town()),
      dispatch,
      clock: clockOf(time, stopped),
      git,
      look: () => git.before(this.#ageOfRead(name)),
      fate,
      planted,
      landing,
      isUnclear: () => {
        if (!mix.happens('unclear push of a run', () => `nobody told ${name} what became of its push`))
          return undefined;
        return random.chance('unclear push', 0.5) ? 'before' : 'after';
      },
      onPush: () => this.#told('ref race', (actor) => actor.base.race(name)),
      onMerge: async () => {
        if (mix.happens('slow answer', () => `the machine of ${name} was slow before it merged`))
          await time.sleep(random.between('slow merge', ...SLOW_MERGE));
      },
      onStall: lose,
      onClaim: (claim, from) => watch.onClaim(played, claim, from),
      onWork: () => watch.onWork(played),
      onVerify: async (takes) => {
        if (takes < LATE) return;
        await this.#told('no while a run verifies', (actor) => actor.issues.refuse(dispatch.issue));
      },
      onVerified: watch.onVerified,
      onLanded: (commit) => watch.onLanded(played, commit),
    });
    const ending = await run.work();
    watch.onEnd(played, ending);
    if (handed.isOver()) return;
    const well = WELL.has(ending.outcome);
    if (isWedged) return;
    await time.sleep(random.between('end', 1_000, 8_000));
    if (handed.isOver()) return;
    const self = record();
    if (this.#input.next && self) await this.#input.next(handed, self, well ? 'success' : 'failure');
    handed.end(well ? 'success' : 'failure');
  }

  async #told(kind: FaultKind, act: (actor: Actor) => Promise<string>): Promise<void> {
    const { mix, actor } = this.#input;
    const who = actor();
    if (!who || !mix.happens(kind, () => kind)) return;
    const occurrence = mix.occurrences.at(-1);
    const what = await act(who);
    if (occurrence) occurrence.what = what;
  }

  /** How old is what git tells a run (ms). */
  #ageOfRead(name: string): number {
    const { mix, random } = this.#input;
    const age = random.between('stale git', 1, 60) * 1_000;
    const isStale = mix.happens('stale read of git', () => `git told ${name} what was so ${age / 1_000} s before`);
    return isStale ? age : 0;
  }

  #fate(name: string, isZombie: boolean): Fate {
    const { random, mix, bias } = this.#input;
    const { works = WORKS, verifies = VERIFIES, fails = 20 } = bias ?? {};
    const stream = `fate of ${name}`;
    const bad = mix.isOver ? 0 : fails / 100;
    const drawn = random.draw(stream);
    const outcome =
      drawn < bad / 4
        ? 'agent'
        : drawn < bad / 2
          ? 'verification'
          : drawn < (bad * 3) / 4
            ? 'continued'
            : drawn < bad
              ? 'quota'
              : 'completed';
    return {
      works: random.between(stream, ...works) * MINUTE,
      verifies: random.between(stream, ...verifies) * 1_000,
      outcome,
      stalls: isZombie ? random.between(stream, 2, 240) * MINUTE : 0,
    };
  }
}

/** Nothing of a machine goes on that is gone. */
function clockOf(time: VirtualTime, stopped: () => boolean): Clock {
  return {
    now: () => time.now,
    elapsed: () => time.now,
    sleep: async (milliseconds, stop) => {
      await (stop ? Promise.race([time.sleep(milliseconds), untilAborted(stop)]) : time.sleep(milliseconds));
      if (stopped()) throw new Stopped();
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('nobody waits for this any more'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

class Stopped extends Error {}
