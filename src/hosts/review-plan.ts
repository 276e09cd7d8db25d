import type { Locator } from '../github/locator.ts';
import type { Client } from '../github/octokit.ts';
import { type PlanAtCommit, readPlanAt } from '../github/read/plan-at-commit.ts';
import { readDefaultHead, readMergeBase, readReviewedPull } from '../github/read/plan-review.ts';
import { type Annotation, type PlanCheck, postPlanCheck, writePlanComment } from '../github/write/plan-review.ts';
import { planDiff } from '../planning/diff/plan-diff.ts';
import { planFindings } from '../planning/diff/plan-findings.ts';
import { visible } from '../state/markdown.ts';
import { checkSummary, planChangeComment, type ReviewedChange } from '../text/plan-change.ts';

/** Where a change of the plan may be: at the tip of the default branch, or in a pull request. */
export type ReviewTarget = { readonly kind: 'head' } | { readonly kind: 'pull'; readonly number: number };

export interface PlanReviewInput {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which the app writes. */
  readonly app: string;
}

const CHECK_NAME = 'Agent Waves plan';

/**
 * Judges plan and configuration where somebody changes them, as `check` would: a check run with annotations, and on a
 * pull request a comment with what it would change. Reads texts by commit, runs nothing of them, and writes nothing else,
 * so that a pull request of a stranger does no more than be told what it is.
 * @returns The commit that was judged; undefined where there is nothing to judge.
 */
export async function reviewPlan(target: ReviewTarget, input: PlanReviewInput): Promise<string | undefined> {
  if (target.kind === 'pull') return reviewPull(target.number, input);
  const head = await readDefaultHead(input);
  if (head === undefined) return undefined;
  const at = await readPlanAt({ ...input, oid: head });
  if (hasAny(at)) await postPlanCheck(input, checkOf(at, head));
  return head;
}

async function reviewPull(number: number, input: PlanReviewInput): Promise<string | undefined> {
  const pull = await readReviewedPull(input, number);
  // The plan is read from the default branch.
  if (!pull.open || pull.base !== pull.defaultBranch) return undefined;
  const from = await readMergeBase(input, pull);
  const before = await readPlanAt({ ...input, oid: from });
  const after = await readPlanAt({ ...input, oid: pull.head });
  const touched = isTouched(before, after);
  if (touched) await postPlanCheck(input, checkOf(after, pull.head));
  const wanted = pull.comment !== undefined || (touched && !pull.unwanted);
  if (wanted) {
    const body = planChangeComment(touched ? changeOf(before, after) : { kind: 'untouched' });
    await writePlanComment(input, { number, body, known: pull.comment });
  }
  return pull.head;
}

function hasAny({ files }: PlanAtCommit): boolean {
  return files.plan !== undefined || files.config !== undefined;
}

function isTouched(before: PlanAtCommit, after: PlanAtCommit): boolean {
  const files = ['plan', 'config', 'otherConfig'] as const;
  return files.some((name) => {
    const [one, other] = [before.files[name], after.files[name]];
    return one?.path !== other?.path || one?.text !== other?.text;
  });
}

function changeOf(before: PlanAtCommit, after: PlanAtCommit): ReviewedChange {
  if (!after.loaded.ok) return { kind: 'unreadable', problems: after.loaded.problems };
  const was = before.loaded.ok ? before.loaded.project : undefined;
  return { kind: 'readable', change: planDiff({ before: was, after: after.loaded.project }) };
}

/** More than anybody reads: four requests. */
const MAX_ANNOTATIONS = 200;

function checkOf({ loaded }: PlanAtCommit, head: string): PlanCheck {
  const { findings, figures } = planFindings(loaded);
  const annotations = findings.slice(0, MAX_ANNOTATIONS).map(
    ({ file, line, column, severity, message }): Annotation => ({
      path: file,
      line,
      column,
      level: severity === 'error' ? 'failure' : 'warning',
      message: visible(message).slice(0, MAX_MESSAGE),
    }),
  );
  const conclusion = loaded.ok ? 'success' : 'failure';
  return { name: CHECK_NAME, head, conclusion, annotations, ...checkSummary({ findings, figures }) };
}

/** An annotation takes 64 KB; who reads one has enough of a thousand characters. */
const MAX_MESSAGE = 1_000;
