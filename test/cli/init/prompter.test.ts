import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { prompterOn } from '../../../src/cli/init/prompter.ts';

const QUESTION = {
  text: 'Which way?',
  options: [
    ['left', 'to the sea'],
    ['right', 'to the hills'],
  ],
  fallback: 'left',
} as const;

/** A person who types these lines, each when the prompt for it stands there. */
function personWho(lines: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const typed = [...lines];
  output.on('data', (chunk) => {
    if (!/\] $/.test(String(chunk))) return;
    const line = typed.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  return prompterOn({ input, output });
}

describe('asking a person', () => {
  it.each([
    ['a name', 'right', 'right'],
    ['a number', '2', 'right'],
    ['nothing', '', 'left'],
  ])('takes %s', async (_, typed, expected) => {
    const prompter = personWho([typed]);

    expect(await prompter.choose(QUESTION)).toBe(expected);
    prompter.close();
  });

  it('asks again where the answer is none', async () => {
    const prompter = personWho(['3', 'up', 'right']);

    expect(await prompter.choose(QUESTION)).toBe('right');
    prompter.close();
  });

  it.each([
    ['y', true],
    ['YES', true],
    ['', false],
    ['sure', false],
  ])('takes %j for a yes: %s', async (typed, expected) => {
    const prompter = personWho([typed]);

    expect(await prompter.confirm('Write over it?')).toBe(expected);
    prompter.close();
  });

  it('ends with one sentence where the person leaves', async () => {
    const prompter = personWho([]);

    await expect(prompter.choose(QUESTION)).rejects.toThrow('nobody answers any more; nothing was written');
  });
});
