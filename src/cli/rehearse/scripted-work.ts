import { dirname, relative } from 'node:path';

/** A task as the scripted agent reads it from the plan: nothing is checked, and no code of ours is imported. */
export interface PlannedTask {
  readonly id: string;
  readonly title: string;
  readonly estimate?: string | number;
  readonly dependencies?: readonly string[];
  readonly outputs?: readonly string[];
}

/** What the scripted agent makes of a task. */
export interface ScriptedWork {
  /** Path to content; the first is what a draft stands for. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** What it says of it. */
  readonly summary: string;
}

/**
 * A task that declares a TypeScript file gets a module and its test, each standing on those of its dependencies. Any other
 * gets notes where its outputs are to be: they land in a repository of whatever language, and break none of its checks.
 *
 * @param sound False: the module fails its own test; notes are left out.
 */
export function scriptedWork(
  task: PlannedTask,
  { known, sound }: { readonly known: ReadonlyMap<string, PlannedTask>; readonly sound: boolean },
): ScriptedWork {
  const code = codeOutputs(task);
  if (!code) {
    const paths = noteOutputs(task);
    const files = sound ? paths.map((path) => [path, noteText(task, path)] as const) : [];
    return { files, summary: `Wrote ${paths.join(', ')}, where a real agent does ${task.id}.` };
  }
  const { module, test } = code;
  return {
    files: [
      [module, moduleText(task, { path: module, known, sound })],
      [test, testText(task, { module, test })],
    ],
    summary: `Wrote ${module}, which exports what ${task.id} is and everything that it builds on, and a test of both.`,
  };
}

/** Where the draft of a task lies. */
export function draftPath(task: PlannedTask): string {
  return codeOutputs(task)?.module ?? noteOutputs(task)[0] ?? `${task.id}.md`;
}

interface CodeOutputs {
  readonly module: string;
  readonly test: string;
}

function codeOutputs(task: PlannedTask): CodeOutputs | undefined {
  const [module, test] = (task.outputs ?? []).filter((path) => !path.includes('*'));
  if (module === undefined || !module.endsWith('.ts')) return undefined;
  const folder = task.id.split('-', 1)[0]?.toLowerCase() ?? 'task';
  return { module, test: test ?? `test/${folder}/${task.id.toLowerCase()}.test.ts` };
}

function noteOutputs({ id, outputs = [] }: PlannedTask): readonly string[] {
  const name = id.toLowerCase();
  const paths = outputs.flatMap((output) => namedPath(output, name) ?? []);
  return paths.length > 0 ? [...new Set(paths)] : [`docs/rehearsal/${name}.md`];
}

/** A path that fits an output: `docs/**` is met by `docs/<name>.md`, `test/**\/*.py` by `test/<name>.py`. */
function namedPath(output: string, name: string): string | undefined {
  if (!output.includes('*')) return output.endsWith('/') ? `${output}${name}.md` : output;
  const [, folder = '', end] = /^([^*]*?)(?:\*\*\/)?\*{1,2}(\.[\w.]+)?$/.exec(output) ?? [];
  return folder === '' && end === undefined && output !== '**' ? undefined : `${folder}${name}${end ?? '.md'}`;
}

const PROSE = /\.(?:md|mdx|txt|rst|adoc)$/;
const HASH = /\.(?:py|rb|sh|ya?ml|toml|cfg|ini|mk|r|pl|ex|exs)$/;

function noteText({ id, title }: PlannedTask, path: string): string {
  const lines = [`${id}: ${title}`, 'Left by a rehearsal in place of the work of an agent.'];
  if (PROSE.test(path)) return `# ${lines.join('\n\n')}\n`;
  if (path.endsWith('.json')) return `${JSON.stringify({ note: lines.join('. ') }, null, 2)}\n`;
  return `${lines.map((line) => `${HASH.test(path) ? '#' : '//'} ${line}`).join('\n')}\n`;
}

interface ModuleInput {
  readonly path: string;
  readonly known: ReadonlyMap<string, PlannedTask>;
  readonly sound: boolean;
}

function moduleText(task: PlannedTask, { path, known, sound }: ModuleInput): string {
  const modules = [...(task.dependencies ?? [])].sort().flatMap((id) => {
    const dependency = known.get(id);
    const code = dependency && codeOutputs(dependency);
    return code ? [{ name: name(id), from: specifier(path, code.module) }] : [];
  });
  const imports = modules.map((each) => `import { lineage as ${each.name} } from '${each.from}';`);
  const inherited = modules.map((each) => `...${each.name}()`);
  const noted = (task.dependencies ?? []).filter((id) => !modules.some((each) => each.name === name(id)));
  const own = sound ? [...noted, task.id].map((id) => `'${id}'`) : [];
  return [
    ...imports,
    ...(imports.length > 0 ? [''] : []),
    `/** ${task.id} and every task that it builds on, each once. */`,
    'export function lineage(): readonly string[] {',
    `  return [...new Set<string>([${[...inherited, ...own].join(', ')}])];`,
    '}',
    '',
  ].join('\n');
}

function testText(task: PlannedTask, { module, test }: CodeOutputs): string {
  const expected = [...(task.dependencies ?? []), task.id];
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { lineage } from '${specifier(test, module)}';`,
    '',
    `test('${task.id} stands on what it depends on', () => {`,
    '  const found = lineage();',
    `  for (const id of [${expected.map((id) => `'${id}'`).join(', ')}]) assert.ok(found.includes(id), \`\${id} is missing\`);`,
    '});',
    '',
  ].join('\n');
}

function name(id: string): string {
  return `of_${id.replace(/[^A-Za-z0-9]/g, '_')}`;
}

function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
