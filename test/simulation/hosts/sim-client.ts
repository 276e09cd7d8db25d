import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { REQUEST_POLICY } from '../../../src/github/octokit.ts';

const SimOctokit = Octokit.plugin(throttling, retry);
const quiet = () => undefined;
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** Every world has queues of its own: those of the plugin outlive a world, and its clock. */
export function simClient({
  token,
  baseUrl,
  world,
}: {
  readonly token: string;
  readonly baseUrl: string;
  readonly world: string;
}) {
  // Of a world's own: the plugin's queues outlive it, and its clock.
  const { write: unspaced } = REQUEST_POLICY.throttle;
  const throttle = { ...REQUEST_POLICY.throttle, global: unspaced, auth: unspaced, id: world };
  return new SimOctokit({ auth: token, baseUrl, userAgent: 'agent-waves', log: LOG, ...REQUEST_POLICY, throttle });
}
