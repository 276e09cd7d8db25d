import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GUARDS } from '../support/guards.ts';
import { makeMutant } from '../support/mutant.ts';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = 'test/simulation/simulate-faults.ts';
const COPIED = ['test/simulation', 'packages', 'templates'];
/** What is not found by then is a hole in the simulation. */
const [seeds = '2000', seconds = '600', from = '1', only = ''] = process.argv.slice(2);

/** With a server, whose worlds are the quickest: the guards are those of every host. Worlds until a law is broken in a product with one guard less, and which law that is. */
async function find(bug: PlantedBug): Promise<string> {
  const args = ['--seeds', seeds, '--seconds', seconds, '--from', from, '--first', '--host', 'server'];
  if ('run' in bug) return foundIn(await run(ROOT, [...args, '--planted', bug.run]));
  const { folder, remove } = await makeMutant(GUARDS[bug.against], COPIED);
  try {
    return foundIn(await run(folder, args));
  } finally {
    await remove();
  }
}

function foundIn(output: string): string {
  const worlds = /^(\d+) worlds/m.exec(output)?.[1] ?? '?';
  const [, law, what] = /law (\d+) is broken: (.*)/.exec(output) ?? [];
  if (law !== undefined) return `found in ${worlds} worlds by law ${law}: ${what}`;
  const end = output.trim().split('\n').at(-1);
  return `NOT FOUND in ${worlds} worlds (${end})`;
}

function run(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, PROGRAM), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

for (const bug of PLANTED_BUGS.filter(({ against }) => against.includes(only))) {
  const where = 'run' in bug ? `task run: ${bug.run}` : GUARDS[bug.against].file;
  console.log(`law ${bug.law}, ${bug.against} (${where}): ${await find(bug)}`);
}
