import { posix } from 'node:path';
import { changedManifest } from './check-manifest.ts';
import { fewerMembers } from './check-members.ts';
import { changedTargets, settled } from './check-targets.ts';
import { testBlock } from './test-block.ts';

/** One file as it was and as it would be; undefined where it is not there. */
export interface ChangedText {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Files that are nothing but the settings of checks: in a language of their own, or lists that cannot be weighed. */
const SETTINGS: readonly (readonly [tool: string, name: RegExp])[] = [
  ['the test runner', /^(?:vitest|jest|playwright|cypress|karma\.conf|wdio\.conf|ava)\.(?:config|workspace)\.\w+$/i],
  [
    'the test runner',
    /^(?:karma\.conf\.\w+|\.mocharc\.\w+|\.nycrc(?:\.\w+)?|\.c8rc(?:\.\w+)?|\.taprc|cypress\.json)$/i,
  ],
  [
    'the test runner',
    /^(?:\.?pytest\.ini|tox\.ini|noxfile\.py|\.coveragerc|nextest\.toml|junit-platform\.properties)$/i,
  ],
  [
    'the linter',
    /^(?:eslint\.config\.\w+|\.eslintrc(?:\.\w+)?|biome\.jsonc?|\.?oxlintrc\.json|\.stylelintrc(?:\.\w+)?)$/i,
  ],
  ['the linter', /^(?:\.?ruff\.toml|\.flake8|\.pylintrc|pylintrc|\.?clippy\.toml|\.golangci\.\w+|checkstyle\.xml)$/i],
  ['the type checker', /^(?:\.?mypy\.ini|pyrightconfig\.json)$/i],
];

/** Lists of what a check does not look at. */
const EXCLUSIONS =
  /^\.(?:eslint|prettier|stylelint|jshint|semgrep|trivy|gitleaks|flake8|biome|coverage|nyc|markdownlint)ignore$/i;

/** What a comment says of a whole file: no check looks at it any more. */
const WHOLE_FILE =
  /@ts-nocheck|\/\*\s*eslint-disable\s*(?:\*\/|--)|biome-ignore-all|#\s*(?:ruff|flake8):\s*noqa(?![:\w])|#\s*mypy:\s*ignore-errors|#\s*pylint:\s*skip-file|^[ \t]*#[ \t]*type:[ \t]*ignore[ \t]*$|\/\/nolint\s*$|#!\[allow\(|v8 ignore file|istanbul ignore file/gm;

export function toolOf(name: string): string | undefined {
  return SETTINGS.find(([, pattern]) => pattern.test(name))?.[0];
}

/**
 * @param called Words of the configured checks' commands.
 * @returns What makes the checks look at less, or at other things, in one line each, in files that were there before.
 */
export function changedSettings(changed: ChangedText, called: ReadonlySet<string>): readonly string[] {
  const { path, before, after } = changed;
  const name = posix.basename(path);
  if (EXCLUSIONS.test(name)) return widened(linesOf(before), linesOf(after));
  if (before === undefined) return [];
  const nocheck = counted(after, WHOLE_FILE) - counted(before, WHOLE_FILE);
  const comments = nocheck > 0 ? [`${times(nocheck, 'comment')} by which a check leaves out the whole file`] : [];
  const tool = toolOf(name);
  if (tool) return [`the configuration of ${tool} ${after === undefined ? 'is gone' : 'is another'}`, ...comments];
  if (isTsConfig(name)) return [...narrowedTypes(before, after), ...comments];
  const shared = SHARED.get(name) ?? (VITE.test(name) ? changedBlock : () => []);
  return [...fewerMembers(name, before, after ?? ''), ...shared(before, after ?? '', called), ...comments];
}

function widened(before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] {
  const more = [...after].filter((line) => !before.has(line)).length;
  return more > 0 ? [`${times(more, 'more exclusion')}`] : [];
}

function linesOf(text = ''): ReadonlySet<string> {
  const lines = text.split('\n').map((line) => line.trim());
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
}

/** Sections of a file that checks obey. */
export const CHECKED_SECTIONS: ReadonlyMap<string, RegExp> = new Map([
  ['pyproject.toml', /^\[+tool\.(?:pytest|coverage|ruff|mypy|pyright|pylint|flake8|tox|nox|hatch\.envs)\b/],
  ['setup.cfg', /^\[(?:tool:pytest|flake8|mypy\b|coverage|pylint|isort)/],
  ['Cargo.toml', /^\[+(?:workspace\.)?(?:lints\b|test\])/],
]);

type Comparison = (before: string, after: string, called: ReadonlySet<string>) => readonly string[];

/** Files that hold the settings of checks beside others. */
const SHARED: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['package.json', changedManifest],
  ...[...CHECKED_SECTIONS].map(([name, pattern]) => [name, sections(pattern)] as const),
  ['Makefile', changedTargets],
  ['makefile', changedTargets],
  ['GNUmakefile', changedTargets],
  ['pom.xml', skippedByBuild],
  ['build.gradle', skippedByBuild],
  ['build.gradle.kts', skippedByBuild],
  ['gradle.properties', skippedByBuild],
]);

/** Where Vitest looks for its settings, too, among those of a build. */
export const VITE = /^vite\.config\.\w+$/i;

function changedBlock(before: string, after: string): readonly string[] {
  const old = testBlock(before);
  return old === undefined || settled(old) === settled(testBlock(after) ?? '')
    ? []
    : ['the settings under `test` are others'];
}

/** Compares sections, each with all that stands in it. */
function sections(pattern: RegExp): Comparison {
  const read = (text: string) => new Map(partsOf(text, pattern).map((part) => [headingOf(part), settled(part)]));
  return (before, after) => {
    const now = read(after);
    return [...read(before)].flatMap(([heading, text]) =>
      now.get(heading) === text ? [] : [`the section \`${heading}\` ${now.has(heading) ? 'is another' : 'is gone'}`],
    );
  };
}

/** @returns The headings of those sections of a text that checks obey. */
export function headingsIn(text: string, pattern: RegExp): readonly string[] {
  return partsOf(text, pattern).map(headingOf);
}

function partsOf(text: string, pattern: RegExp): readonly string[] {
  return text.split(/^(?=\[)/m).filter((part) => pattern.test(part));
}

function headingOf(part: string): string {
  return (/^[^\n]*/.exec(part)?.[0] ?? '').trim();
}

function skippedByBuild(before: string, after: string): readonly string[] {
  const pattern = /skipTests|maven\.test\.skip|testFailureIgnore|ignoreFailures|\bexclude\b|enabled\s*=\s*false/g;
  const more = counted(after, pattern) - counted(before, pattern);
  return more > 0 ? [`${times(more, 'more place')} where tests are skipped, excluded or may fail`] : [];
}

function isTsConfig(name: string): boolean {
  return /^tsconfig(?:\.[\w.-]+)?\.json$/.test(name);
}

/** Of a type checker's settings those that let it look at less; paths and targets change with any honest task. */
function narrowedTypes(before: string, after: string | undefined): readonly string[] {
  if (after === undefined) return ['the configuration of the type checker is gone'];
  const list = (text: string, key: string) => listText(text, key).matchAll(/"([^"]*)"/g);
  const names = (text: string, key: string) => new Set([...list(text, key)].map(([, name = '']) => name));
  const gone = (key: string) => [...names(before, key)].filter((name) => !names(after, key).has(name)).length;
  const more = [...names(after, 'exclude')].filter((name) => !names(before, 'exclude').has(name)).length;
  const strict =
    /"(?:strict\w*|no(?:Implicit|Unused|Unchecked|Fallthrough|PropertyAccess)\w*|exactOptional\w*|checkJs)"\s*:\s*true/g;
  const loosened = counted(before, strict) - counted(after, strict);
  const fewer = gone('include') + gone('files');
  return [
    ...(fewer > 0 ? [`${times(fewer, 'path')} less under \`include\` or \`files\``] : []),
    ...(more > 0 ? [`${times(more, 'more exclusion')}`] : []),
    ...(loosened > 0 ? [`${times(loosened, 'strict option')} less`] : []),
  ];
}

function listText(text: string, key: string): string {
  const found = new RegExp(`"${key}"\\s*:\\s*\\[`).exec(text);
  if (!found) return '';
  const start = found.index + found[0].length;
  return text.slice(start, text.indexOf(']', start));
}

function counted(text: string | undefined, pattern: RegExp): number {
  return [...(text ?? '').matchAll(pattern)].length;
}

function times(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
