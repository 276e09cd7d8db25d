import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from '../src/cli/rehearse/report.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** Rehearses a folder as a user would, and reads what it says. @param out Where everything goes that it leaves. */
export async function rehearse(
  source: string,
  { out, flags = [] }: { readonly out: string; readonly flags?: readonly string[] },
): Promise<Report> {
  await promisify(execFile)(process.execPath, [MAIN, 'rehearse', source, '--out', out, ...flags], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as Report;
}

/**
 * Rehearses independent tasks in which the agent writes one line.
 * @param folder Empty; what the rehearsal leaves is in `out` of it.
 * @param checks As the configuration says it.
 */
export async function rehearseLines(
  folder: string,
  { tasks, slots, checks }: { readonly tasks: number; readonly slots: number; readonly checks: string },
): Promise<Report> {
  const source = join(folder, 'source');
  const listed = Array.from({ length: tasks }, (_, n) => ({ id: `T-${n + 1}`, title: `Task ${n + 1}`, estimate: 1 }));
  await writeFiles(source, {
    'docs/planning/tasks.json': JSON.stringify({ name: 'Independent tasks', tasks: listed }, null, 2),
    '.github/agent-waves.yml': ['landing: push', 'isolation: none', 'install: []', `checks: ${checks}`].join('\n'),
  });
  const flags = ['--max-parallel', String(slots), '--agent', 'echo done > "$AGENT_WAVES_TASK.txt"'];
  return rehearse(source, { out: join(folder, 'out'), flags });
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
}
