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
import { type NewestFiles, newestFiles } from './newest-files.ts';
import { fileOf, type Observation, type ObserveQuestion, observe, type RepositoryNode } from './observe-query.ts';

interface ProjectInput extends Pick<ObserveQuestion, 'client' | 'locator' | 'since' | 'pulls' | 'comments' | 'known'> {
  readonly cache: Pick<IssueCache, 'project' | 'files'>;
}

export interface ProjectReading extends Observation, NewestFiles {
  readonly project: LoadedProject;
}

/** Asks where the project lay before; again only where what is found there names other paths, and then another base. */
export async function readProject({ cache, ...question }: ProjectInput): Promise<ProjectReading> {
  let project = cache.project;
  for (let left = MAX_QUERIES; ; left--) {
    const asked = project?.location ?? defaultLocation();
    const observation = await observe({ ...question, ...asked });
    const { node, date } = observation;
    const head = node.defaultBranchRef?.target.oid ?? '';
    const newest = newestFiles({ head, files: filesOf(node, asked), date }, cache.files);
    project = loadProject(newest.seen.files, project);
    if (isSameLocation(project.location, asked) || left === 1) return { ...observation, project, ...newest };
  }
}

/** The paths are in the configuration, and the base may bear the name that the plan at one of them has. */
const MAX_QUERIES = 3;

function filesOf(node: RepositoryNode, { plan, progress }: ProjectLocation): Snapshot['files'] {
  const configs = [fileOf(CONFIG_PATHS[0], node.config), fileOf(CONFIG_PATHS[1], node.otherConfig)];
  const [config, otherConfig] = configs.filter((file) => file !== undefined);
  return {
    plan: fileOf(plan, node.plan),
    config,
    ...(otherConfig ? { otherConfig } : {}),
    progress: fileOf(progress, node.progress),
  };
}
