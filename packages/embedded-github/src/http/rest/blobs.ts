import { NEEDS } from '../../access/permissions.ts';
import { repositoryUrl } from '../../bodies/repository.ts';
import { ApiError, notFound } from '../../model/errors.ts';
import { gitNodeId } from '../../model/node-ids.ts';
import { type Answer, type Call, ok, param, rawAnswer, repositoryFor, routes } from './call.ts';

/** "This endpoint supports blobs up to 100 megabytes in size" (operation `git/get-blob`). */
const MAX_BLOB = 100 * 1_048_576;

export const blobRoutes = routes({ 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': readBlob });

async function readBlob(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readContents);
  const sha = param(call, 'file_sha');
  const object = /^[0-9a-f]{40}$/.test(sha) ? await repository.objects.read(sha) : null;
  if (object?.type !== 'blob') throw notFound();
  const { oid, content } = object;
  if (content.length > MAX_BLOB) throw new ApiError(403, 'The requested blob is too large to fetch via the API.');
  return (
    rawAnswer(call, content) ??
    ok({
      sha: oid,
      node_id: gitNodeId('Blob', { repository, name: oid }),
      size: content.length,
      url: `${repositoryUrl(call.world.addresses, repository)}/git/blobs/${oid}`,
      content: content.toString('base64').replace(/.{1,60}/g, '$&\n'),
      encoding: 'base64',
    })
  );
}
