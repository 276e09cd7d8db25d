import { NEEDS } from '../../access/permissions.ts';
import { repositoryUrl } from '../../bodies/repository.ts';
import { parseTree } from '../../git/tree-entries.ts';
import { isFilePath, writeTree } from '../../git/trees.ts';
import { unprocessable } from '../../model/errors.ts';
import { type Answer, type Call, created, repositoryFor, routes } from './call.ts';

export const treeRoutes = routes({ 'POST /repos/{owner}/{repo}/git/trees': createTree });

/** Operation git/create-tree, for files that are given by their content. */
async function createTree(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.writeContents);
  const { base_tree: base = null, tree: entries } = call.body;
  if (!Array.isArray(entries) || entries.length === 0) throw unprocessable('Invalid tree info');
  if (base !== null && typeof base !== 'string') throw unprocessable('Invalid request.');
  const oid = await writeTree(repository, { from: base, changes: { additions: entries.map(fileOf), deletions: [] } });
  const written = await repository.objects.read(oid);
  const at = repositoryUrl(call.world.addresses, repository);
  const tree = [...parseTree(written?.content ?? Buffer.alloc(0))].map(([path, entry]) => {
    const isTree = entry.mode === '40000';
    const [mode, type] = isTree ? ['040000', 'tree'] : [entry.mode, 'blob'];
    return { path, mode, type, sha: entry.oid, url: `${at}/git/${type}s/${entry.oid}` };
  });
  return created({ sha: oid, url: `${at}/git/trees/${oid}`, tree, truncated: false });
}

function fileOf(entry: unknown): { path: string; content: Buffer } {
  const {
    path,
    mode,
    type = 'blob',
    content,
  } = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<Record<string, unknown>>;
  if (typeof path !== 'string' || !isFilePath(path))
    throw unprocessable('tree.path contains a malformed path component');
  if (mode !== '100644' || type !== 'blob' || typeof content !== 'string')
    throw unprocessable('The embedded GitHub makes trees of files with content and mode 100644 only.');
  return { path, content: Buffer.from(content) };
}
