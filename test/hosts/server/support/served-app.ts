import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Probot } from 'probot';
import type { Town } from '../../../../packages/embedded-github/test/support/town.ts';
import { createApp } from '../../../../src/hosts/server/app.ts';
import { ServerOctokit } from '../../../../src/hosts/server/octokit.ts';

const SECRET = 'a secret of the test';

export interface ServedApp {
  readonly close: () => Promise<void>;
}

/** The app of a town with its own periods, which hears GitHub's webhooks, signed and sent. */
export async function serveApp(town: Town, options: Parameters<typeof createApp>[0]): Promise<ServedApp> {
  const probot = new Probot({
    appId: town.app.id,
    privateKey: town.app.privateKey,
    secret: SECRET,
    baseUrl: town.github.apiUrl,
    logLevel: 'fatal',
    Octokit: ServerOctokit,
  });
  await probot.ready();
  const webhooks = await probot.getNodeMiddleware({ path: '/hooks' });
  const server = createServer((request, response) => void webhooks(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  town.github.setWebhook('waves', { url: `http://127.0.0.1:${port}/hooks`, secret: SECRET });
  const app = createApp(options);
  await probot.load(app.load);
  return {
    close: async () => {
      await app.stop();
      await new Promise((closed) => server.close(closed));
    },
  };
}
