import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONFIG_PATH } from '../../src/state/names.ts';
import { json, startUpstream, type Upstream } from '../task/support/upstream.ts';
import { rehearsed } from './support/stage.ts';

/** A plan whose budget is reached: adapter, proxy, workflow and app are real; the model and its program are scripted. */

/** What each answer of the model costs: 20 tokens in and 500 out, at a dollar for a thousand. */
const ANSWER_USD = 0.52;
const USED = { model: 'm', usage: { input_tokens: 20, output_tokens: 500 } };
const LIMIT = 4;

/** How many answers each task needs: one line of its file for each. */
const NEEDS = { 'A-001': 3, 'B-001': 6, 'C-001': 3 };

/** A program that speaks as Claude Code does, tells no cost, and goes on where its file ends. */
const PROGRAM = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, readFileSync } = require('node:fs');
const print = (message) => console.log(JSON.stringify(message));
const task = /(?:Do|Go on with) task ([A-Z]-\\d{3})/.exec(readFileSync(0, 'utf8'))[1];
const file = 'work/' + task + '.txt';
const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\\n').length - 1 : 0);
(async () => {
  print({ type: 'system', subtype: 'init', session_id: 'scripted' });
  mkdirSync('work', { recursive: true });
  while (lines() < ${JSON.stringify(NEEDS)}[task]) {
    const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': process.env.ANTHROPIC_API_KEY },
      body: JSON.stringify({ model: 'm', max_tokens: 1000, messages: [] }),
    });
    if (answer.ok) appendFileSync(file, task + ' ' + lines() + '\\n');
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  print({ type: 'assistant', message: { id: 'one', content: [{ type: 'text', text: 'Done.' }] } });
  print({ type: 'result', subtype: 'success', result: task + ' is done.' });
})();
`;

let programs: string;
let model: Upstream;

beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'agent-waves-programs-'));
  await writeFile(join(programs, 'claude'), PROGRAM);
  await chmod(join(programs, 'claude'), 0o755);
  model = await startUpstream(json(USED));
});
afterAll(async () => {
  await model.close();
  await rm(programs, { recursive: true, force: true });
});

it('a plan whose budget is reached stops at or under it, asks once, and goes on when it is raised', () =>
  rehearsed(
    {
      tasks: [{ id: 'A-001' }, { id: 'B-001', needs: ['A-001'] }, { id: 'C-001', needs: ['B-001'] }],
      maxParallel: 1,
      agent: {
        ...{ kind: 'model', run: 'claude', model: undefined, key: 'sk-ant-nobodys-0123456789', folder: programs },
        address: model.url,
      },
      changes: {
        budget: { plan: { usd: LIMIT } },
        prices: { '*': { input: 1_000, output: 1_000, cache_write: 1_000 } },
      },
    },
    async ({ session, eventually, comments, issue, record, read, write, finished, rest, log, runsOf }) => {
      await session.start();
      await eventually('people are asked', () =>
        comments('plan').some(({ body }) => body.includes('Raise it, or stop?')),
      );
      await rest();

      const spent = model.asked.length * ANSWER_USD;
      expect(spent).toBeLessThanOrEqual(LIMIT);
      expect(issue('A-001').state).toBe('closed');
      const slices = record('B-001').history;
      expect(slices[0]).toMatchObject({ outcome: 'continued', cause: { kind: 'cap-reached' } });
      const told = [record('A-001'), record('B-001')].flatMap(({ history }) =>
        history.map(({ account }) => account?.usd ?? 0),
      );
      expect(told.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(spent, 6);
      expect(record('B-001').live).toBeUndefined();
      expect(await read('PROGRESS.md')).toMatch(/out of budget: too little is left of \$4\.00 for the plan/i);
      expect(await read('PROGRESS.md')).toMatch(/\*\*Spending:\*\* \$\d\.\d\d spent of \$4\.00/);
      expect(await log(runsOf('B-001')[0]?.id ?? 0)).toContain('that the budget has reserved for it');

      await write(CONFIG_PATH, (await read(CONFIG_PATH)).replace(`usd: ${LIMIT}`, 'usd: 30'));
      await finished();

      expect(model.asked).toHaveLength(Object.values(NEEDS).reduce((sum, each) => sum + each, 0));
      const said = comments('plan').map(({ body }) => body);
      expect(said.filter((body) => body.includes('Raise it, or stop?'))).toHaveLength(1);
    },
  ));
