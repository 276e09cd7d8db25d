// Writes the JSON Schemas that editors use, from the zod schemas that the program uses. `--check` compares instead.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { configSchema } from '../src/plan/config-schema.ts';
import { planSchema } from '../src/plan/schema.ts';

const folder = new URL('../schemas/', import.meta.url);

const schemas = [
  { file: 'tasks.schema.json', title: 'Agent Waves plan', schema: planSchema },
  { file: 'config.schema.json', title: 'Agent Waves configuration', schema: configSchema },
];

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
mkdirSync(folder, { recursive: true });
const stale = schemas.filter((each) => current(each.file) !== rendered(each));
if (values.check && stale.length > 0) {
  const names = stale.map(({ file }) => `schemas/${file}`).join(' and ');
  console.error(`${names}: differs from the zod schemas in src/plan; run \`npm run schemas\` and commit the result`);
  process.exitCode = 1;
}
if (!values.check) {
  for (const each of stale) writeFileSync(new URL(each.file, folder), rendered(each));
}

function rendered({ title, schema }: (typeof schemas)[number]): string {
  // What people write, before defaults and transforms: input, not output.
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

function current(file: string): string | undefined {
  try {
    return readFileSync(new URL(file, folder), 'utf8');
  } catch {
    // Not written yet: as good as different.
    return undefined;
  }
}
