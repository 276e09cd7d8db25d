import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_SECRET } from '../../src/cli/rehearse/wire-model.ts';
import { say, write } from '../task/support/provider/script.ts';
import { type ScriptedProvider, startScriptedProvider } from '../task/support/provider/scripted-provider.ts';
import { STAND_IN } from './support/model.ts';
import { rehearsed, type Stage, type StageOptions } from './support/stage.ts';

/**
 * The first run of a plan where the app is not told of secrets, nor whom a protection lets push: the real app or the real
 * jobs, the real action and the real Claude Code adapter, with a stand-in program and a provider on loopback.
 */

let programs: string;
let provider: ScriptedProvider;
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'agent-waves-programs-'));
  await writeFile(join(programs, 'claude'), STAND_IN);
  await chmod(join(programs, 'claude'), 0o755);
  provider = await startScriptedProvider(({ answered, prompt }) => {
    const task = [...prompt.matchAll(/(?:Do|Go on with) task ([A-Z])\b/g)].at(-1)?.[1] ?? 'nothing';
    return answered > 0 ? say(`${task} is done.`) : write({ [`work/${task}.txt`]: `${task}\n` });
  });
});
afterAll(async () => {
  await provider.close();
  await rm(programs, { recursive: true });
});

const KEY = 'sk-ant-a-key-of-a-person-0123456789';
const TASKS: StageOptions['tasks'] = ['A', 'B', 'C'].map((id) => ({ id }));

function playing(changes: Partial<StageOptions>, scene: (stage: Stage) => Promise<void>) {
  const agent = {
    kind: 'model',
    run: 'claude',
    model: 'haiku',
    key: KEY,
    address: provider.url,
    folder: programs,
  } as const;
  return rehearsed({ tasks: TASKS, agent, ...changes }, scene);
}

const setKey = ({ session: { github, owner, repo } }: Stage, value: string) =>
  github.setSecret(`${owner}/${repo}`, { name: MODEL_SECRET, value });
const quiet = ({ session, eventually }: Stage) =>
  eventually('nothing more comes', async () => {
    if (session.github.runs().some(({ status }) => status !== 'completed')) return false;
    return session.isQuiet(2);
  });
const taskRuns = ({ session }: Stage) => session.github.runs().filter((run) => run.inputs.task !== undefined);
const said = (stage: Stage, words: string) => stage.comments('plan').find(({ body }) => body.includes(words))?.body;
const STOPPED = 'The first run stopped before its agent was started';

describe.each([
  ['with a server', {}],
  ['without a server', { withoutServer: true }],
])('%s', (_name, host) => {
  it('finds by one run that the secret is missing, pays nothing, and goes on once it is set', async () => {
    const before = provider.requests.length;
    await playing(host, async (stage) => {
      setKey(stage, '');
      await stage.session.start();

      const words = await stage.eventually('the plan issue says what is missing', () => said(stage, STOPPED));
      await quiet(stage);
      const stopped = { runs: taskRuns(stage).length, paid: provider.requests.length - before };
      setKey(stage, KEY);
      await stage.say('plan', '/retry');
      await stage.finished();

      expect(words).toContain(`Claude Code has no key: the secret \`${MODEL_SECRET}\` or `);
      expect(stopped).toEqual({ runs: 1, paid: 0 });
      const [first, second, ...others] = taskRuns(stage);
      expect([first?.inputs.task, second?.inputs.task]).toEqual(['A', 'A']);
      expect(others.map(({ inputs }) => inputs.task).sort()).toEqual(['B', 'C']);
      expect(stage.record('A')).toMatchObject({ attempt: 1, done: expect.anything() });
    });
  });

  it('sends the first one alone where all is well, and the others while it works', async () => {
    // Whether workflows may open pull requests is told to nobody; here they may.
    await rehearsed({ tasks: TASKS, changes: { landing: 'merge' }, ...host }, async (stage) => {
      await stage.closeDoor('A');
      await stage.session.start();

      await stage.atWork('B');
      await stage.atWork('C');
      const before = stage.record('A');
      await stage.openDoor('A');
      await stage.finished();

      const [first, ...others] = taskRuns(stage);
      expect(before.live).toMatchObject({ probe: true, sends: 1 });
      expect([first?.inputs.task, ...others.map(({ inputs }) => inputs.task).sort()]).toEqual(['A', 'B', 'C']);
      expect(await stage.log(first?.id ?? 0)).toContain('Nothing keeps work from landing');
      for (const { id } of others) expect(await stage.log(id)).not.toContain('Nothing keeps work from landing');
    });
  });
});

it('finds by one run that a protection lets the app push, and not its own token', async () => {
  const before = provider.requests.length;
  await playing({}, async (stage) => {
    const { github, owner, repo } = stage.session;
    github.protect(`${owner}/${repo}`, { branch: 'main', classic: true, pushers: ['agent-waves'] });
    await stage.session.start();

    const words = await stage.eventually('the plan issue says what is refused', () => said(stage, STOPPED));
    await quiet(stage);

    expect(words).toContain('`main` may be moved by those alone who bypass its rule');
    expect(words).toContain('Set `landing: review`');
    expect([taskRuns(stage).length, provider.requests.length - before]).toEqual([1, 0]);
  });
});
