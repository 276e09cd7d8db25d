import { relative } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts';
import { createProgram } from '../../src/cli/program.ts';
import { closed, code, described, sentence, table } from './markdown.ts';

/** The page on the command line, from the definitions by which it is parsed. */
export async function commandLinePage(): Promise<string> {
  const program = await createProgram();
  return [
    '# Command line',
    `${sentence(program.description())} \`npx agent-waves <command>\`, or \`node lib/cli/main.js <command>\` in a clone after \`npm ci\`. It ends with 0 when all is well, with 1 when it found problems, with 2 when it was used wrongly.`,
    table(['Option', ''], optionRows(program)),
    ...program.commands.flatMap(sectionOf),
  ].join('\n\n');
}

function sectionOf(command: Command): readonly string[] {
  const name = command.name();
  const usage = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const given = command.registeredArguments.map((argument) => [
    code(argument.name()),
    shownDefault(argument),
    closed(withChoices(described(argument.description, `the argument ${argument.name()} of ${name}`), argument)),
  ]);
  const options = optionRows(command);
  return [
    `## ${code(name)}`,
    sentence(described(command.description(), `the command ${name}`)),
    code(`agent-waves ${[name, ...(options.length > 0 ? ['[options]'] : []), ...usage].join(' ')}`),
    ...(given.length > 0 ? [table(['Argument', 'Default', ''], given)] : []),
    ...(options.length > 0 ? [table(['Option', 'Default', ''], optionRows(command))] : []),
  ];
}

function optionRows(command: Command): readonly (readonly string[])[] {
  const whose = command.parent ? command.name() : '';
  return command.options.map((option) => {
    const text = closed(withChoices(described(option.description, `the option ${option.flags} of ${whose}`), option));
    return whose === '' ? [code(option.flags), text] : [code(option.flags), shownDefault(option), text];
  });
}

function withChoices(text: string, { argChoices }: Option | Argument): string {
  return argChoices === undefined ? text : `${closed(text)} One of ${argChoices.map(code).join(', ')}`;
}

/** A file of this package is told from its root: where it lies is another matter on every machine. */
function shownDefault({ defaultValue: value, defaultValueDescription }: Option | Argument): string {
  if (defaultValueDescription !== undefined) return code(defaultValueDescription);
  if (value === undefined || typeof value === 'boolean' || (Array.isArray(value) && value.length === 0)) return '';
  const text = String(value);
  return code(text.startsWith(PACKAGE_ROOT) ? relative(PACKAGE_ROOT, text) : text);
}
