import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { EMPTY_LEDGER } from '../../../src/github/ledger.ts';
import { createClient } from '../../../src/github/octokit.ts';
import { apply } from '../../../src/github/write/apply.ts';
import { PureWorld } from '../../support/pure-world.ts';

/** How GitHub answers about branches, and what is remembered of it. */

const locator = { owner: 'acme', repo: 'daw' };
const MERGE: Effect = {
  ...{ kind: 'merge-branch', key: 'merge', into: 'agent-waves/daw', from: 'main', head: 'f'.repeat(40) },
  reason: 'a test says so',
};
const BRANCH: Effect = {
  ...{ kind: 'create-branch', key: 'branch', branch: 'agent-waves/daw', from: 'f'.repeat(40) },
  reason: 'a test says so',
};
const PULL: Effect = {
  ...{ kind: 'open-pull', key: 'pull', branch: 'agent-waves/daw-wave-1', base: 'main', title: 'Wave 1', body: '' },
  reason: 'a test says so',
};

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** One answer for every request, and what was asked. */
async function answered(effect: Effect, status: number, body: unknown = {}) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = { plan: undefined, config: undefined, progress: undefined };
  const snapshot = new PureWorld().snapshot(files);
  const client = createClient({ token: 'none', baseUrl });
  const { outcomes, ledger } = await apply([effect], { client, locator, ledger: EMPTY_LEDGER, snapshot });
  return { asked, ledger, outcome: outcomes.get(effect.key) };
}

it.each([201, 204])('a merge answered %i has left nothing to bring over', async (status) => {
  const { asked, ledger, outcome } = await answered(MERGE, status);

  expect(asked).toEqual(['POST /repos/acme/daw/merges']);
  expect([outcome?.kind, ledger.merged]).toEqual(['applied', { head: 'f'.repeat(40) }]);
});

it('a merge that conflicts is not tried again at the same commit', async () => {
  const { ledger, outcome } = await answered(MERGE, 409, { message: 'Merge conflict' });

  expect(outcome?.kind).toBe('skipped');
  expect(ledger.merged).toEqual({
    head: 'f'.repeat(40),
    conflict: expect.stringContaining('Merge conflict'),
  });
});

it('a merge that GitHub stumbled over is left to the next pass', async () => {
  const { asked, ledger, outcome } = await answered(MERGE, 502, { message: 'Bad Gateway' });

  expect([outcome?.kind, asked.length, ledger.merged]).toEqual(['failed', 1, undefined]);
});

it('a branch that is there already is taken as made', async () => {
  const { ledger, outcome } = await answered(BRANCH, 422, { message: 'Reference already exists' });

  expect([outcome?.kind, ledger.createdBranches.has('agent-waves/daw'), ledger.refusedBranches.size]).toEqual([
    'skipped',
    true,
    0,
  ]);
});

it('a branch that a rule forbids is remembered with GitHub’s words', async () => {
  const { ledger, outcome } = await answered(BRANCH, 422, { message: 'Repository rule violations found' });

  expect(outcome?.kind).toBe('failed');
  expect(ledger.refusedBranches.get('agent-waves/daw')).toContain('Repository rule violations found');
});

it('a pull request that was opened is known by its number at once', async () => {
  const { ledger } = await answered(PULL, 201, { number: 31 });

  expect(ledger.openedPulls.get('agent-waves/daw-wave-1')).toEqual({ number: 31 });
});

it('a pull request that cannot be opened is not asked for again', async () => {
  const { ledger, outcome } = await answered(PULL, 422, { message: 'No commits between main and it' });

  expect(outcome?.kind).toBe('skipped');
  expect(ledger.openedPulls.get('agent-waves/daw-wave-1')).toEqual({
    refused: expect.stringContaining('No commits between'),
  });
});
