import { type ChildProcess, fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRunner, type RequestEntry, type Runner, startGitHub } from 'embedded-github';
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts';
import { readAppManifest } from '../../src/cli/rehearse/app-manifest.ts';
import { createClient } from '../../src/github/octokit.ts';
import type { Answered, Burst } from './sender.ts';
import type { FromApp, ToApp } from './served-app.ts';

const APP = 'agent-waves';
const SECRET = 'the secret of this bench';
const REPOSITORY = { owner: 'acme', repo: 'large' } as const;
const FULL_NAME = `${REPOSITORY.owner}/${REPOSITORY.repo}`;
const CONFIG = [
  'landing: push',
  'isolation: none',
  'install: []',
  'checks: { compile: "true", test: "true" }',
  'agents: { general-purpose: { run: command, command: "true" } }',
].join('\n');

export type SizeScene = Awaited<ReturnType<typeof sizeScene>>;

/** A repository with this plan on the embedded GitHub, where runs never end, and the app in a process of its own. */
export async function sizeScene(plan: string) {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-size-'));
  const requests: (RequestEntry & { readonly at: number })[] = [];
  const github = await startGitHub({
    folder,
    runner: endlessRunner(),
    onRequest: (entry) => requests.push({ ...entry, at: performance.now() }),
  });
  const { token } = github.createUser({ login: 'lead' });
  await github.createRepository({ owner: REPOSITORY.owner, name: REPOSITORY.repo });
  github.addCollaborator({ repository: FULL_NAME, login: 'lead', permission: 'admin' });
  await github.commitFiles({
    repository: FULL_NAME,
    by: 'lead',
    message: 'Plan',
    files: {
      'docs/planning/tasks.json': plan,
      '.github/agent-waves.yml': `${CONFIG}\n`,
      '.github/workflows/agent-task.yml': await template(),
    },
  });
  const { id, privateKey } = github.createApp({ slug: APP, ...(await readAppManifest()) });
  const { installationId: installation } = github.install(APP, FULL_NAME);
  const app = fork(fileURLToPath(new URL('served-app.ts', import.meta.url)), {
    // What it prints is of no interest here.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      APP_ID: String(id),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: SECRET,
      GITHUB_API_URL: github.apiUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      NODE_NO_WARNINGS: '1',
    },
  });
  const { url } = await told(app, 'serving');
  const webhooks = `${url}/api/github/webhooks`;
  github.setWebhook(APP, { url: webhooks, secret: SECRET });
  const lead = createClient({ token, baseUrl: github.apiUrl });
  return {
    github,
    fullName: FULL_NAME,
    requests,
    burst: (sending: Sending) => burst(webhooks, { ...sending, installation }),
    bareBurst,
    label: (issue_number: number, name: string) =>
      lead.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
        ...REPOSITORY,
        issue_number,
        labels: [name],
      }),
    /** The most that the process of the app has taken so far, in bytes. */
    memory: () => {
      const answer = told(app, 'memory');
      app.send('memory' satisfies ToApp);
      return answer;
    },
    close: async () => {
      const gone = once(app, 'exit');
      app.send('stop' satisfies ToApp);
      const timer = setTimeout(() => app.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Sending = Pick<Burst, 'count' | 'connections'>;

/** Sends signed webhooks, of some ten kilobytes as GitHub's are. */
async function burst(
  url: string,
  { installation: id, ...sending }: Sending & { readonly installation: number },
): Promise<Answered> {
  const repository = { name: REPOSITORY.repo, full_name: FULL_NAME, owner: { login: REPOSITORY.owner } };
  const body = JSON.stringify({
    action: 'labeled',
    installation: { id },
    repository,
    sender: { login: 'lead' },
    issue: { number: 1, body: 'x'.repeat(10_000) },
  });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const sender = forked(new URL('sender.ts', import.meta.url));
  sender.send({ url, ...sending, body, signature } satisfies Burst);
  const [answered] = (await once(sender, 'message')) as [Answered];
  return answered;
}

/** The same to a server that does nothing. */
async function bareBurst(sending: Sending): Promise<Answered> {
  const server = forked(new URL('bare-server.ts', import.meta.url));
  const [url] = (await once(server, 'message')) as [string];
  try {
    return await burst(url, { ...sending, installation: 1 });
  } finally {
    server.disconnect();
  }
}

function forked(program: URL): ChildProcess {
  return fork(fileURLToPath(program), { env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' } });
}

function template(): Promise<string> {
  return readFile(new URL('../../templates/agent-task.yml', import.meta.url), 'utf8');
}

/** Reads workflows, and executes nothing. */
function endlessRunner(): Runner {
  const { prepare } = createRunner({ actions: { 'agent-waves/agent-waves': PACKAGE_ROOT }, tools: [] });
  return {
    prepare,
    start: (_, listener) => {
      const { promise: done, resolve } = Promise.withResolvers<void>();
      listener.started();
      const end = () => {
        listener.ended('cancelled');
        resolve();
      };
      return { cancel: end, kill: resolve, done };
    },
  };
}

async function told<Kind extends FromApp['kind']>(
  app: ChildProcess,
  kind: Kind,
): Promise<Extract<FromApp, { readonly kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the app ended'));
    app.once('exit', ended);
    const hear = (said: FromApp) => {
      if (said.kind !== kind) return;
      app.off('message', hear).off('exit', ended);
      resolve(said as Extract<FromApp, { readonly kind: Kind }>);
    };
    app.on('message', hear);
  });
}
