import { INSTALL_SCRIPTS, readNpmManifest } from '../../checks/npm-manifest.ts';
import type { Assignment } from '../../protocol/assignment.ts';

export interface NamingCommands {
  readonly rules: Pick<Assignment['rules'], 'checks' | 'install'>;
  /** The package.json at the root of the base; empty where there is none. */
  readonly manifest: string;
}

/**
 * @returns Paths that commands of the configured checks name, or those that install what the checks run: what such a
 *   command does stands in there.
 */
export function namedScripts({ rules, manifest }: NamingCommands): ReadonlySet<string> {
  const { compile = [], test = [], lint = [], integration } = rules.checks;
  const checks = [compile, test, lint, ...Object.values(integration)].flat().map(({ run }) => run);
  const { scripts } = readNpmManifest(manifest);
  const installs = INSTALL_SCRIPTS.map((name) => scripts[name]).filter((script) => typeof script === 'string');
  return new Set([...checks, ...installs, ...(rules.install ?? [])].flatMap(pathsIn));
}

/** Words that look like files, each by its path from the root. */
function pathsIn(command: string): readonly string[] {
  const words = command.split(/[\s"'`;|&()<>=]+/);
  return words.map((word) => word.replace(/^\.\//, '')).filter((word) => /^[\w@.][\w@./-]*\.\w+$/.test(word));
}
