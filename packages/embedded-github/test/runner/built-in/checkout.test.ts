import { expect, test } from 'vitest';
import type { WorkflowRunRequest } from '../../../src/model/runner.ts';
import { type GitServer, serveGit } from '../support/git-server.ts';
import { job, requestFor, run, type StartedRun } from '../support/run.ts';

const token = 'ghs_jobtoken';

function requestOn(server: GitServer, given: Partial<WorkflowRunRequest> = {}): Partial<WorkflowRunRequest> {
  const { urls } = requestFor('');
  return { sha: server.commits[2] ?? '', urls: { ...urls, server: server.url }, ...given };
}

async function checkOut(server: GitServer, inputs: string, script: string): Promise<StartedRun> {
  const steps = `
- { name: check out, uses: actions/checkout@v5, with: { ${inputs} } }
- { name: look, shell: bash, run: ${JSON.stringify(script)} }
`;
  return run(job(steps), { request: requestOn(server) });
}

test('checks out the commit of the run on its branch, alone, with the credential for later pushes', async () => {
  const server = await serveGit(token);

  const { conclusion, read } = await checkOut(
    server,
    '',
    'git status --branch --short; git log --format=%s; git rev-parse HEAD; git ls-remote --heads origin',
  );

  expect(conclusion()).toBe('success');
  expect(read('build/02-look.log')).toMatch(/^## main.*\nthree\n[0-9a-f]{40}\n/m);
  expect(read('build/02-look.log')).toContain(server.commits[2]);
  expect(read('build/02-look.log')).toContain('refs/heads/side');
  expect(new Set(server.authorizations).size).toBe(1);
});

test('stays on the commit of the run when its branch has moved on', async () => {
  const server = await serveGit(token);
  const source = job(`
- { name: check out, uses: actions/checkout@v5 }
- { name: look, run: git log --format=%s }
- { name: all, uses: actions/checkout@v5, with: { path: all, fetch-depth: 0 } }
- { name: look at all, working-directory: all, run: 'git log --format=%s; git branch --remotes --list' }
`);

  const { conclusion, read } = await run(source, { request: requestOn(server, { sha: server.commits[1] ?? '' }) });

  expect(conclusion()).toBe('success');
  expect(read('build/02-look.log')).toMatch(/^two$/m);
  expect(read('build/04-look-at-all.log')).toMatch(/^two\none$/m);
  expect(read('build/04-look-at-all.log')).toContain('origin/side');
});

test('leaves no credential behind with persist-credentials: false, and never shows it', async () => {
  const server = await serveGit(token);

  const { conclusion, read } = await checkOut(
    server,
    'persist-credentials: false',
    'cat .git/config; GIT_TERMINAL_PROMPT=0 git ls-remote origin && exit 1 || exit 0',
  );

  expect(conclusion()).toBe('success');
  expect(read('build/02-look.log')).not.toMatch(/extraheader|AUTHORIZATION/i);
});

test.each([
  ['a branch', 'ref: side', 'two', '## side'],
  ['a tag', 'ref: v1', 'one', '## HEAD (no branch)'],
  ['a full ref', 'ref: refs/heads/side', 'two', '## side'],
  ['a full ref of a tag', 'ref: refs/tags/v1', 'one', '## HEAD (no branch)'],
])('checks out %s by name', async (_situation, inputs, subject, status) => {
  const server = await serveGit(token);

  const { conclusion, read } = await checkOut(server, inputs, 'git log --format=%s -1; git status --branch --short');

  expect(conclusion()).toBe('success');
  expect(read('build/02-look.log')).toContain(`\n${subject}\n${status}`);
});

test('a second checkout in the same place cleans it', async () => {
  const server = await serveGit(token);
  const source = job(`
- uses: actions/checkout@v5
- run: echo changed > one.txt; echo new > new.txt
- uses: actions/checkout@v5
- { name: look, run: 'git status --short; ls' }
`);

  const { conclusion, read } = await run(source, { request: requestOn(server) });

  expect(conclusion()).toBe('success');
  expect(read('build/04-look.log')).toMatch(/##\[endgroup\]\none.txt\nthree.txt\ntwo.txt\n$/);
});

test.each([
  ['a ref that is not there', 'ref: absent', "name 'absent' could not be found"],
  ['another repository', 'repository: other/place', "does not support 'repository: other/place'"],
  ['submodules', 'submodules: recursive', "does not support 'submodules: recursive'"],
  ['a path outside of the workspace', 'path: ../../x', "'../../x' leaves the workspace"],
])('refuses %s', async (_situation, inputs, message) => {
  const server = await serveGit(token);

  const { conclusion, read } = await checkOut(server, inputs, 'exit 0');

  expect(conclusion()).toBe('failure');
  expect(read('build/01-check-out.log')).toContain(message);
});

test('fails with what git says when the token is refused', async () => {
  const server = await serveGit('another');

  const { conclusion, read } = await checkOut(server, '', 'exit 0');

  expect(conclusion()).toBe('failure');
  expect(read('build/01-check-out.log')).toMatch(/fatal:/);
});
