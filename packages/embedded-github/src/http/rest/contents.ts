import { NEEDS, requireAccess } from '../../access/permissions.ts';
import { gitCommitBody } from '../../bodies/commit.ts';
import { repositoryUrl } from '../../bodies/repository.ts';
import { gitLines, gitText } from '../../git/command.ts';
import { readCommit, writeCommit } from '../../git/commits.ts';
import { changeRefs } from '../../git/refs.ts';
import { isFilePath, writeTree } from '../../git/trees.ts';
import { ApiError, notFound, unprocessable } from '../../model/errors.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { requireRules } from '../../rules/violations.ts';
import {
  type Answer,
  type Call,
  ok,
  optionalText,
  param,
  rawAnswer,
  repositoryFor,
  requiredText,
  routes,
} from './call.ts';

/** Above this GitHub gives the file without its content, unless it is asked for raw (operation `repos/get-content`). */
const MAX_CONTENT = 1_048_576;
/** "Greater than 100 MB: This endpoint is not supported" (operation `repos/get-content`). */
const MAX_FILE = 100 * 1_048_576;

export const contentRoutes = routes({
  'GET /repos/{owner}/{repo}/contents/{path}': readContents,
  'PUT /repos/{owner}/{repo}/contents/{path}': writeContents,
});

async function readContents(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readContents);
  const path = param(call, 'path').replace(/\/$/, '');
  const ref = call.query.get('ref') ?? repository.defaultBranch;
  const commit = await repository.objects.commitId(ref);
  if (commit === null) throw notFound(`No commit found for the ref ${ref}`);
  const object = await repository.objects.read(`${commit}:${path}`);
  if (object?.type === 'tree') return ok(await listFolder(call, { repository, commit, path, ref }));
  if (object?.type !== 'blob') throw notFound();
  if (object.content.length > MAX_FILE) throw tooLarge();
  const raw = rawAnswer(call, object.content);
  if (raw) return raw;
  const whole = object.content.length <= MAX_CONTENT;
  return ok({
    ...entry(call, { repository, path, sha: object.oid, type: 'file', size: object.content.length, ref }),
    content: whole ? breakLines(object.content.toString('base64')) : '',
    encoding: whole ? 'base64' : 'none',
  });
}

/** As clients met it while 1 MB was the limit (JasonEtco/todo#43). */
function tooLarge(): ApiError {
  const error = { resource: 'Blob', field: 'data', code: 'too_large' };
  return new ApiError(403, 'The requested blob is too large to fetch via the API.', { errors: [error] });
}

/** GitHub breaks base64 after 60 characters. */
function breakLines(base64: string): string {
  return base64.replace(/.{1,60}/g, '$&\n');
}

async function listFolder(
  call: Call,
  {
    repository,
    commit,
    path,
    ref,
  }: { readonly repository: RepositoryRecord; readonly commit: string; readonly path: string; readonly ref: string },
) {
  const listed = await gitText(repository.gitDir, ['ls-tree', '-l', '-z', `${commit}:${path}`]);
  return gitLines(listed.replaceAll('\0', '\n')).map((line) => {
    const [meta = '', name = ''] = line.split('\t');
    const [, type = '', sha = '', size = '0'] = meta.split(/\s+/);
    const full = path === '' ? name : `${path}/${name}`;
    return entry(call, {
      repository,
      path: full,
      sha,
      type: type === 'tree' ? 'dir' : 'file',
      size: Number(size) || 0,
      ref,
    });
  });
}

interface Entry {
  readonly repository: RepositoryRecord;
  readonly path: string;
  readonly sha: string;
  readonly type: 'file' | 'dir';
  readonly size: number;
  readonly ref: string;
}

function entry(call: Call, { repository, path, sha, type, size, ref }: Entry) {
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

/**
 * One file, one commit (operation `repos/create-or-update-file-contents`). A `sha` that is not the file's own, or none
 * for a file that is there, is refused.
 */
async function writeContents(call: Call): Promise<Answer> {
  const { world, viewer } = call;
  const repository = repositoryFor(call, NEEDS.writeContents);
  const path = param(call, 'path');
  if (!isFilePath(path)) throw unprocessable(`A path was requested that is invalid: '${path}'`);
  if (path.startsWith('.github/workflows/')) requireAccess(viewer, { repository, need: NEEDS.writeWorkflows });
  const [message, content] = [requiredText(call, 'message'), Buffer.from(requiredText(call, 'content'), 'base64')];
  const branch = optionalText(call, 'branch') ?? repository.defaultBranch;
  const name = `refs/heads/${branch}`;
  const parent = await repository.objects.commitId(name);
  if (parent === null) throw notFound(`Branch ${branch} not found`);
  const known = await repository.objects.read(`${parent}:${path}`);
  const sha = optionalText(call, 'sha');
  if (known && sha === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== undefined && sha !== known?.oid) throw new ApiError(409, `${path} does not match ${sha}`);
  const { login, id } = viewer.user;
  const author = { name: login, email: `${id}+${login}@users.noreply.github.com`, date: world.clock() };
  const changes = { additions: [{ path, content }], deletions: [] };
  const tree = await writeTree(repository, { from: `${parent}^{tree}`, changes });
  const after = writeCommit(repository, { tree, parents: [parent], message, author });
  const change = { name, before: parent, after };
  await requireRules(repository, { viewer, changes: [change], status: 409 });
  if (!(await changeRefs(repository, [change]))) throw new ApiError(409, `${name} is not at ${parent} any more`);
  call.world.refsChanged({ repository, viewer: call.viewer, changes: [change] });
  const [commit, blob] = [await readCommit(repository, after), await repository.objects.read(`${after}:${path}`)];
  const written = { path, sha: blob?.oid ?? '', type: 'file', size: content.length, ref: branch } as const;
  return {
    status: known ? 200 : 201,
    body: {
      content: entry(call, { repository, ...written }),
      commit: commit && gitCommitBody(world.addresses, { repository, commit }),
    },
  };
}
