import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type AgentProgram = 'claude' | 'codex' | 'gemini' | 'copilot';

/** Programs of which agents/ has a lock file, with the package that each comes in. */
export const AGENT_PROGRAMS: Readonly<Record<AgentProgram, string>> = {
  claude: '@anthropic-ai/claude-code',
  codex: '@openai/codex',
  gemini: '@google/gemini-cli',
  copilot: '@github/copilot',
};

/** A copy of agents/ in which every lock file was installed; `.ci/run` makes one. */
const FOLDER = process.env.AGENT_PROGRAMS ?? '';

/**
 * @returns Path of the real program, or undefined, said aloud, where this machine has none.
 * @throws where it is another version than the one that people are told to install.
 */
export function findAgentProgram(name: AgentProgram): string | undefined {
  const [modules, pinned] = [join(FOLDER, name, 'node_modules'), pinnedVersion(name)];
  const program = join(modules, '.bin', name);
  if (FOLDER === '' || !existsSync(program)) {
    console.warn(`AGENT_PROGRAMS names no folder with ${name} ${pinned}: the tests with the real ${name} are SKIPPED`);
    return undefined;
  }
  const version = versionIn(join(modules, AGENT_PROGRAMS[name], 'package.json'));
  if (version !== pinned) throw new Error(`${program} is ${version}; agents/${name}/package.json says ${pinned}`);
  return program;
}

function pinnedVersion(name: AgentProgram): string {
  const manifest = JSON.parse(readFileSync(`agents/${name}/package.json`, 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return manifest.dependencies[AGENT_PROGRAMS[name]] ?? '';
}

function versionIn(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}
