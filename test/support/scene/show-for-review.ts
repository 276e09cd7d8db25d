import type { TaskId } from '../../../src/plan/plan.ts';
import { taskBranch } from '../../../src/state/names.ts';
import type { GitHubScene } from '../github-scene.ts';
import { commitOnBranch } from './commit-on-branch.ts';

export interface OpenedPull {
  readonly number: number;
  readonly nodeId: string;
  /** The newest commit of its branch. */
  readonly head: string;
}

/** Opens the pull request of a task from its branch, with these files or one of its own. */
export async function openPullOf(
  scene: GitHubScene,
  id: string,
  files: Readonly<Record<string, string>> = { [`${id.toLowerCase()}.md`]: 'done\n' },
): Promise<OpenedPull> {
  const { repository, lead } = scene;
  const branch = taskBranch(id as TaskId);
  const title = `${id}: Work`;
  await lead.rest.git.createRef({ ...repository, ref: `refs/heads/${branch}`, sha: await scene.head() });
  const head = await commitOnBranch(lead, { branch, message: title, files });
  const { data } = await lead.rest.pulls.create({ ...repository, head: branch, base: 'main', title });
  return { number: data.number, nodeId: data.node_id, head };
}

/** The run of a task leaves its work for people, and ends. @returns The number of its pull request. */
export async function showForReview(
  scene: GitHubScene,
  id: string,
  files?: Readonly<Record<string, string>>,
): Promise<number> {
  const run = scene.run(id);
  await run.claim();
  const { number, head } = await openPullOf(scene, id, files);
  await run.report('in-review', { pull: { number, head } });
  await run.end('success');
  await scene.settle();
  return number;
}
