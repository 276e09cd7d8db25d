import { type LandingEffort, readResult } from '../../state/result.ts';
import type { RehearsalSession } from './session.ts';

/** One way of finished work onto the base, as its run told it in the result. */
export interface LandingReport extends LandingEffort {
  readonly task: string;
  readonly run: number;
  readonly outcome: string;
}

/** In the order in which the runs told of them: those that landed, and those that others or a failure kept from it. */
export function landingReports({ github, owner, repo }: Pick<RehearsalSession, 'github' | 'owner' | 'repo'>) {
  const comments = github.issuesReport(`${owner}/${repo}`).flatMap(({ comments_list }) => comments_list);
  const told = comments
    .sort((one, other) => Number(one.id) - Number(other.id))
    .flatMap(({ body }): readonly LandingReport[] => {
      const result = readResult(body ?? '');
      if (!result?.landing) return [];
      const { task, run, outcome, landing } = result;
      return [{ task, run, outcome, ...landing }];
    });
  // A comment that was sent twice tells of one run.
  return [...new Map(told.map((landing) => [landing.run, landing])).values()];
}

/** How many verifications it took how many of those that landed, and how long they waited. */
export function landingLines(landings: readonly LandingReport[]): readonly string[] {
  const landed = landings.filter(({ outcome }) => outcome === 'completed' || outcome === 'in-review');
  if (landed.length === 0) return [];
  const mean = (of: (landing: LandingReport) => number) =>
    (landed.reduce((sum, landing) => sum + of(landing), 0) / landed.length).toFixed(1);
  const counts = [...Map.groupBy(landed, ({ verifications }) => verifications)].sort(([a], [b]) => a - b);
  const distribution = counts.map(([times, of]) => `${of.length} × ${times}`).join(', ');
  const waits = landed.map(({ waited_s }) => waited_s);
  return [
    `verifications of a landing: ${distribution}; on average ${mean((one) => one.verified_s)} s verified, ${mean((one) => one.waited_s)} s waited, ${Math.max(...waits).toFixed(1)} s at most`,
  ];
}
