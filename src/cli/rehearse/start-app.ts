import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { EmbeddedGitHub } from 'embedded-github';
import { readAppManifest } from './app-manifest.ts';
import { AppProcess } from './app-process.ts';

const APP_SLUG = 'agent-waves';

export interface AppPlace {
  readonly fullName: string;
  readonly out: string;
  readonly timeScale: number;
}

/** The app in a process of its own, installed on the repository. */
export async function startApp(github: EmbeddedGitHub, { fullName, out, timeScale }: AppPlace): Promise<AppProcess> {
  const manifest = await readAppManifest();
  const { id: appId, privateKey } = github.createApp({ slug: APP_SLUG, ...manifest });
  const secret = randomBytes(20).toString('hex');
  const credentials = { appId, privateKey, webhookSecret: secret, apiUrl: github.apiUrl, timeScale };
  const app = new AppProcess(credentials, join(out, 'app.log'));
  github.install(APP_SLUG, fullName);
  github.setWebhook(APP_SLUG, { url: await app.start(), secret });
  return app;
}
