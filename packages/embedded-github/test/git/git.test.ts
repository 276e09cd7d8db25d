import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pushCommands, updatedRefs } from '../../src/http/git/pkt-line.ts';
import { mentionedIssues } from '../../src/issues/closing-keywords.ts';
import type { IssueRecord, RepositoryRecord } from '../../src/model/records.ts';
import { commit, git, octokitFor, startTown, type Town, withToken } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
let town: Town;

beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town.close());

function clone(token: string, name: string): Promise<string> {
  const folder = join(town.folder, name);
  return git(town.folder, 'clone', '--quiet', withToken(town.repository.cloneUrl, token), folder).then(() => folder);
}

test('a lease on a custom ref lets exactly one of two claims win', async () => {
  const [first, second] = [await clone(town.lead.token, 'first'), await clone(town.lead.token, 'second')];
  const push = (folder: string) =>
    git(folder, 'push', '--force-with-lease=refs/agent-waves/claims/1:', 'origin', 'HEAD:refs/agent-waves/claims/1');
  await commit(first, 'Claim of the first', {});
  await commit(second, 'Claim of the second', {});

  await push(first);

  await expect(push(second)).rejects.toThrow('stale info');
  expect(await git(second, 'ls-remote', 'origin', 'refs/agent-waves/claims/1')).toContain(
    await git(first, 'rev-parse', 'HEAD'),
  );
});

test('an atomic push moves no ref when one of them is refused', async () => {
  const [first, second] = [await clone(town.lead.token, 'ahead'), await clone(town.lead.token, 'behind')];
  await commit(first, 'Ahead', { 'ahead.txt': '1' });
  await git(first, 'push', '--quiet', 'origin', 'HEAD:main');
  await commit(second, 'Behind', { 'behind.txt': '1' });

  const push = git(second, 'push', '--atomic', 'origin', 'HEAD:main', 'HEAD:refs/agent-waves/claims/2');

  await expect(push).rejects.toThrow('rejected');
  expect(await git(second, 'ls-remote', 'origin', 'refs/agent-waves/claims/2')).toBe('');
});

test('a push too large for one request arrives whole', async () => {
  const folder = await clone(town.lead.token, 'large');
  await commit(folder, 'Large', { 'large.txt': randomBytes(3_000_000).toString('hex') });

  await git(folder, '-c', 'http.postBuffer=65536', 'push', '--quiet', 'origin', 'HEAD:large');

  expect(await git(folder, 'ls-remote', 'origin', 'large')).toContain(await git(folder, 'rev-parse', 'HEAD'));
});

test('a reader may fetch and not push, a stranger neither', async () => {
  const reader = town.github.createUser({ login: 'reader' });
  const stranger = town.github.createUser({ login: 'passer-by' });
  town.github.addCollaborator({ repository: 'acme/daw', login: 'reader', permission: 'read' });

  const folder = await clone(reader.token, 'reader');
  await commit(folder, 'No', { 'no.txt': '' });

  await expect(git(folder, 'push', 'origin', 'HEAD:main')).rejects.toThrow('403');
  await expect(clone(stranger.token, 'stranger')).rejects.toThrow('not found');
  await expect(clone('ghp_wrong', 'nobody')).rejects.toThrow('Authentication failed');
});

test('a commit that reaches the default branch closes the issues that it fixes, in the name of who pushed', async () => {
  const lead = octokitFor(town.github, town.lead.token);
  const [fixed, other] = [
    await lead.rest.issues.create({ ...at, title: 'Fixed' }),
    await lead.rest.issues.create({ ...at, title: 'Other' }),
  ];
  const folder = await clone(town.lead.token, 'fixing');
  await commit(folder, `Land it\n\nFixes #${fixed.data.number}. See #${other.data.number}.`, { 'fix.txt': '' });
  const landing = await git(folder, 'rev-parse', 'HEAD');

  await git(folder, 'push', '--quiet', 'origin', 'HEAD:refs/heads/side');
  await town.github.idle();
  const onSide = (await lead.rest.issues.get({ ...at, issue_number: fixed.data.number })).data.state;
  await git(folder, 'push', '--quiet', 'origin', 'HEAD:main');
  await town.github.idle();

  const [closed, open] = town.github
    .issuesReport('acme/daw')
    .filter((issue) => [fixed.data.number, other.data.number].includes(Number(issue.number)));
  expect([onSide, closed?.state, closed?.closed_by?.login, open?.state]).toEqual(['open', 'closed', 'lead', 'open']);
  const { data: events } = await lead.rest.issues.listEvents({ ...at, issue_number: fixed.data.number });
  expect(events.map((event) => event.commit_id)).toEqual([landing]);
});

test.each([
  ['Fixes #1', [1]],
  ['closes: #2, resolved acme/daw#1', [2, 1]],
  ['fix other/repo#1', []],
  ['prefixes #1 and see #2', []],
  ['Fixes #99', []],
])('%s mentions %j', (message, numbers) => {
  const issues = [1, 2].map((number) => ({ number }) as IssueRecord);
  const repository = { fullName: 'acme/daw', issues } as unknown as RepositoryRecord;

  expect(mentionedIssues(repository, message).map((issue) => issue.number)).toEqual(numbers);
});

test('what a push asks for, and what git grants, is read from the wire', () => {
  const [old, young] = ['1'.repeat(40), '2'.repeat(40)];
  const line = (text: string | Buffer) =>
    Buffer.concat([Buffer.from((text.length + 4).toString(16).padStart(4, '0')), Buffer.from(text)]);
  const flush = Buffer.from('0000');
  const asked = Buffer.concat([
    line(`${old} ${young} refs/heads/a\0 report-status`),
    line(`${old} ${young} refs/heads/b`),
    flush,
    Buffer.from('PACK'),
  ]);
  const report = Buffer.concat([
    line('unpack ok\n'),
    line('ok refs/heads/a\n'),
    line('ng refs/heads/b non-fast-forward\n'),
    flush,
  ]);
  const banded = Buffer.concat([
    line(Buffer.concat([Buffer.from([2]), Buffer.from('Resolving')])),
    line(Buffer.concat([Buffer.from([1]), report])),
    flush,
  ]);

  expect(pushCommands(asked).map((change) => change.name)).toEqual(['refs/heads/a', 'refs/heads/b']);
  expect([...updatedRefs(report)]).toEqual(['refs/heads/a']);
  expect([...updatedRefs(banded)]).toEqual(['refs/heads/a']);
});
