import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askTimes } from '../../src/cli/import/ask-times.ts';
import { prompterOn } from '../../src/cli/init/prompter.ts';
import { importPlan } from '../../src/planning/import/import-plan.ts';

const TABLE = [
  '| ID | Title | Estimate |',
  '| - | - | - |',
  '| A-1 | One | 2 pts |',
  '| A-2 | Two | M |',
  '| A-3 | Three | 3 |',
].join('\n');

describe('somebody who is asked how long points and sizes are', () => {
  it('answers each word once, and what is skipped counts as one hour', async () => {
    const source = { path: 'plan.md', files: [{ file: 'plan.md', text: TABLE }] };
    const first = importPlan(source);
    if (!first.ok) throw new Error('the plan is imported either way');
    const { input, output, shown } = terminal(['2h', '', '1d']);
    const prompter = prompterOn({ input, output });

    const map = await askTimes(first.unmapped, prompter);
    prompter.close();
    const again = importPlan({ ...source, map });

    expect(shown()).toContain('How long is `pts`, which 1 task has as estimate?');
    expect(shown()).toContain('How long is a number without a unit, which 1 task has as estimate?');
    expect(again.ok && again.plan.tasks.map(({ minutes }) => minutes)).toEqual([240, 60, 3 * 480]);
    expect(again.ok && again.unmapped).toEqual([{ word: 'M', tasks: 1 }]);
  });
});

/** Answers each question, once it is asked. */
function terminal(answers: readonly string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  let given = 0;
  output.on('data', (chunk) => {
    text += String(chunk);
    const asked = (text.match(/\[skip\] /g) ?? []).length;
    while (given < asked && given < answers.length) input.write(`${answers[given++]}\n`);
  });
  return { input, output, shown: () => text };
}
