import { ProbotOctokit } from 'probot';
import { REQUEST_POLICY } from '../../github/octokit.ts';
import type { SharedPauses } from './replicas/shared-pauses.ts';

interface Given {
  /** Probot names the installation there, where a client is one's. */
  readonly throttle?: { readonly id?: string };
}

/** How the server asks GitHub. */
export const ServerOctokit = withPolicy(() => ({}));

type Limited = typeof REQUEST_POLICY.throttle.onRateLimit;

/** The same, where pauses that GitHub asks for are kept by all replicas. */
export function octokitWithPauses(pauses: SharedPauses): typeof ServerOctokit {
  const noting =
    (who: string, then: Limited): Limited =>
    (seconds, ...rest) => {
      pauses.note(who, seconds);
      return then(seconds, ...rest);
    };
  const { onRateLimit, onSecondaryRateLimit } = REQUEST_POLICY.throttle;
  return withPolicy((given) => ({
    onRateLimit: noting(whose(given), onRateLimit),
    onSecondaryRateLimit: noting(whose(given), onSecondaryRateLimit),
  })).plugin((octokit, given: Given) => {
    octokit.hook.before('request', () => pauses.wait(whose(given)));
  });
}

/** Probot's own options for `throttle` stay beside ours. */
function withPolicy(more: (given: Given) => object) {
  return ProbotOctokit.defaults((given: Given) => ({
    ...given,
    ...REQUEST_POLICY,
    throttle: { ...given.throttle, ...REQUEST_POLICY.throttle, ...more(given) },
  }));
}

/** The app itself has limits of its own. */
function whose({ throttle }: Given): string {
  return throttle?.id ?? 'app';
}
