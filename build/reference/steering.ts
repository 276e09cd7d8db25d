import { LABELS } from '../../src/decide/effects/create-issues.ts';
import { COMMANDS } from '../../src/state/command.ts';
import { waveLabel } from '../../src/state/names.ts';
import { COMMAND_TABLE } from '../../src/text/command-help.ts';
import { code, described, sentence, table } from './markdown.ts';

/** The pages on what people write and see on issues. */

export function commandsPage(): string {
  const missing = COMMANDS.filter((name) => !COMMAND_TABLE.some(({ names }) => names.includes(name)));
  if (missing.length > 0) throw new Error(`/${missing.join(', /')}: not in COMMAND_TABLE of src/text/command-help.ts`);
  return [
    '# Commands in comments',
    'Each is a line of a comment that begins with `/` and its name, by somebody who may write to the repository. How several go into one comment, and what counts when two contradict each other: [the guide](../guides/commands.md).',
    table(
      ['Comment', 'On', 'Does'],
      COMMAND_TABLE.map(({ written, on, does, more }) => [written, on, [sentence(does), more ?? ''].join(' ')]),
    ),
  ].join('\n\n');
}

export function labelsPage(): string {
  return [
    '# Labels',
    'The app creates them before the first issue of a plan. Two are for people to set; the others it sets and takes off itself.',
    table(
      ['Label', ''],
      [
        ...Object.entries(LABELS).map(([name, { description }]) => [
          code(name),
          sentence(described(description, `the label ${name}`)),
        ]),
        [code(waveLabel(3)), 'The wave of an issue; its description is the title of the wave.'],
      ],
    ),
  ].join('\n\n');
}
