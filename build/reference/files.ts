import { configSchema } from '../../src/plan/config-schema.ts';
import { planSchema } from '../../src/plan/schema.ts';
import { CONFIG_PATHS } from '../../src/state/names.ts';
import { code, table } from './markdown.ts';
import { type Field, fieldsOf } from './schema-fields.ts';

/** The pages on the two files that people write. */

export function configurationPage(): string {
  return [
    '# Configuration',
    `Every key of ${CONFIG_PATHS.map(code).join(' or ')}. All are optional; an unknown one is refused, with the nearest that there is. Editors complete them by [config.schema.json](../../schemas/config.schema.json).`,
    table(['Key', 'Type', 'Default', ''], fieldsOf(configSchema).map(row)),
  ].join('\n\n');
}

export function planPage(): string {
  const fields = fieldsOf(planSchema);
  const claims = fields.filter(({ path }) => path.startsWith('claims'));
  const others = fields.filter((field) => !claims.includes(field));
  return [
    '# Plan',
    `Every field of the plan file, ${code(String(configSchema.parse({}).plan))} by default. Fields that it does not know stay as they are; one that is nearly a known one is refused. Editors complete them by [tasks.schema.json](../../schemas/tasks.schema.json).`,
    table(['Field', 'Type', 'Default', ''], others.map(row)),
    '## What its document says of itself',
    '`import` writes these, and `check` compares them with what the tasks say. Nothing runs by them.',
    table(['Field', 'Type', 'Default', ''], claims.map(row)),
  ].join('\n\n');
}

function row({ path, type, required, default: value, description }: Field): readonly string[] {
  return [code(path), type, required ? 'required' : shownValue(value), description];
}

function shownValue(value: unknown): string {
  if (value === undefined) return '';
  return code(typeof value === 'string' && value !== '' ? value : JSON.stringify(value));
}
