import { NEEDS } from '../../access/permissions.ts';
import { commitBody, diffEntryBody, gitCommitBody, refBody } from '../../bodies/commit.ts';
import { repositoryUrl } from '../../bodies/repository.ts';
import { commitsBetween, commonAncestor, isAncestor } from '../../git/ancestry.ts';
import { type ChangedFile, changedFiles } from '../../git/changed-files.ts';
import { type GitCommit, readCommit, writeCommit } from '../../git/commits.ts';
import { isRefName } from '../../git/ref-name.ts';
import { changeRefs, listRefs, type RefRecord, readRef, ZERO_OID } from '../../git/refs.ts';
import { notFound, unprocessable } from '../../model/errors.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { requiredChecks, rulesetsOf } from '../../rules/rulesets.ts';
import { requireRules } from '../../rules/violations.ts';
import { type Answer, type Call, created, NO_CONTENT, ok, param, repositoryFor, requiredText, routes } from './call.ts';
import { listed } from './paging.ts';

export const gitRoutes = routes({
  'GET /repos/{owner}/{repo}/branches': listBranches,
  'GET /repos/{owner}/{repo}/branches/{branch}': readBranch,
  'GET /repos/{owner}/{repo}/commits/{ref}': readCommitRoute,
  'GET /repos/{owner}/{repo}/compare/{basehead}': compare,
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': async (call) => {
    const repository = repositoryFor(call, NEEDS.readContents);
    return ok(
      gitCommitBody(call.world.addresses, {
        repository,
        commit: await commitOr404(repository, param(call, 'commit_sha')),
      }),
    );
  },
  'POST /repos/{owner}/{repo}/git/commits': createCommit,
  'GET /repos/{owner}/{repo}/git/ref/{ref}': async (call) =>
    ok(
      refBody(
        call.world.addresses,
        await refOr404(repositoryFor(call, NEEDS.readContents), `refs/${param(call, 'ref')}`),
      ),
    ),
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': async (call) => {
    const refs = await listRefs(repositoryFor(call, NEEDS.readContents), `refs/${param(call, 'ref')}`);
    return listed(call, { all: refs, body: (ref) => refBody(call.world.addresses, ref) });
  },
  'POST /repos/{owner}/{repo}/git/refs': createRef,
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': updateRef,
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': deleteRef,
});

/** Operation git/create-commit: a commit that no ref leads to yet; its author is whoever the token stands for. */
async function createCommit(call: Call): Promise<Answer> {
  const { world, viewer } = call;
  const repository = repositoryFor(call, NEEDS.writeContents);
  const [message, tree] = [requiredText(call, 'message'), requiredText(call, 'tree')];
  const { parents = [] } = call.body;
  if (!isTextList(parents)) throw unprocessable('Invalid request.');
  const found = await repository.objects.read(`${tree}^{tree}`);
  if (!found) throw unprocessable('Tree SHA does not exist');
  const known: string[] = [];
  for (const parent of parents) {
    const commit = await readCommit(repository, parent);
    if (!commit) throw unprocessable('Parent SHA does not exist or is not a commit object');
    known.push(commit.oid);
  }
  const { login, id } = viewer.user;
  const author = { name: login, email: `${id}+${login}@users.noreply.github.com`, date: world.clock() };
  const oid = writeCommit(repository, { tree: found.oid, parents: known, message, author });
  return created(gitCommitBody(world.addresses, { repository, commit: await commitOr404(repository, oid) }));
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** By id, by the name of a ref, or by whatever else git understands. */
export async function commitOr404(repository: RepositoryRecord, expression: string): Promise<GitCommit> {
  const commit = await readCommit(repository, expression);
  if (!commit) throw notFound();
  return commit;
}

async function refOr404(repository: RepositoryRecord, name: string): Promise<RefRecord> {
  const ref = await readRef(repository, name);
  if (!ref) throw notFound();
  return ref;
}

async function readBranch(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readContents);
  const name = param(call, 'branch');
  const commit = await readCommit(repository, `refs/heads/${name}`);
  if (!commit) throw notFound('Branch not found');
  const url = `${repositoryUrl(call.world.addresses, repository)}/branches/${name}`;
  return ok({
    name,
    commit: commitBody(call.world.addresses, { repository, commit }),
    _links: { self: url, html: `${call.world.addresses.server}/${repository.fullName}/tree/${name}` },
    protected: rulesetsOf(repository, name).length > 0,
    protection: shortProtection(repository, name),
    protection_url: `${url}/protection`,
  });
}

/** What rules come to in the words of the older branch protection, as branches carry it. */
function shortProtection(repository: RepositoryRecord, branch: string) {
  const contexts = [...requiredChecks(rulesetsOf(repository, branch))];
  const checks = contexts.map((context) => ({ context, app_id: null }));
  return {
    enabled: rulesetsOf(repository, branch).length > 0,
    required_status_checks: { enforcement_level: contexts.length > 0 ? 'everyone' : 'off', contexts, checks },
  };
}

async function listBranches(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readContents);
  const refs = await listRefs(repository, 'refs/heads/');
  const wanted = call.query.get('protected');
  const branches = refs
    .map(({ name, oid }) => ({ name: name.replace('refs/heads/', ''), oid }))
    .map((each) => ({ ...each, isProtected: rulesetsOf(repository, each.name).length > 0 }))
    .filter(({ isProtected }) => wanted === null || String(isProtected) === wanted);
  return listed(call, {
    all: branches,
    body: ({ name, oid, isProtected }) => ({
      name,
      commit: { sha: oid, url: `${repositoryUrl(call.world.addresses, repository)}/commits/${oid}` },
      protected: isProtected,
    }),
  });
}

async function readCommitRoute(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readContents);
  const commit = await readCommit(repository, param(call, 'ref'));
  if (!commit) throw unprocessable(`No commit found for SHA: ${param(call, 'ref')}`);
  const files = await changedFiles(repository, { from: commit.parents[0] ?? null, to: commit.oid });
  return ok({
    ...commitBody(call.world.addresses, { repository, commit }),
    ...changes(call, { repository, oid: commit.oid, files }),
  });
}

function changes(
  call: Call,
  {
    repository,
    oid,
    files,
  }: { readonly repository: RepositoryRecord; readonly oid: string; readonly files: readonly ChangedFile[] },
) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => diffEntryBody(call.world.addresses, { repository, commit: oid, file })),
  };
}

async function compare(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readContents);
  const [baseName = '', headName = ''] = param(call, 'basehead').split('...');
  const [base, head] = [await commitOr404(repository, baseName), await commitOr404(repository, headName)];
  const parted = await commonAncestor(repository, { base: base.oid, head: head.oid });
  if (parted === null) throw notFound('No common ancestor between the two commits.');
  const ahead = await commitsBetween(repository, { from: base.oid, to: head.oid });
  const behind = await commitsBetween(repository, { from: head.oid, to: base.oid });
  const files = await changedFiles(repository, { from: parted, to: head.oid });
  const at = call.world.addresses;
  const html = `${at.server}/${repository.fullName}/compare/${baseName}...${headName}`;
  return ok({
    url: `${repositoryUrl(at, repository)}/compare/${baseName}...${headName}`,
    html_url: html,
    permalink_url: `${at.server}/${repository.fullName}/compare/${base.oid}...${head.oid}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitBody(at, { repository, commit: base }),
    merge_base_commit: commitBody(at, { repository, commit: await commitOr404(repository, parted) }),
    status: comparison(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.map((commit) => commitBody(at, { repository, commit })),
    files: files.map((file) => diffEntryBody(at, { repository, commit: head.oid, file })),
  });
}

function comparison(ahead: number, behind: number): 'identical' | 'ahead' | 'behind' | 'diverged' {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

async function createRef(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.writeContents);
  const [name, after] = [requiredText(call, 'ref'), requiredText(call, 'sha')];
  if (!isRefName(name)) throw unprocessable('Reference name is invalid');
  if (!(await repository.objects.read(after))) throw unprocessable('Object does not exist');
  const change = { name, before: ZERO_OID, after };
  if (!(await changeRefs(repository, [change]))) throw unprocessable('Reference already exists');
  call.world.refsChanged({ repository, viewer: call.viewer, changes: [change] });
  return created(refBody(call.world.addresses, await refOr404(repository, name)));
}

async function updateRef(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.writeContents);
  const name = `refs/${param(call, 'ref')}`;
  const after = requiredText(call, 'sha');
  const ref = await readRef(repository, name);
  if (!ref) throw unprocessable('Reference does not exist');
  if (!(await repository.objects.read(after))) throw unprocessable('Object does not exist');
  if (call.body.force !== true && !(await isAncestor(repository, { older: ref.oid, newer: after }))) {
    throw unprocessable('Update is not a fast forward');
  }
  const change = { name, before: ref.oid, after };
  await requireRules(repository, { viewer: call.viewer, changes: [change] });
  if (!(await changeRefs(repository, [change]))) throw unprocessable('Reference cannot be updated');
  call.world.refsChanged({ repository, viewer: call.viewer, changes: [change] });
  return ok(refBody(call.world.addresses, await refOr404(repository, name)));
}

async function deleteRef(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.writeContents);
  const name = `refs/${param(call, 'ref')}`;
  const ref = await readRef(repository, name);
  if (!ref) throw unprocessable('Reference does not exist');
  const change = { name, before: ref.oid, after: ZERO_OID };
  await requireRules(repository, { viewer: call.viewer, changes: [change] });
  if (!(await changeRefs(repository, [change]))) throw unprocessable('Reference cannot be updated');
  call.world.refsChanged({ repository, viewer: call.viewer, changes: [change] });
  return NO_CONTENT;
}
