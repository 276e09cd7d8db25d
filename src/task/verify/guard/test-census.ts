/**
 * How many tests a file declares, and how many of them it says are not to be run, as far as its text tells. It is read
 * before and after a change by the same eye, so that what it does not see it does not see twice.
 */
export interface TestCensus {
  readonly tests: number;
  /** Marks by which tests are skipped, or others left out because one runs alone. */
  readonly skips: number;
}

interface Language {
  readonly isTestFile: RegExp;
  /** Names by which runners take a file for one of tests, wherever it lies. Absent: whatever is one. */
  readonly isFound?: RegExp;
  /** Texts that are no code, wherever they stand. */
  readonly text?: RegExp;
  readonly lineComment: RegExp;
  readonly test: RegExp;
  readonly skip: RegExp;
  /** What stands before the list of a test's cases: each of them is a test. */
  readonly cases?: RegExp;
}

const JAVASCRIPT: Language = {
  isTestFile:
    /(?:[._-](?:test|tests|spec|e2e|cy)\.[cm]?[jt]sx?|(?:^|\/)(?:__tests__|tests?|spec|e2e)\/.*\.[cm]?[jt]sx?)$/i,
  isFound: /[._-](?:test|tests|spec|e2e|cy)\.[cm]?[jt]sx?$|(?:^|\/)__tests__\//i,
  lineComment: /^\s*\/\//,
  test: /(?<![\w.$])(?:it|test|fit|xit|xtest|specify|bench)(?:\.(?!(?:describe|use|step|extend|before|after|beforeEach|afterEach|beforeAll|afterAll|mock)\b)\w{1,40}){0,5}\s*(?:<[^>()]{0,200}>)?[(`]/g,
  skip: /(?<![\w$])(?:(?:it|test|describe|suite|context|specify)(?:\.\w{1,40}){0,5}\.(?:skip|skipIf|runIf|only|todo|fixme)\b|(?:xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*\(|(?:t|this|ctx|context)\.skip\s*\(|(?:skip|todo|only):\s*(?!false|undefined))/g,
  cases: /\.each\s*\(\s*\[/g,
};

const PYTHON: Language = {
  isTestFile: /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests?|conftest)\.py$|(?:^|\/)tests?\/.*\.py$/i,
  isFound: /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/,
  text: /("""|''')[\s\S]*?\1/g,
  lineComment: /^\s*#/,
  test: /^[ \t]*(?:async[ \t]+)?def[ \t]+test\w*[ \t]*\(/gm,
  skip: /@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.(?:skip|skipIf|skipUnless|expectedFailure))\b|\b(?:pytest\.(?:skip|xfail|importorskip)|self\.skipTest)\s*\(|pytestmark\s*=.{0,200}skip|collect_ignore|\bdef pytest_(?:ignore_collect|collection_modifyitems|collect_file|pycollect_makeitem|runtest_protocol|runtest_makereport)\b|__test__\s*=\s*False/g,
  cases: /@pytest\.mark\.parametrize\s*\([^[]{0,300}\[/g,
};

const GO: Language = {
  isTestFile: /_test\.go$/,
  // By its name such a file is of another system, or of none: go passes over it.
  isFound:
    /^(?!(?:.*\/)?(?:[_.]|testdata\/|vendor\/))(?!.*_(?:aix|android|darwin|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|wasm|windows|386|arm|arm64|loong64|mips\w*|ppc64\w*|riscv64|s390x)_test\.go$)/s,
  lineComment: /^\s*\/\/(?!go:build)/,
  // The rows of a table are tests like those that stand alone.
  test: /^func (?:Test|Fuzz|Example)\w*\(|^[ \t]*\{.*\},?$/gm,
  skip: /\.Skip(?:f|Now)?\(|^\/\/go:build\b/gm,
};

const RUST: Language = {
  isTestFile: /\.rs$/,
  lineComment: /^\s*\/\//,
  test: /#\[(?:\w+::)*(?:test|test_case|rstest|case)\b/g,
  skip: /#\[ignore\b|#\[cfg\(any\(\)\)\]|#!?\[cfg\(all\(test\s*,|#!\[cfg\((?!test\))/g,
};

const JVM: Language = {
  isTestFile:
    /(?:^|\/)src\/(?:test|it|integrationTest)\/.*\.(?:java|kt|groovy)$|(?:Tests?|IT|Spec)\.(?:java|kt|groovy)$/,
  isFound: /(?:^|\/)(?:Test[^/]*|[^/]*(?:Tests?|TestCase|IT|Spec))\.\w+$/,
  lineComment: /^\s*\/\//,
  test: /@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b/g,
  skip: /@(?:Disabled|Ignore|EnabledIf|DisabledIf|DisabledOn|EnabledOn)\w*/g,
};

const LANGUAGES: readonly Language[] = [JAVASCRIPT, PYTHON, GO, RUST, JVM];

/** Files that are called like tests, of languages that are not read here: each counts as one. */
const NAMED_LIKE_A_TEST = /(?:[._-](?:test|spec)\.\w+|(?:^|\/)(?:test|spec)[._-][^/]*\.\w+)$/i;

export function isTestFile(path: string): boolean {
  return LANGUAGES.some((language) => language.isTestFile.test(path)) || NAMED_LIKE_A_TEST.test(path);
}

/** True for a test file that runners find by its name: what is in another they may never look at. */
export function isFoundByName(path: string): boolean {
  const language = LANGUAGES.find(({ isTestFile }) => isTestFile.test(path));
  return language?.isFound?.test(path) ?? true;
}

/** @returns What a test file declares; nothing for a file that is not there. */
export function censusOf(path: string, text: string | undefined): TestCensus {
  if (text === undefined) return { tests: 0, skips: 0 };
  const language = LANGUAGES.find(({ isTestFile }) => isTestFile.test(path));
  if (!language) return { tests: NAMED_LIKE_A_TEST.test(path) ? 1 : 0, skips: 0 };
  const code = withoutComments(text, language);
  return { tests: count(code, language.test) + moreCases(code, language.cases), skips: count(code, language.skip) };
}

function withoutComments(text: string, { text: quoted, lineComment }: Language): string {
  return withoutBlocks(quoted ? text.replace(quoted, '') : text)
    .split('\n')
    .filter((line) => !lineComment.test(line))
    .join('\n');
}

/**
 * Without what stands between the signs of a comment, unless these are within a string of one line, as those of a glob
 * may be. By hand: a pattern would look to the end of the file for each block that nobody closes.
 */
function withoutBlocks(text: string): string {
  if (!text.includes('/*')) return text;
  const sign = /\n|\\.|["'`]|\/\*/g;
  let kept = '';
  let from = 0;
  let quote = '';
  for (let found = sign.exec(text); found; found = sign.exec(text)) {
    const [what] = found;
    if (what === '\n') quote = '';
    else if (what === '/*' && quote === '') {
      const end = text.indexOf('*/', sign.lastIndex);
      if (end < 0) break;
      kept += text.slice(from, found.index);
      from = end + 2;
      sign.lastIndex = from;
    } else if (what === quote) quote = '';
    else if (what.length === 1 && quote === '') quote = what;
  }
  return kept + text.slice(from);
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** Cases beyond the first of each list: the test that they belong to is counted already. */
function moreCases(code: string, cases: RegExp | undefined): number {
  if (!cases) return 0;
  return [...code.matchAll(cases)]
    .slice(0, MAX_LISTS)
    .map((found) => elementsOf(code, found.index + found[0].length))
    .reduce((sum, elements) => sum + Math.max(0, elements - 1), 0);
}

/** Lists of one file, and characters of one list. */
const MAX_LISTS = 500;
const MAX_LIST = 20_000;

/** @returns How many elements a list has whose opening bracket stands right before `start`. */
function elementsOf(code: string, start: number): number {
  let depth = 0;
  let elements = 0;
  let isEmpty = true;
  for (let at = start; at < code.length && at < start + MAX_LIST; at++) {
    const sign = code[at] ?? '';
    if (sign === '"' || sign === "'" || sign === '`') at = endOfText(code, at);
    else if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign) && depth-- === 0) break;
    if (sign === ',' && depth === 0) {
      elements += isEmpty ? 0 : 1;
      isEmpty = true;
    } else if (sign.trim() !== '') isEmpty = false;
  }
  return elements + (isEmpty ? 0 : 1);
}

function endOfText(code: string, start: number): number {
  for (let at = start + 1; at < code.length; at++) {
    if (code[at] === '\\') at++;
    else if (code[at] === code[start]) return at;
  }
  return code.length;
}
