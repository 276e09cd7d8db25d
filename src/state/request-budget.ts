/** What a token may still ask of GitHub: under GITHUB_TOKEN it belongs to all workflows of the repository. */
export interface RequestBudget {
  /** Requests, or points of GraphQL queries, whichever are fewer. */
  readonly left: number;
  /** When there are as many again as there may be (epoch ms). */
  readonly resetAt: number;
}

/** With fewer, nothing is dispatched: runs that are at work land and report with what is left. */
const MIN_LEFT = 200;

export function isScarce({ left }: RequestBudget): boolean {
  return left < MIN_LEFT;
}
