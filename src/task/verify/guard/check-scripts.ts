import type { Assignment } from '../../protocol/assignment.ts';

/** @returns Paths that commands of the configured checks name: what such a check does stands in there. */
export function namedScripts(checks: Assignment['rules']['checks']): ReadonlySet<string> {
  const { compile = [], test = [], lint = [], integration } = checks;
  const commands = [compile, test, lint, ...Object.values(integration)].flat();
  return new Set(commands.flatMap(({ run }) => pathsIn(run)));
}

/** Words that look like files, each by its path from the root. */
function pathsIn(command: string): readonly string[] {
  const words = command.split(/[\s"'`;|&()<>=]+/);
  return words.map((word) => word.replace(/^\.\//, '')).filter((word) => /^[\w@.][\w@./-]*\.\w+$/.test(word));
}
