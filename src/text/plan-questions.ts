/** What is asked about a plan that may be another one: plain text, in which ids stand between backticks. */

interface OtherPlan {
  readonly id: string;
  /** Id of the plan under way. */
  readonly former: string;
  /** Its plan issue. */
  readonly issue: number;
}

export function otherPlan({ id, former, issue }: OtherPlan): string {
  return `this is the plan \`${id}\`, and \`${former}\` (#${issue}) is not finished; write \`"id": "${former}"\` if it is the same plan, or close #${issue} to leave the former at that`;
}

export function lastRuns({ id, former, issue }: OtherPlan): string {
  return `the plan \`${id}\` begins when the last runs of \`${former}\` (#${issue}) have ended`;
}

interface OtherTitles {
  readonly changed: number;
  readonly done: number;
  readonly issue: number;
}

export function otherTitles({ changed, done, issue }: OtherTitles): string {
  return `${changed} of ${done} completed tasks have other titles now; comment \`/accept\` on #${issue} if they are the same tasks, which stay done, or give this plan an \`id\` of its own`;
}
