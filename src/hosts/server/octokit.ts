import { ProbotOctokit } from 'probot';
import { REQUEST_POLICY } from '../../github/octokit.ts';

/**
 * How the server asks GitHub. Probot names an installation in `throttle`, so ours is merged into its options rather than put beside them.
 * @param shared Queues that replicas have together.
 */
export function serverOctokit(shared: object = {}) {
  return ProbotOctokit.defaults((options: { readonly throttle?: object }) => ({
    ...options,
    ...REQUEST_POLICY,
    throttle: { ...options.throttle, ...REQUEST_POLICY.throttle, ...shared },
  }));
}

export const ServerOctokit = serverOctokit();
