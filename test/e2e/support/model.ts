import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRequest, Script } from '../../task/support/provider/script.ts';
import { say, write } from '../../task/support/provider/script.ts';

/** A model that does the tasks of examples/small: it writes the files that each asks for, and is done. */
export const doesItsTask: Script = ({ answered, prompt }) => {
  const task = taskIn({ prompt });
  return answered > 0 ? say(`${task} is done.`) : write(filesOf(task));
};

/** The task that an agent was last asked to do. */
function taskIn({ prompt }: Pick<ModelRequest, 'prompt'>): string {
  const task = [...prompt.matchAll(/(?:Do|Go on with) task ([A-Z]-\d{3})/g)].at(-1)?.[1];
  if (task === undefined) throw new Error(`no task is asked for: ${prompt.slice(-500)}`);
  return task;
}

function filesOf(task: string): Readonly<Record<string, string>> {
  const name = task.toLowerCase();
  return {
    [`src/a/${name}.ts`]: `/** What ${task} is called. */\nexport const NAME = '${task}';\n`,
    [`test/a/${name}.test.ts`]: [
      "import assert from 'node:assert/strict';",
      "import { test } from 'node:test';",
      `import { NAME } from '../../src/a/${name}.ts';`,
      '',
      `test('${task} has its name', () => {`,
      `  assert.equal(NAME, '${task}');`,
      '});',
      '',
    ].join('\n'),
  };
}

/** A program that speaks as Claude Code does and uses one tool, for machines that have no other. */
export const STAND_IN = `#!${process.execPath}
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const print = (message) => console.log(JSON.stringify(message));
(async () => {
  const messages = [{ role: 'user', content: [{ type: 'text', text: readFileSync(0, 'utf8') }] }];
  print({ type: 'system', subtype: 'init', session_id: 'stand-in' });
  for (;;) {
    const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': process.env.ANTHROPIC_API_KEY },
      body: JSON.stringify({ model: 'm', messages, tools: [{ name: 'Write' }] }),
    });
    const message = await answer.json();
    print({ type: 'assistant', message });
    const uses = message.content.filter(({ type }) => type === 'tool_use');
    if (uses.length === 0) return print({ type: 'result', subtype: 'success', result: message.content[0].text });
    for (const { input } of uses) {
      mkdirSync(dirname(input.file_path), { recursive: true });
      writeFileSync(input.file_path, input.content);
    }
    messages.push(message, { role: 'user', content: uses.map(({ id }) => ({ type: 'tool_result', tool_use_id: id })) });
  }
})();
`;

/** Everything that a rehearsal left in its folder, as one text: objects of git are unpacked elsewhere. */
export async function textOf(folder: string, paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'latin1').catch(() => '')));
  return texts.join('\n');
}
