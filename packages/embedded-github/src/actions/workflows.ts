import { readTree } from '../git/trees.ts';
import { notFound } from '../model/errors.ts';
import type { RepositoryRecord } from '../model/records.ts';
import type { WorkflowRecord } from '../model/workflows.ts';
import type { World } from '../world.ts';
import type { WorkflowFile } from './workflow-reader.ts';

const FOLDER = '.github/workflows';

/** The workflow files at a commit, by path. */
export async function workflowFiles(repository: RepositoryRecord, commit: string): Promise<WorkflowFile[]> {
  const tree = await readTree(repository, `${commit}:${FOLDER}`);
  const names = [...tree.keys()].filter((name) => /\.ya?ml$/.test(name));
  const files = await Promise.all(names.map((name) => workflowFile(repository, { commit, path: `${FOLDER}/${name}` })));
  return files.filter((file) => file !== null);
}

export async function workflowFile(
  repository: RepositoryRecord,
  { commit, path }: { readonly commit: string; readonly path: string },
): Promise<WorkflowFile | null> {
  const blob = await repository.objects.read(`${commit}:${path}`);
  return blob?.type === 'blob' ? { path, source: blob.content.toString('utf8') } : null;
}

/** Workflows on the default branch, each with an id that it keeps. */
export async function listWorkflows(world: World, repository: RepositoryRecord): Promise<WorkflowRecord[]> {
  const files = await workflowFiles(repository, `refs/heads/${repository.defaultBranch}`);
  return files.map((file) => recordWorkflow(world, { repository, file }));
}

/** A workflow by id, file name or path. */
export async function findWorkflow(
  world: World,
  { repository, key }: { readonly repository: RepositoryRecord; readonly key: string },
): Promise<WorkflowRecord> {
  const all = await listWorkflows(world, repository);
  const found = all.find((each) => String(each.id) === key || each.path === key || each.path === `${FOLDER}/${key}`);
  if (!found) throw notFound();
  return found;
}

export function recordWorkflow(
  world: World,
  { repository, file }: { readonly repository: RepositoryRecord; readonly file: WorkflowFile },
): WorkflowRecord {
  const name = world.workflows.read(file).name;
  const known = repository.workflows.get(file.path);
  if (known) {
    known.name = name;
    return known;
  }
  const created: WorkflowRecord = {
    id: world.store.nextId('workflow'),
    path: file.path,
    name,
    state: 'active',
    createdAt: world.clock(),
    enabledAt: 0,
  };
  repository.workflows.set(file.path, created);
  return created;
}
