import { INSTALL_SCRIPTS, readNpmManifest } from '../../checks/npm-manifest.ts';
import type { Assignment } from '../../protocol/assignment.ts';
import { isTestFile } from './test-census.ts';

export interface NamingCommands {
  readonly rules: Pick<Assignment['rules'], 'checks' | 'install'>;
  /** The package.json at the root of the base; empty where there is none. */
  readonly manifest: string;
}

/** Scripts of a package.json by which checks are found, or that run around them. */
const CHECK_SCRIPT =
  /^(?:pre|post)?(?:test|tests|spec|lint|eslint|compile|typecheck|type-check|check-types|types|tsc|build|check|verify|ci|install|prepare)(?:[:_-].*)?$/;

/**
 * @param called Words of the configured checks' commands.
 * @returns Names of the scripts that checks run: those by whose names they are found, those that a command names, and
 *   whatever these name in their turn.
 */
export function checkingScripts(
  scripts: Readonly<Record<string, unknown>>,
  called: ReadonlySet<string>,
): ReadonlySet<string> {
  const known = Object.keys(scripts);
  const names = new Set(known.filter((name) => CHECK_SCRIPT.test(name) || called.has(name)));
  for (const name of names) {
    const words = wordsOf(String(scripts[name]));
    // `run-p unit:*` and its kin.
    const groups = [...words].flatMap((word) => (/^[\w-]+[:*]/.test(word) ? [word.replace(/\*+$/, '')] : []));
    for (const each of known) {
      const isNamed = words.has(each) || groups.some((group) => group.endsWith(':') && each.startsWith(group));
      if (isNamed || each === `pre${name}` || each === `post${name}`) names.add(each);
    }
  }
  return names;
}

/** @returns Words of the commands of all configured checks. */
export function calledWords({ checks }: Pick<Assignment['rules'], 'checks'>): ReadonlySet<string> {
  return new Set(commandsOf(checks).flatMap((command) => [...wordsOf(command)]));
}

function wordsOf(command: string): ReadonlySet<string> {
  return new Set(command.split(/[\s"'`;|&()<>=]+/));
}

function commandsOf({ compile = [], test = [], lint = [], integration }: Assignment['rules']['checks']) {
  return [compile, test, lint, ...Object.values(integration)].flat().map(({ run }) => run);
}

/**
 * @returns Paths that commands of the configured checks name, or those that install what the checks run: what such a
 *   command does stands in there.
 */
export function namedScripts({ rules, manifest }: NamingCommands): ReadonlySet<string> {
  const { scripts } = readNpmManifest(manifest);
  const textOf = (name: string) => (typeof scripts[name] === 'string' ? [scripts[name]] : []);
  const whole = [...commandsOf(rules.checks), ...INSTALL_SCRIPTS.flatMap(textOf), ...(rules.install ?? [])];
  const started = [...checkingScripts(scripts, calledWords(rules))].flatMap(textOf).flatMap(startedBy);
  return new Set([...whole.flatMap(pathsIn), ...started]);
}

/**
 * Of a script of a check the files that it starts: others that it names may be the code and the tests themselves, which
 * every task changes.
 */
function startedBy(script: string): readonly string[] {
  const commands = script.split(/&&|\|\||[;|&\n]/);
  const starts = commands.map((command) => START.exec(command.trim())?.[1]?.replace(/^\.\//, ''));
  return starts.filter(
    (path) => path !== undefined && !isTestFile(path) && !/(?:^|\/)tests?\.\w+$/.test(path),
  ) as string[];
}

const START =
  /^(?:\w+=\S*\s+)*(?:(?:bash|sh|zsh|node|tsx|ts-node|bun|python3?|ruby|perl)\s+)?([\w@./-]{1,300}\.(?:sh|bash|py|rb|pl|[cm]?[jt]s))(?=\s|$)/;

/** Words that look like files, each by its path from the root. */
function pathsIn(command: string): readonly string[] {
  return [...wordsOf(command)]
    .map((word) => word.replace(/^\.\//, ''))
    .filter((word) => /^[\w@.][\w@./-]*\.\w+$/.test(word));
}
