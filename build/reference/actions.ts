import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import * as z from 'zod';
import { closed, code, described, table } from './markdown.ts';

const action = z.object({
  description: z.string(),
  inputs: z.record(
    z.string(),
    z.object({
      description: z.string().optional(),
      required: z.boolean().default(false),
      default: z.unknown().optional(),
    }),
  ),
  outputs: z.record(z.string(), z.object({ description: z.string().optional() })).default({}),
});

const ROOT = new URL('../../', import.meta.url);

/** In the order in which a repository meets them. */
const ACTIONS = [
  { file: 'action.yml', uses: 'agent-waves/agent-waves' },
  { file: 'agents/action.yml', uses: 'agent-waves/agent-waves/agents' },
  { file: 'orchestrate/action.yml', uses: 'agent-waves/agent-waves/orchestrate' },
];

/** The page on the actions that workflows use. */
export function actionsPage(): string {
  return [
    '# Actions',
    'The inputs and outputs of the three actions of this repository. [The templates](../../templates) use them; `init` writes those into a repository.',
    ...ACTIONS.flatMap(({ file, uses }) => sectionOf(file, uses)),
  ].join('\n\n');
}

function sectionOf(file: string, uses: string): readonly string[] {
  const { description, inputs, outputs } = action.parse(load(readFileSync(new URL(file, ROOT), 'utf8')));
  const rows = Object.entries(inputs).map(([name, input]) => [
    code(name),
    input.required ? 'required' : defaultOf(input.default),
    closed(described(input.description, `the input ${name} of ${file}`)),
  ]);
  const results = Object.entries(outputs).map(([name, output]) => [
    code(name),
    closed(described(output.description, `the output ${name} of ${file}`)),
  ]);
  return [
    `## ${code(uses)}`,
    `${closed(description)} Defined in [${file}](../../${file}).`,
    table(['Input', 'Default', ''], rows),
    ...(results.length > 0 ? [table(['Output', ''], results)] : []),
  ];
}

function defaultOf(value: unknown): string {
  return value === undefined || value === '' ? '' : code(String(value));
}
