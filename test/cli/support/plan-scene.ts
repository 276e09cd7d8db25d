import type { Command } from 'commander';
import { type GitHubScene, githubScene, type SceneInput } from '../../support/github-scene.ts';
import { runCommand } from './run-command.ts';

/** Two waves: a chain of three tasks, and one that waits for nothing. */
export const PLAN = {
  id: 'daw',
  name: 'DAW',
  waves: [
    { number: 1, title: 'Ground' },
    { number: 2, title: 'Walls' },
  ],
  tasks: [
    { id: 'A', title: 'Dig', wave: 1, estimate: '1h' },
    { id: 'B', title: 'Pour', wave: 1, estimate: '30min', dependencies: ['A'] },
    { id: 'C', title: 'Fence', wave: 1, estimate: '1h' },
    { id: 'D', title: 'Brick', wave: 2, estimate: '2h', dependencies: ['B'] },
  ],
};

export const CONFIG = 'landing: push\nattempts: 1\nmax_parallel: 2\n';

export function planScene(input: Partial<SceneInput> = {}): Promise<GitHubScene> {
  return githubScene({ plan: PLAN, config: CONFIG, ...input });
}

/** A is done, B runs, C has used up its attempts, and D waits. */
export async function midway(scene: GitHubScene): Promise<void> {
  await scene.start();
  await scene.run('A').complete();
  await scene.settle();
  const run = scene.run('C');
  await run.claim();
  await run.report('verification');
  await run.end('success');
  scene.later(120_000);
  await scene.settle();
}

interface Asked {
  readonly args?: readonly string[];
  readonly token?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A command about the plan on the embedded GitHub, under the lead's token. */
export function onGitHub(
  scene: Pick<GitHubScene, 'town' | 'github'>,
  command: Command,
  { args = [], token, environment }: Asked = {},
) {
  return runCommand(command, {
    args: ['--repo', 'acme/daw', ...args],
    environment: {
      GITHUB_TOKEN: token ?? scene.town.lead.token,
      GITHUB_API_URL: scene.github.apiUrl,
      ...environment,
    },
  });
}

/** Without what is another in each test: times, the port, ids of runs. */
export function steady(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, 'github.test')
    .replace(/\d{4}-\d\d-\d\d/g, '2026-03-02')
    .replace(/\b\d\d:\d\d\b/g, '09:00');
}

/** Requests that change something. */
export function writes({ requests }: GitHubScene): readonly string[] {
  return requests
    .filter(({ method, route }) => method !== 'GET' && (!route.startsWith('graphql') || route.includes(':')))
    .map(({ method, route }) => `${method} ${route}`);
}
