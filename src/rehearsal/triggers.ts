import type { GitHubEvent } from './events.ts';
import { ZERO_OID } from './git/refs.ts';
import { eventPayload, type Payload } from './payloads.ts';
import { workflowFiles } from './workflows.ts';
import type { World } from './world.ts';

const SKIP = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/i;

/**
 * Starts the workflows that listen to an event: those of the pushed commit for a push, those of the default branch for
 * the rest. What a run's own GITHUB_TOKEN caused starts none.
 */
export function triggerWorkflows(world: World, event: GitHubEvent): void {
  if (event.name !== 'push' && event.name !== 'issues' && event.name !== 'issue_comment') return;
  if (event.cause?.kind === 'run') return;
  if (event.name === 'push' && (event.push.after === ZERO_OID || skips(event.push.commits.at(-1)?.message))) return;
  const payload = eventPayload(world.addresses, event);
  world.later(() => startListening(world, event, payload));
}

function skips(message: string | undefined): boolean {
  return message !== undefined && SKIP.test(message);
}

async function startListening(world: World, event: GitHubEvent, payload: Payload): Promise<void> {
  const { repository } = event;
  const ref = event.name === 'push' ? event.push.ref : `refs/heads/${repository.defaultBranch}`;
  const sha = event.name === 'push' ? event.push.after : await repository.objects.commitId(ref);
  if (sha === null) return;
  for (const file of await workflowFiles(repository, sha)) {
    if (!world.runs.read(file).events.includes(event.name)) continue;
    world.runs.create({ repository, file, event: event.name, payload, inputs: {}, ref, sha, actor: event.sender });
  }
}
