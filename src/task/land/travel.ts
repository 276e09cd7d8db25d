import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conclusion } from '../protocol/assignment.ts';
import { gitFolder } from '../protocol/job-files.ts';
import type { StepContext } from '../protocol/step.ts';
import type { LandingWork } from './candidate.ts';
import type { EffortCounter } from './landing-effort.ts';
import { returnConflict } from './return-conflict.ts';
import { gitTrain } from './train/git-train.ts';
import type { Stop } from './train/passage.ts';
import { TrainRide } from './train/ride.ts';
import type { Joining } from './train/rules.ts';
import { createVerifier } from './train/verifier.ts';
import { refuseUnlandable } from './unlandable.ts';

/** How far a step goes with the work, and what it may do on the way. */
export interface Travel {
  readonly until: 'passed' | 'turn';
  readonly joining: Joining;
  readonly counter: EffortCounter;
  /** No agent has worked in this checkout. */
  readonly untouched?: boolean;
  /** The tree that is in it, where that is known. */
  readonly checkedOut?: string | undefined;
  /** Minutes that the job may take in all. */
  readonly jobMinutes: number;
}

/** Where it stopped, and the way that goes on from there. */
export interface Travelled {
  readonly work: LandingWork;
  readonly ride: TrainRide;
  readonly stop: Exclude<Stop, { readonly kind: 'over' | 'conflict' }>;
}

/** Brings work through the merge train as far as this step goes, or ends it. */
export async function travel(
  context: StepContext,
  { work, ...how }: Travel & { readonly work: LandingWork },
): Promise<Travelled | Conclusion> {
  const refused = await refuseUnlandable(work, work);
  return refused ?? goOn(context, { work, ride: await begin(context, { work, ...how }), ...how });
}

/** Goes on where a push did not go through, or begins anew with work that a package manager has settled. */
export async function goOn(
  context: StepContext,
  { work, ride, ...how }: Travel & Pick<Travelled, 'work' | 'ride'>,
): Promise<Travelled | Conclusion> {
  const stop = await how.counter.travels(() => ride.travel(how.until));
  switch (stop.kind) {
    case 'over':
      return stop.conclusion;
    case 'conflict': {
      how.counter.meetsConflict();
      const settled = await settleConflict(context, { work, stop });
      return 'outcome' in settled ? settled : travel(context, { ...how, work: settled, checkedOut: undefined });
    }
    default:
      return { work, ride, stop };
  }
}

async function begin(
  context: StepContext,
  { work, untouched = false, checkedOut, ...how }: Travel & { readonly work: LandingWork },
): Promise<TrainRide> {
  const { assignment, repository, from, tree, passed, mayRun } = work;
  const verifier = mayRun ? createVerifier(context, { assignment, repository, untouched, checkedOut }) : undefined;
  const { base, claim, dispatch } = assignment;
  return TrainRide.begin({
    clock: context.clock,
    repository: gitTrain(repository, assignment),
    run: { issue: dispatch.issue, dispatch: dispatch.dispatch, run: context.job.run, claim },
    branch: base.branch,
    joining: how.joining,
    counter: how.counter,
    from,
    tree,
    passed,
    verifier,
    deadline: (await jobBegan(context)) + how.jobMinutes * 60_000,
  });
}

/** Our own repository is the first thing that a job makes (epoch ms). */
async function jobBegan({ job }: StepContext): Promise<number> {
  return (await stat(join(gitFolder(job), 'config'))).mtimeMs;
}

const SAME_LINES = 'others changed the same lines meanwhile';

/** A package manager writes its own files anew; every other conflict is the agent's. */
async function settleConflict(
  context: StepContext,
  { work, stop }: { readonly work: LandingWork; readonly stop: Extract<Stop, { kind: 'conflict' }> },
): Promise<LandingWork | Conclusion> {
  const { head, tree, files } = stop;
  const merge = { head, tree, files };
  // It is a program that obeys the tree: where nothing of the tree may run, the agent has to do it.
  const { areLockFiles, resolveLockFiles } = await import('./lock-files.ts');
  const settled = work.mayRun && areLockFiles(files) ? await resolveLockFiles(context, { work, merge }) : undefined;
  if (settled === undefined) return returnConflict(work.assignment, { reason: SAME_LINES, paths: files });
  return { ...work, from: head, tree: settled, passed: undefined };
}

/** Minutes that the templates give a job which lands or verifies, by what else it does. */
export const JOB_MINUTES = { all: 350, verify: 120, land: 75 } as const;
