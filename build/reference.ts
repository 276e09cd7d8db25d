// Writes docs/reference from what the program itself is made of: schemas, definitions of the command line, tables of
// commands and labels, action.yml. `--check` compares instead. What lacks a description there is an error.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { actionsPage } from './reference/actions.ts';
import { commandLinePage } from './reference/command-line.ts';
import { configurationPage, planPage } from './reference/files.ts';
import { serverPage } from './reference/server.ts';
import { commandsPage, labelsPage } from './reference/steering.ts';

const folder = new URL('../docs/reference/', import.meta.url);
const NOTE = '<!-- Written by `npm run reference` from the code. Change the description there, not here. -->';

const pages = new Map([
  ['configuration.md', configurationPage()],
  ['plan.md', planPage()],
  ['commands.md', commandsPage()],
  ['labels.md', labelsPage()],
  ['command-line.md', await commandLinePage()],
  ['actions.md', actionsPage()],
  ['server.md', serverPage()],
]);

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
mkdirSync(folder, { recursive: true });
const stale = [...pages].filter(([file, text]) => current(file) !== written(text));
if (values.check && stale.length > 0) {
  const names = stale.map(([file]) => `docs/reference/${file}`).join(', ');
  console.error(`${names}: differs from the code; run \`npm run reference\` and commit the result`);
  process.exitCode = 1;
}
if (!values.check) for (const [file, text] of stale) writeFileSync(new URL(file, folder), written(text));

function written(text: string): string {
  return `${NOTE}\n\n${text}\n`;
}

function current(file: string): string | undefined {
  try {
    return readFileSync(new URL(file, folder), 'utf8');
  } catch {
    // Not written yet: as good as different.
    return undefined;
  }
}
