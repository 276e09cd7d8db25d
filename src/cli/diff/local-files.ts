import { dirname, join, resolve } from 'node:path';
import { loadProject } from '../../plan/load-project.ts';
import type { RepositoryFile, RepositoryFiles } from '../../plan/repository-plan.ts';
import { configPathsIn } from '../config-files.ts';
import { gitIn } from '../git-in.ts';
import { readText, type TextFile } from '../open-plan.ts';
import { UsageError } from '../usage-error.ts';

/**
 * The plan, and the configuration around it, as a push would bring them: the plan lies where the configuration says.
 * @throws UsageError where the plan is in no git repository.
 */
export async function localFiles({ file, text }: TextFile): Promise<RepositoryFiles> {
  const root = (await gitIn(dirname(resolve(file)))('rev-parse', '--show-toplevel'))?.trim();
  if (root === undefined) throw new UsageError(`${file} is in no git repository, so that nothing of it can be pushed`);
  const [config, otherConfig] = await Promise.all(
    configPathsIn(root).map(
      async (path): Promise<RepositoryFile> => ({ path, text: (await readText(join(root, path))).text }),
    ),
  );
  const { location } = loadProject({ plan: undefined, config });
  return { plan: { path: location.plan, text }, config, otherConfig };
}
