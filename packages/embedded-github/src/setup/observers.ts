import { commentBody, issueBody } from '../bodies/issue.ts';
import { freshPullBody, reviewBody, simplePullBody } from '../bodies/pull.ts';
import type { EmbeddedGitHub } from '../embedded-github.ts';
import { isPullRequest } from '../model/records.ts';
import type { Platform } from '../platform.ts';
import type { PullWaiters } from '../pulls/waiters.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

type Observers = Pick<
  EmbeddedGitHub,
  'runs' | 'approve' | 'loseMachine' | 'waitForRun' | 'issuesReport' | 'pullsReport' | 'waitForPull' | 'webhooksSent'
>;

/** What tests look at and wait for. */
export function observers(
  { store, runs, addresses }: Platform,
  { webhooks, pullWaiters }: { readonly webhooks: Webhooks; readonly pullWaiters: PullWaiters },
): Observers {
  return {
    runs: () => [...store.repositories.values()].flatMap((repository) => repository.runs),
    approve: (run) => runs.approve(run),
    loseMachine: (run) => runs.loseMachine(run),
    waitForRun: (matches) => runs.waitFor(matches),
    issuesReport: (repository) =>
      store
        .repository(repository)
        .issues.filter((issue) => !issue.pull)
        .map((issue) => ({
          ...issueBody(addresses, issue),
          comments_list: issue.comments.map((comment) => commentBody(addresses, comment)),
        })),
    pullsReport: (repository) =>
      store
        .repository(repository)
        .issues.filter(isPullRequest)
        .map((pull) => ({
          ...freshPullBody(addresses, pull),
          reviews_list: pull.pull.reviews.map((review) => reviewBody(addresses, review)),
          comments_list: pull.comments.map((comment) => commentBody(addresses, comment)),
        })),
    waitForPull: async (matches) => simplePullBody(addresses, await pullWaiters.waitFor(matches)),
    webhooksSent: () => webhooks.sent,
  };
}
