import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Octokit } from '@octokit/rest';
import { Probot } from 'probot';
import { afterEach, describe, expect, it } from 'vitest';
import { newRepository } from '../../../../src/hosts/server/kept-repository.ts';
import { ServerOctokit } from '../../../../src/hosts/server/octokit.ts';
import { passOver } from '../../../../src/hosts/server/pass-over.ts';
import { LOCK_MS, PassTurn } from '../../../../src/hosts/server/replicas/pass-turn.ts';
import { NO_TELEMETRY } from '../../../../src/hosts/server/telemetry/telemetry.ts';
import { TIMINGS } from '../../../../src/state/timings.ts';
import { type GitHubScene, githubScene } from '../../../support/github-scene.ts';

let scene: GitHubScene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

/** A replica has read and decided, and writes once another one has made the same pass. @returns Titles of the issues then. */
async function afterALatePass(isHeld: boolean): Promise<readonly string[]> {
  const { town, close, github } = await githubScene({ plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] } });
  scene = { close } as GitHubScene;
  const { app, installationId } = town;
  const probot = new Probot({
    ...{ appId: app.id, privateKey: app.privateKey, secret: 'a secret of the test', baseUrl: github.apiUrl },
    ...{ logLevel: 'fatal', Octokit: ServerOctokit },
  });
  await probot.ready();
  const pass = (turn?: PassTurn) => {
    const kept = newRepository({ installation: installationId, locator: { owner: 'acme', repo: 'daw' } }, probot.log);
    const options = { probot, login: 'waves[bot]', timings: TIMINGS, period: 60_000, telemetry: NO_TELEMETRY, turn };
    return passOver(kept, options);
  };
  // Labels, before any issue.
  await pass();
  const hasDecided = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<boolean>();
  const prolong = () => {
    hasDecided.resolve();
    return answer.promise;
  };
  const late = pass(new PassTurn({ prolong }));
  await hasDecided.promise;
  await pass();
  answer.resolve(isHeld);
  await late;
  return github.issuesReport('acme/daw').map(({ title }) => title);
}

describe('a replica that is late with its pass', () => {
  it('writes nothing once it has lost its turn', async () => {
    expect(await afterALatePass(false)).toEqual(['Plan: DAW']);
  });

  it('would make the issues a second time if nobody asked for its turn', async () => {
    expect(await afterALatePass(true)).toEqual(['Plan: DAW', 'Plan: DAW']);
  });
});

describe('a turn', () => {
  /** What leaves for the network. */
  async function sending(turn: PassTurn, act: (client: Octokit) => Promise<unknown>): Promise<readonly string[]> {
    const sent: string[] = [];
    const server = createServer((request, response) => {
      sent.push(`${request.method} ${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new Octokit({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    turn.guard(client);
    try {
      await act(client).catch(() => undefined);
      return sent;
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const lost = () => new PassTurn({ prolong: async () => false });

  it.each<[string, (client: Octokit) => Promise<unknown>]>([
    ['a mutation', (client) => client.graphql('mutation { a }')],
    ['a POST', (client) => client.request('POST /repos/a/b/dispatches')],
    ['a PATCH', (client) => client.request('PATCH /repos/a/b/git/refs/x')],
    ['a DELETE', (client) => client.request('DELETE /repos/a/b/git/refs/x')],
  ])('that is lost lets %s not leave', async (_, act) => {
    expect(await sending(lost(), act)).toEqual([]);
    expect(await sending(new PassTurn({ prolong: async () => true }), act)).toHaveLength(1);
  });

  it.each<[string, (client: Octokit) => Promise<unknown>]>([
    ['a query', (client) => client.graphql('query { a }')],
    ['a GET', (client) => client.request('GET /repos/a/b')],
  ])('that is lost lets %s pass', async (_, act) => {
    expect(await sending(lost(), act)).toHaveLength(1);
  });

  it('is asked for again once it was silent for two thirds of its lock, and is lost for good then', async () => {
    let now = 0;
    const answers = [true, false, true];
    let asked = 0;
    const turn = new PassTurn({ now: () => now, prolong: async () => answers[asked++] ?? false });
    const write = (client: Octokit) => client.request('POST /a');

    expect(await sending(turn, write)).toHaveLength(1);
    now = (LOCK_MS * 2) / 3 - 1;
    expect(await sending(turn, write)).toHaveLength(1);
    expect(asked).toBe(1);
    now += 1;
    expect(await sending(turn, write)).toEqual([]);
    expect(await sending(turn, write)).toEqual([]);
    expect([asked, await turn.isSure(), turn.isLost]).toEqual([2, false, true]);
  });

  it('is not sure of itself where Redis fails to answer, and not lost either', async () => {
    let isAway = true;
    const turn = new PassTurn({ prolong: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(true)) });

    const [before, isLost] = [await turn.isSure(), turn.isLost];
    isAway = false;

    expect([before, isLost, await turn.isSure()]).toEqual([false, false, true]);
  });
});
