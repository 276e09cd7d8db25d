import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainText } from '../../src/cli/terminal/plain-text.ts';
import { whyCommand } from '../../src/cli/why.ts';
import { agentWaves } from '../e2e/support/command.ts';
import type { GitHubScene } from '../support/github-scene.ts';
import { midway, onGitHub, planScene, writes } from './support/plan-scene.ts';

let scene: GitHubScene;
beforeEach(async () => {
  scene = await planScene();
});
afterEach(() => scene.close());

const why = (...args: readonly string[]) => onGitHub(scene, whyCommand(), { args });

describe('agent-waves why', () => {
  it('says what the comment /why is answered', async () => {
    await midway(scene);
    scene.requests.splice(0);
    const told: string[] = [];
    for (const id of ['B', 'C', 'D']) told.push((await why(id)).stdout.split('\n')[0] ?? '');
    expect(writes(scene)).toEqual([]);

    for (const id of ['B', 'C', 'D']) await scene.comment(id, '/why');
    await scene.settle();

    const answers = ['B', 'C', 'D'].map((id) => scene.comments(id).at(-1)?.body.split('\n\n')[1] ?? '');
    expect(told).toEqual(answers.map(plainText));
    expect(told[0]).toMatch(/^B is running on A1 since/);
  });

  it('knows a task in whatever case, or by the number of its issue, and prints JSON', async () => {
    await midway(scene);

    const told = await why('d', '--json');
    const numbered = await why(`#${scene.number('D')}`);

    expect(JSON.parse(told.stdout)).toMatchObject({ task: 'D', state: 'blocked', issue: scene.number('D') });
    expect(numbered).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^D is blocked: waits for B .*\nhttp\S+\n$/),
    });
  });

  it('names the nearest task, and exits with 1, where there is none of that id', async () => {
    await scene.close();
    scene = await planScene({
      plan: {
        name: 'P',
        tasks: [
          { id: 'CORE-001', title: 'x' },
          { id: 'DB-001', title: 'y' },
        ],
      },
    });
    await scene.settle();

    const near = await why('CORE-01');
    const far = await why('nothing');

    expect(near).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'The plan has no task CORE-01. Did you mean CORE-001?\n',
    });
    expect(far).toMatchObject({ code: 1, stderr: 'The plan has no task nothing; it has CORE-001, DB-001.\n' });
  });

  it('is a command of the program, which exits with 2 without a token', async () => {
    await scene.settle();
    const environment = { GITHUB_API_URL: scene.github.apiUrl };

    const told = await agentWaves(['why', 'A', '--repo', 'acme/daw'], {
      ...environment,
      GITHUB_TOKEN: scene.town.lead.token,
    });
    const tokenless = await agentWaves(['why', 'A', '--repo', 'acme/daw'], environment);

    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^A is held: wave 1 is not started/) });
    expect(tokenless).toMatchObject({ code: 2, stderr: expect.stringContaining('GITHUB_TOKEN is not set') });
  });
});
