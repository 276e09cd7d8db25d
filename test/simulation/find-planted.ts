import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GUARDS } from '../support/guards.ts';
import { makeMutant } from '../support/mutant.ts';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = 'test/simulation/planted-worlds.ts';
const COPIED = ['test/simulation', 'packages', 'templates'];
/** What is not found by then is a hole in the simulation. */
const [seeds = '2000', seconds = '600', from = '1', only = ''] = process.argv.slice(2);

/** With a server, whose worlds are the quickest: the guards are those of every host. Worlds until a law is broken in a product with one guard less, and which law that is. */
async function find(bug: PlantedBug): Promise<string> {
  const notes: string[] = [];
  for (let next = Number(from), left = Number(seeds); ; ) {
    const found = await findIn(bug, [String(next), String(left), seconds, bug.against]);
    const at = /at seed (\d+)/.exec(found)?.[1];
    if (at === undefined) return [found, ...notes].join('; ');
    const control = await run(ROOT, [at, '1', seconds, bug.against, 'control']);
    if (control.startsWith('NOT FOUND')) return [found, ...notes].join('; ');
    // What is found without the bug as well is no sign of it.
    notes.push(`WITHOUT THE BUG AS WELL, and not counted: ${control}`);
    left -= Number(at) + 1 - next;
    next = Number(at) + 1;
    if (left <= 0) return ['NOT FOUND', ...notes].join('; ');
  }
}

async function findIn(bug: PlantedBug, args: readonly string[]): Promise<string> {
  if ('run' in bug) return await run(ROOT, args);
  const { folder, remove } = await makeMutant(GUARDS[bug.against], COPIED);
  try {
    return await run(folder, args);
  } finally {
    await remove();
  }
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
    child.on('close', () => resolve(output.trim().split('\n').at(-1) ?? ''));
  });
}

for (const bug of PLANTED_BUGS.filter(({ against }) => against.includes(only))) {
  const where = 'run' in bug ? `task run: ${bug.run}` : GUARDS[bug.against].file;
  console.log(`law ${bug.law}, ${bug.against} (${where}): ${await find(bug)}`);
}
