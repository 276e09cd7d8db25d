import { ACTIONS_LOGIN } from '../../../src/state/names.ts';
import { landingMessage } from '../../../src/task/git/trailers.ts';
import { EffortCounter } from '../../../src/task/land/landing-effort.ts';
import type { Stop, Turn } from '../../../src/task/land/train/passage.ts';
import { TrainRide } from '../../../src/task/land/train/ride.ts';
import type { Joining } from '../../../src/task/land/train/rules.ts';
import { runVerification } from '../../../src/task/land/train/running-verification.ts';
import type { Verifier } from '../../../src/task/land/train/verifier.ts';
import { JOB_MINUTES } from '../../../src/task/land/travel.ts';
import type { Conclusion, Verification } from '../../../src/task/protocol/assignment.ts';
import { BASE } from './git-refs.ts';
import type { Ending } from './run-input.ts';
import { openForReview, type PullInput, squashMerge } from './run-pull.ts';
import { PASSED } from './run-report.ts';
import { contentOf, worldTrain } from './world-train.ts';

const CONFLICT: Conclusion = { outcome: 'conflict' };
/** Of the product's `land-work.ts`. */
const MAX_LOST_PUSHES = 40;
/** Of its `push-to-base.ts` (ms). */
const MAX_ANSWER_AGE = 10_000;

export interface TrainInput extends PullInput {
  /** What has landed of the task by others, as a commit of the base holds it. */
  readonly landedElsewhere: (head: string) => Promise<string | undefined>;
}

/** As `landWork` brings work onto the base: by the product's own way through the merge train, in the steps that verify and land. */
export async function landByTrain(from: string, input: TrainInput): Promise<Ending> {
  const { landing, fate, dispatch, git } = input;
  const files = { [`work/${dispatch.task}.md`]: `dispatch ${dispatch.dispatch} of run ${input.job.run}\n` };
  const work = await git.commitOn(from, { files, message: 'work', by: ACTIONS_LOGIN });
  const { tree } = await git.commit(work);
  const way = new Way(input, { from, tree });
  const verify = await way.begin({ joining: landing === 'review' ? 'never' : 'at-once' });
  const passed = await verify.travel('passed');
  if (passed.kind !== 'passed') return way.end(passed);
  const ride = await way.begin({
    joining: landing === 'review' ? 'never' : 'once-passed',
    passed: passed.verification,
  });
  let asked = Number.NEGATIVE_INFINITY;
  for (let lost = 0; lost < MAX_LOST_PUSHES; lost++) {
    const stop = input.planted.has('newest base') ? await way.unverified() : await ride.travel('turn');
    if (stop.kind !== 'turn') return way.end(stop);
    const { head } = stop.turn;
    const landed = await input.landedElsewhere(head);
    if (landed !== undefined) {
      await ride.leave();
      return { outcome: 'completed', commit: landed };
    }
    const answer = await way.land(stop.turn, { asked, stalls: lost === 0 ? fate.stalls : 0 });
    if ('outcome' in answer) {
      if (answer.outcome !== 'completed') await ride.leave();
      return answer;
    }
    asked = answer.asked;
    await ride.lost();
  }
  return { outcome: 'continued', why: 'base-busy' };
}

class Way {
  readonly #input: TrainInput;
  readonly #work: { readonly from: string; readonly tree: string };
  readonly #counter: EffortCounter;
  readonly #began: number;
  /** What was verified with success: what it stands on, and what it is. */
  readonly #passed = new Set<string>();

  constructor(input: TrainInput, work: { readonly from: string; readonly tree: string }) {
    this.#input = input;
    this.#work = work;
    this.#counter = new EffortCounter(input.clock);
    this.#began = input.clock.now();
  }

  begin({ joining, passed }: { readonly joining: Joining; readonly passed?: Verification }): Promise<TrainRide> {
    const { clock, claim, dispatch, job } = this.#input;
    return TrainRide.begin({
      clock,
      repository: worldTrain(this.#input, claim),
      run: { issue: dispatch.issue, dispatch: dispatch.dispatch, run: job.run, claim: claim.commit },
      branch: BASE.replace('refs/heads/', ''),
      joining,
      counter: this.#counter,
      ...this.#work,
      passed,
      verifier: this.#verifier,
      deadline: this.#began + JOB_MINUTES.all * 60_000,
    });
  }

  readonly #verifier: Verifier = ({ of, onto, tree }) => {
    const { clock, fate, planted, onVerify } = this.#input;
    return runVerification(of, async (stopped) => {
      await onVerify(fate.verifies);
      await clock.sleep(fate.verifies, stopped);
      if (fate.outcome !== 'verification') this.#passed.add(await this.#pair(onto, tree));
      const fails = fate.outcome === 'verification' && !planted.has('checks');
      return {
        verification: { checks: PASSED, findings: [], tree, onto },
        conclusion: fails ? ({ outcome: 'verification' } as const) : undefined,
        took: fate.verifies,
      };
    });
  };

  /** @param onto A commit, or a tree. */
  async #pair(onto: string, tree: string): Promise<string> {
    const { git } = this.#input;
    const before = await git.commit(onto).then(
      (commit) => commit.tree,
      () => onto,
    );
    return `${await contentOf(git, before)}\n${await contentOf(git, tree)}`;
  }

  /** Without the guard: what passed once goes onto whatever there is now. */
  async unverified(): Promise<Stop> {
    const { git, look } = this.#input;
    const { from, tree } = this.#work;
    const head = look().head();
    const [start, onto] = [(await git.commit(from)).tree, (await git.commit(head)).tree];
    const merged = await worldTrain(this.#input, this.#input.claim).bringOnto({ work: { start, tree }, onto });
    const verification = { checks: PASSED, findings: [], tree: merged.tree, onto: head };
    return { kind: 'turn', turn: { head, tree: merged.tree, verification } };
  }

  /** How its way ended before its turn came. */
  async end(stop: Stop): Promise<Ending> {
    const { look, landing, landedElsewhere, onLanded } = this.#input;
    const { outcome, commit, why } = stop.kind === 'over' ? stop.conclusion : CONFLICT;
    if (outcome === 'superseded') return { outcome, ...(why === undefined ? {} : { why }) };
    if (outcome === 'completed' && commit !== undefined) {
      // A push of which nobody had said what became of it. Who merged tells of that.
      if (landing === 'push') await onLanded(commit);
      return { outcome, commit };
    }
    const landed = await landedElsewhere(look().head());
    return landed === undefined ? { outcome } : { outcome: 'completed', commit: landed };
  }

  /** @returns How it ended, or when anybody was last asked whether the work is wanted (ms). */
  async land(
    { head, tree }: Turn,
    { asked, stalls }: { readonly asked: number; readonly stalls: number },
  ): Promise<Ending | { readonly asked: number }> {
    const { git, landing, dispatch, job, clock, planted, claim, refused, onVerified, onStall, onPush, onLanded } =
      this.#input;
    const message = landingMessage({ dispatch, run: job.run, title: 'work', summary: 'Wrote it.', checks: PASSED });
    const commit = git.write({ tree, parents: [head], message, by: ACTIONS_LOGIN });
    const passed = this.#passed.has(await this.#pair(head, tree));
    if (passed) onVerified(commit);
    if (landing !== 'push') {
      const land = landing === 'review' ? openForReview : squashMerge;
      return (await land({ head, commit, message, passed }, this.#input)) ?? { asked };
    }
    let at = asked;
    if (clock.now() - asked > MAX_ANSWER_AGE) {
      at = clock.now();
      const why = await refused();
      if (why !== undefined) return { outcome: 'superseded', why };
    }
    if (stalls > 0) {
      onStall();
      await clock.sleep(stalls);
    }
    await onPush();
    const lease = planted.has('lease') ? [] : [claim.lease];
    const answer = await claim.push([{ ref: BASE, from: head, to: commit }, ...lease]);
    if (answer !== 'moved') return { asked: at };
    await onLanded(commit);
    return { outcome: 'completed', commit };
  }
}
