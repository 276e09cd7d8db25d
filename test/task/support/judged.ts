import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Machine, startMachine } from './machine.ts';
import { CONFIG, inputsFor, liveRecord, type Site, startSite, TOOLS } from './site.ts';

/** Only root makes users. */
export const ISOLATIONS = process.getuid?.() === 0 ? (['none', 'user'] as const) : (['none'] as const);
if (ISOLATIONS.length === 1) console.warn('this process is not root: the tests of a judge as another user are SKIPPED');

export interface JudgedRun {
  readonly isolation: (typeof ISOLATIONS)[number];
  /** Files of the base. */
  readonly files?: Readonly<Record<string, string>>;
  /** What a step of the workflow leaves in the checkout before the action: ignored, every one. */
  readonly prepared?: Readonly<Record<string, string>>;
  readonly install?: string;
  /** What the repository has says how it is installed. */
  readonly detectsInstall?: boolean;
  /** Programs of the machine, by name: no files of the repository. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly check: string;
  /** The agent. It always writes `rotten` to src/a.txt first. */
  readonly agent: string;
  /** Folders in front of those of programs. @param workspace The checkout. */
  readonly tools?: (workspace: string) => readonly string[];
}

export interface Judged {
  readonly site: Site;
  readonly issue: number;
  readonly machine: Machine;
  /** @returns The lines that something has written to `../../notes/<name>`, seen from the checkout. */
  readonly noted: (name: (typeof NOTES)[number]) => Promise<readonly string[]>;
}

const IGNORED = ['.npmrc', '.env', 'node_modules/', '.venv/', 'dist/', 'target/', '.cache/', '__pycache__/'];

/** Whoever runs in a test may write these. */
const NOTES = ['agents', 'checkers', 'installs', 'npmrc', 'seen'] as const;

/** A run before its first step, on a machine that a workflow has prepared. */
export async function prepareRun(run: JudgedRun): Promise<Judged> {
  const { isolation, files = {}, prepared = {}, install, detectsInstall, programs = {}, check, agent, tools } = run;
  const installs = detectsInstall ? '' : `\ninstall: ${JSON.stringify(install ? [install] : [])}`;
  const config = CONFIG.replace('isolation: none', `isolation: ${isolation}`)
    .replace('install: []', `guard: off\ncheck_tries: 1${installs}`)
    .replace('test: bash test.sh', `test: ${JSON.stringify(check)}`);
  const site = await startSite({
    files: {
      '.github/agent-waves.yml': config,
      '.gitignore': `${IGNORED.join('\n')}\n`,
      'agent.sh': `set -e\nmkdir -p src && echo rotten > src/a.txt\n${agent}\n`,
      ...files,
    },
  });
  const notes = join(site.folder, 'notes');
  await mkdir(notes);
  await chmod(site.folder, 0o711);
  for (const name of NOTES) {
    await writeFile(join(notes, name), '');
    await chmod(join(notes, name), 0o666);
  }
  const bin = join(site.folder, 'bin');
  await mkdir(bin);
  for (const [name, text] of Object.entries(programs))
    await writeFile(join(bin, name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, {
    inputs: inputsFor(issue),
    environment: (workspace) => ({ PATH: [...(tools?.(workspace) ?? []), bin, ...TOOLS].join(':') }),
  });
  for (const [path, text] of Object.entries(prepared)) {
    await mkdir(dirname(join(machine.workspace.folder, path)), { recursive: true });
    await writeFile(join(machine.workspace.folder, path), text, { mode: 0o755 });
  }
  return {
    site,
    issue,
    machine,
    noted: async (name) => lines(await readFile(join(notes, name), 'utf8')),
  };
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}
