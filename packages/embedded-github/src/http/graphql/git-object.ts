import { readCommit } from '../../git/commits.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import type { CommitObject, FileObject } from './fields.ts';

/** The object behind an expression; HEAD is the default branch. */
export async function gitObject(
  repository: RepositoryRecord,
  expression: string,
): Promise<CommitObject | FileObject | null> {
  const object = await repository.objects.read(expression);
  if (!object) return null;
  if (object.type === 'blob') return { kind: 'Blob', repository, oid: object.oid, content: object.content };
  if (object.type === 'tree') return { kind: 'Tree', repository, oid: object.oid, content: object.content };
  const commit = await readCommit(repository, expression);
  return commit && { kind: 'Commit', repository, commit };
}
