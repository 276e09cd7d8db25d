import { NEEDS, requireAccess } from '../access.ts';
import { repositoryUrl } from '../bodies/repository.ts';
import { type Answer, type Call, ok, param, repositoryOf, routes } from '../call.ts';
import { notFound } from '../errors.ts';
import { gitLines, gitText } from '../git/command.ts';
import type { RepositoryRecord } from '../store.ts';

/** Above this GitHub gives the file without its content. */
const LARGEST_CONTENT = 1_048_576;

export const contentRoutes = routes({ 'GET /repos/{owner}/{repo}/contents/{path}': readContents });

async function readContents(call: Call): Promise<Answer> {
  const repository = repositoryOf(call);
  requireAccess(call.viewer, repository, NEEDS.readContents);
  const path = param(call, 'path').replace(/\/$/, '');
  const ref = call.query.get('ref') ?? repository.defaultBranch;
  const commit = await repository.objects.commitId(ref);
  if (commit === null) throw notFound(`No commit found for the ref ${ref}`);
  const object = await repository.objects.read(`${commit}:${path}`);
  if (object?.type === 'tree') return ok(await listFolder(call, repository, commit, path, ref));
  if (object?.type !== 'blob') throw notFound();
  const whole = object.content.length <= LARGEST_CONTENT;
  return ok({
    ...entry(call, repository, { path, sha: object.oid, type: 'file', size: object.content.length, ref }),
    content: whole ? lines(object.content.toString('base64')) : '',
    encoding: whole ? 'base64' : 'none',
  });
}

/** GitHub breaks base64 after 60 characters. */
function lines(base64: string): string {
  return base64.replace(/.{1,60}/g, '$&\n');
}

async function listFolder(call: Call, repository: RepositoryRecord, commit: string, path: string, ref: string) {
  const text = await gitText(repository.gitDir, ['ls-tree', '-l', '-z', `${commit}:${path}`]);
  return gitLines(text.replaceAll('\0', '\n')).map((line) => {
    const [meta = '', name = ''] = line.split('\t');
    const [, type = '', sha = '', size = '0'] = meta.split(/\s+/);
    const full = path === '' ? name : `${path}/${name}`;
    return entry(call, repository, {
      path: full,
      sha,
      type: type === 'tree' ? 'dir' : 'file',
      size: Number(size) || 0,
      ref,
    });
  });
}

interface Entry {
  readonly path: string;
  readonly sha: string;
  readonly type: 'file' | 'dir';
  readonly size: number;
  readonly ref: string;
}

function entry(call: Call, repository: RepositoryRecord, { path, sha, type, size, ref }: Entry) {
  const at = call.world.addresses;
  const api = repositoryUrl(at, repository);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${type === 'dir' ? 'trees' : 'blobs'}/${sha}`;
  const html = `${at.server}/${repository.fullName}/${type === 'dir' ? 'tree' : 'blob'}/${ref}/${encoded}`;
  const download = type === 'dir' ? null : `${at.server}/${repository.fullName}/raw/${ref}/${encoded}`;
  return {
    type,
    size,
    name: path.split('/').at(-1) ?? path,
    path,
    sha,
    url,
    git_url: git,
    html_url: html,
    download_url: download,
    _links: { self: url, git, html },
  };
}
