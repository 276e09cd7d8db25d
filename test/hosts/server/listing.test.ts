import { setTimeout as wait } from 'node:timers/promises';
import { Probot } from 'probot';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTown, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { installedRepositories } from '../../../src/hosts/server/installations.ts';
import { ServerOctokit } from '../../../src/hosts/server/octokit.ts';
import { allowOwners } from '../../../src/hosts/server/owners.ts';
import { reachGitHub } from '../../../src/hosts/server/start-problem.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let town: Town;
beforeEach(async () => {
  town = await startTown({ files: {} });
});
afterEach(() => town.close());

/** GitHub tells of one more installation, which it then does not let the app into. */
const withLostInstallation = ServerOctokit.plugin((octokit) =>
  octokit.hook.after('request', (answer: { data: unknown }, { url }: { readonly url: string }) => {
    if (!/\/app\/installations(?:\?|$)/.test(url) || !Array.isArray(answer.data)) return;
    answer.data = [{ id: 999_999, suspended_at: null }, ...answer.data];
  }),
);

it('an installation that cannot be listed keeps no other away, and is told as such', async () => {
  const { id: appId, privateKey } = town.app;
  const probot = new Probot({
    ...{ appId, privateKey, secret: 'a secret of the test', logLevel: 'fatal', baseUrl: town.github.apiUrl },
    Octokit: withLostInstallation,
  });
  await probot.ready();
  const told = vi.spyOn(probot.log, 'error').mockImplementation(() => undefined);

  const { repositories, isWhole } = await installedRepositories(
    probot,
    allowOwners(undefined, () => undefined),
  );

  expect([repositories.map(({ locator }) => locator.repo), isWhole]).toEqual([['daw'], false]);
  expect(told.mock.calls[0]?.[1]).toBe('GET /installation/repositories: installation 999999 cannot be listed');
});

it('a GitHub that fails at the start is asked again, and then taken as it is', async () => {
  const said: string[] = [];
  let asked = 0;
  const answer = await reachGitHub(
    async () => {
      if (asked++ < 2) throw Object.assign(new Error('bad gateway'), { status: 502, response: {} });
      return 'here';
    },
    { baseUrl: undefined, appId: '1', sleep: () => wait(0), say: (what) => said.push(what) },
  );

  expect([answer, asked]).toEqual(['here', 3]);
  expect(said[0]).toBe('GitHub cannot be asked at https://api.github.com (bad gateway); asked again in 1 s');
});
