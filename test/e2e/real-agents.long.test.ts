import { readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAgentProgram } from '../support/agent-programs.ts';
import { USED } from '../task/support/provider/script.ts';
import { type ScriptedProvider, startScriptedProvider } from '../task/support/provider/scripted-provider.ts';
import { agentWaves, type Ended, newFolder, readJson, removeFolder } from './support/command.ts';
import { doesItsTask, textOf } from './support/model.ts';
import { issuesOf, reportOf, tasksLanded } from './support/modes.ts';
import { git } from './support/world.ts';

/**
 * The small plan by the real command lines: rehearsed from issues to landed commits, through adapter, proxy and, where
 * this machine can make users, isolation. The model is a script on loopback.
 */

const KEY = 'sk-real-key-0123456789-0123456789';
const IS_ROOT = process.getuid?.() === 0;
if (!IS_ROOT) console.warn('this is not root: the real agents are rehearsed WITHOUT a user of their own');

interface Commented {
  readonly comments_list: readonly { readonly body: string }[];
}

/** Comments in which runs tell how they ended. */
async function results(out: string): Promise<readonly string[]> {
  const issues = await readJson<readonly Commented[]>(out, 'issues.json');
  return issues
    .flatMap((issue) => issue.comments_list.map(({ body }) => body))
    .filter((body) => body.includes('<!-- agent-waves:result'));
}

describe.each(['claude', 'codex', 'copilot'] as const)('the small plan by the real %s', (name) => {
  const program = findAgentProgram(name);
  describe.skipIf(program === undefined)('with a scripted model', () => {
    const seen = { out: '', ended: { code: null, stdout: '', stderr: '' } as Ended };
    let provider: ScriptedProvider;

    beforeAll(async () => {
      seen.out = await newFolder();
      provider = await startScriptedProvider(doesItsTask);
      const address = name === 'codex' ? `${provider.url}/v1` : provider.url;
      seen.ended = await agentWaves(
        [
          ...['rehearse', 'examples/small', '--out', seen.out, '--agent', name],
          ...['--key-from', 'KEY', '--url-from', 'ADDRESS', '--isolation', IS_ROOT ? 'user' : 'none'],
        ],
        { KEY, ADDRESS: address, PATH: [dirname(program ?? ''), process.env.PATH].join(delimiter) },
      );
    });
    afterAll(async () => {
      await provider.close();
      await removeFolder(seen.out);
    });

    it('lands every task in its first attempt, and closes its issue', async () => {
      expect(seen.ended, seen.ended.stdout + seen.ended.stderr).toMatchObject({ code: 0 });
      // Whatever failed says why, in its own words.
      expect((await results(seen.out)).filter((body) => !body.includes('"outcome": "completed"'))).toEqual([]);
      expect(await reportOf(seen)).toMatchObject({ tasks: { total: 4, completed: 4 }, attempts: 4, held: null });
      expect((await tasksLanded(seen)).sort()).toEqual(['A-001', 'A-002', 'A-003', 'A-004']);
      const states = (await issuesOf(seen)).map(({ state }) => state);
      expect(states).toEqual(states.map(() => 'closed'));
    });

    it('tells of each task what the proxy counted', async () => {
      // Claude Code counts its turns in a way of its own.
      const told = `[23] turns · [\\d.]+ s · ${2 * USED.input} tokens in, ${2 * USED.output} out`;

      expect(provider.requests).toHaveLength(8);
      for (const body of await results(seen.out)) expect(body).toMatch(new RegExp(told));
    });

    it('has the key on its way to the provider alone', async () => {
      const paths = await readdir(seen.out, { recursive: true });
      const objects = await git(join(seen.out, 'remote.git'), 'cat-file', '--batch-all-objects', '--batch');

      for (const { headers } of provider.asked) expect(JSON.stringify(headers)).toContain(KEY);
      expect(await textOf(seen.out, paths)).not.toContain(KEY);
      expect(objects).not.toContain(KEY);
      expect(`${seen.ended.stdout}${seen.ended.stderr}`).not.toContain(KEY);
    });
  });
});
