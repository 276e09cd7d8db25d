import {
  defaultLocation,
  isSameLocation,
  type LoadedProject,
  loadProject,
  type ProjectLocation,
} from '../../plan/load-project.ts';
import { CONFIG_PATHS } from '../../state/names.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { IssueCache } from '../issue-cache.ts';
import { filesIn, type LargeFiles } from './files.ts';
import { type NewestFiles, newestFiles } from './newest-files.ts';
import { type Observation, type ObserveQuestion, observe, type RepositoryNode } from './observe-query.ts';

interface ProjectInput extends Pick<ObserveQuestion, 'client' | 'locator' | 'look' | 'pulls' | 'comments' | 'known'> {
  readonly cache: Pick<IssueCache, 'project' | 'files' | 'large'>;
}

export interface ProjectReading extends Observation, NewestFiles {
  readonly project: LoadedProject;
  readonly large: LargeFiles;
}

/** Asks where the project lay before; again only where what is found there names other paths, and then another base. */
export async function readProject({ cache, ...question }: ProjectInput): Promise<ProjectReading> {
  let { project, large } = cache;
  for (let left = MAX_QUERIES; ; left--) {
    const asked = project?.location ?? defaultLocation();
    const observation = await observe({ ...question, ...asked, large });
    const { node, date } = observation;
    const { oid: head = '', history } = node.defaultBranchRef?.target ?? {};
    const below = history?.nodes.map(({ oid }) => oid) ?? [];
    const read = await filesOf(node, { ...question, ...asked, large });
    large = read.large;
    const newest = newestFiles({ head, below, files: read.files, date }, cache.files);
    project = loadProject(newest.seen.files, project);
    if (isSameLocation(project.location, asked) || left === 1) return { ...observation, project, large, ...newest };
  }
}

/** The paths are in the configuration, and the base may bear the name that the plan at one of them has. */
const MAX_QUERIES = 3;

async function filesOf(
  node: RepositoryNode,
  { plan, progress, ...source }: ProjectLocation & Pick<ObserveQuestion, 'client' | 'locator' | 'large'>,
): Promise<Pick<ProjectReading, 'large'> & Pick<Snapshot, 'files'>> {
  const asked = [
    { path: CONFIG_PATHS[0], blob: node.config },
    { path: CONFIG_PATHS[1], blob: node.otherConfig },
    { path: plan, blob: node.plan },
    { path: progress, blob: node.progress },
  ];
  const { files, large } = await filesIn(asked, source);
  const [config, otherConfig] = files.slice(0, 2).filter((file) => file !== undefined);
  const others = otherConfig ? { otherConfig } : {};
  const pictures = (node.pictures?.entries ?? []).map(({ name }) => name);
  return { files: { plan: files[2], config, ...others, progress: files[3], pictures }, large };
}
