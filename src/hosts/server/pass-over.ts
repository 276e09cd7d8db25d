import type { Probot } from 'probot';
import { fullName } from '../../github/locator.ts';
import { withEveryIssueDue } from '../../github/memory.ts';
import type { Client } from '../../github/octokit.ts';
import { reconcile } from '../../reconcile.ts';
import type { Timings } from '../../state/timings.ts';
import { describePass } from '../describe-pass.ts';
import { reviewPlan } from '../review-plan.ts';
import { wantsAnotherPass } from '../wants-another-pass.ts';
import type { Dashboards } from './dashboard/dashboards.ts';
import { grantedPermissions } from './installations.ts';
import { addProposals, type KeptRepository, sendNotices, takeAsked } from './kept-repository.ts';
import type { PassReport } from './passes.ts';
import type { PassTurn } from './replicas/pass-turn.ts';
import { measurePass } from './telemetry/measure-pass.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

export interface PassOptions {
  readonly probot: Probot;
  /** Login under which the app writes. */
  readonly login: string;
  readonly timings: Timings;
  /** Milliseconds between two passes over a repository that has a plan, whatever its webhooks say. */
  readonly period: number;
  readonly telemetry: Telemetry;
  /** Shows what passes leave; absent: nobody can look. */
  readonly dashboards?: Dashboards;
  /** Where replicas share the passes: whether this one may still make this one. */
  readonly turn?: PassTurn | undefined;
}

/** A repository without a plan gets a pass this many times more rarely. */
export const IDLE_FACTOR = 20;

/** One pass over a repository, with the reviews that are due, and what is remembered of it. Throws what the pass throws. */
export async function passOver(kept: KeptRepository, options: PassOptions): Promise<PassReport> {
  const { probot, login, timings, period, telemetry, turn } = options;
  const { locator, installation } = kept;
  const asked = takeAsked(kept);
  // In the memory, where it stays if this pass fails.
  if (kept.isEveryIssueDue) kept.memory = withEveryIssueDue(kept.memory);
  kept.isEveryIssueDue = false;
  const { memory } = kept;
  const client = await probot.auth(installation);
  turn?.guard(client);
  const endedRuns = new Set(kept.endedRuns);
  const granted = () => grantedPermissions(probot, installation);
  const made = await measurePass({ kept, asked, telemetry }, (watch) => {
    watch(client);
    const settledNotices = new Set(kept.settledNotices);
    const input = { client, locator, app: login, memory, timings, endedRuns, granted, settledNotices };
    return reconcile(turn ? { ...input, turn } : input);
  });
  kept.memory = made.memory;
  for (const run of endedRuns) kept.endedRuns.delete(run);
  options.dashboards?.show(locator, made);
  if (made.kind === 'done') sendNotices(kept, made.outgoing);
  const { line, level } = describePass(made);
  if (line !== undefined) kept.log[level](`${fullName(locator)}: ${line}`);
  const { project } = made.memory.cache;
  if (made.kind === 'refused' && project?.ok === false && kept.reviewed !== project) {
    kept.reviewed = project;
    kept.reviews.add({ kind: 'head' });
  }
  addProposals(kept);
  const left = await review(kept, { client, login });
  if (made.kind === 'no-plan') return { wakeIn: period * IDLE_FACTOR, again: left };
  return { wakeIn: Math.min(made.wakeIn ?? period, period), again: wantsAnotherPass(made) || left };
}

interface Reviewer {
  readonly client: Client;
  readonly login: string;
}

/** @returns Whether a review is to be made again. */
function review({ locator, log, reviews, judged }: KeptRepository, { client, login }: Reviewer): Promise<boolean> {
  return reviews.work(
    async (target) => {
      const head = await reviewPlan(target, { client, locator, app: login });
      if (target.kind === 'pull' && head !== undefined) judged.set(target.number, head);
    },
    (target, error) => {
      const what = target.kind === 'pull' ? `pull request #${target.number}` : 'the default branch';
      log.warn({ err: error }, `${fullName(locator)}: the plan in ${what} could not be reviewed`);
    },
  );
}
