import { describe, expect, test } from 'vitest';
import type { Assignment } from '../../../../src/task/protocol/assignment.ts';
import type { ChangedText } from '../../../../src/task/verify/guard/check-settings.ts';
import { guardFindings } from '../../../../src/task/verify/guard/guard-findings.ts';

const CHECKS = {
  test: [{ run: 'bash tools/test.sh --all', paths: [] }],
  lint: [{ run: 'npm run style', paths: [] }],
  integration: {},
};

function findings(changes: readonly ChangedText[], named: { touches?: string[]; outputs?: string[] } = {}) {
  const assignment = {
    task: { title: 'Walls', outputs: [], touches: [], ...named },
    rules: { checks: CHECKS, install: ['bash tools/setup.sh'] },
  } as unknown as Assignment;
  const scripts = { prepare: 'node ./tools/prepare.mjs', test: 'A=1 node tools/run.mjs && node --test test/a.js' };
  const manifest = JSON.stringify({ scripts });
  return guardFindings(changes, { ...assignment, manifest }).map(({ file, message }) => `${file}: ${message}`);
}

function change(path: string, before: string | undefined, after: string | undefined): ChangedText {
  return { path, before, after };
}

const THREE = `import { test } from 'vitest';
test('one', () => {});
test('two', () => {});
describe('more', () => { it.concurrent('three', async () => {}); });
`;
const [FIRST = '', ...REST] = THREE.split('\n').slice(1);

describe('work that lets the checks look at less is found', () => {
  test.each<[string, ChangedText[], string]>([
    ['a test is gone', [change('a.test.ts', THREE, REST.join('\n'))], 'a.test.ts: 1 test fewer than before: 3, now 2'],
    [
      'a file of tests is gone',
      [change('a.test.ts', THREE, undefined)],
      'a.test.ts: 3 tests fewer than before: 3, now 0',
    ],
    ['a test is a comment', [change('a.test.ts', THREE, THREE.replace(/^test/m, '// test'))], '1 test fewer'],
    [
      'a file is a comment that begins within a line',
      [change('a.test.ts', THREE, `void 'a'; /*\n${THREE}*/`)],
      '3 tests fewer',
    ],
    [
      'Python tests become a text',
      [change('test_a.py', 'def test_a():\n  pass\n', '"""\ndef test_a():\n  pass\n"""\n')],
      '1 test fewer',
    ],
    [
      'tests move to where no runner finds them by name',
      [change('test/a.test.ts', THREE, undefined), change('test/a.ts', undefined, THREE)],
      'test/a.test.ts: 3 tests fewer',
    ],
    [
      'a Python file of tests is called as none is',
      [
        change('tests/test_a.py', 'def test_a(): pass', undefined),
        change('tests/a.py', undefined, 'def test_a(): pass'),
      ],
      'tests/test_a.py: 1 test fewer',
    ],
    [
      'a Go file of tests is called as those of another system are',
      [
        change('a_test.go', 'func TestA(t *testing.T) {}\n', undefined),
        change('a_windows_test.go', undefined, 'func TestA(t *testing.T) {}\n'),
      ],
      'a_test.go: 1 test fewer',
    ],
    [
      'a Go file of tests goes where go does not look',
      [
        change('a_test.go', 'func TestA(t *testing.T) {}\n', undefined),
        change('testdata/a_test.go', undefined, 'func TestA(t *testing.T) {}\n'),
      ],
      'a_test.go: 1 test fewer',
    ],
    [
      'a Rust module of tests is bound to a feature',
      [
        change(
          'src/lib.rs',
          '#[cfg(test)]\nmod tests { #[test]\nfn a() {} }',
          '#[cfg(all(test, feature = "x"))]\nmod tests { #[test]\nfn a() {} }',
        ),
      ],
      '1 more',
    ],
    [
      'a hook of pytest chooses the tests',
      [
        change(
          'tests/conftest.py',
          'import os\n',
          'import os\ndef pytest_collection_modifyitems(items): items.clear()\n',
        ),
      ],
      '1 more place',
    ],
    ['a file is a comment', [change('a.test.ts', THREE, `/*\n${THREE}*/`)], '3 tests fewer'],
    ['a test is skipped', [change('a.test.ts', THREE, THREE.replace('test(', 'test.skip('))], '1 more place where'],
    ['a suite is skipped', [change('a.test.ts', THREE, THREE.replace('describe(', 'describe.skip('))], '1 more place'],
    ['one test runs alone', [change('a.test.ts', THREE, THREE.replace('test(', 'test.only('))], '1 more place'],
    ['a condition skips', [change('a.test.ts', THREE, THREE.replace('test(', 'test.skipIf(true)('))], '1 more place'],
    [
      'an option skips',
      [change('a.test.mjs', FIRST, FIRST.replace("'one', ", "'one', { skip: true }, "))],
      '1 more place',
    ],
    [
      'a test is skipped, and a new one made',
      [change('a.test.ts', THREE, `${THREE.replace('test(', 'test.skip(')}test('four', () => {});\n`)],
      '1 more place',
    ],
    [
      'a table has fewer cases',
      [
        change(
          'a.test.ts',
          "test.each([[1, 2], ['a,]', 4], f(5, 6)])('%s', () => {});",
          "test.each([[1, 2]])('%s', () => {});",
        ),
      ],
      '2 tests fewer than before: 3, now 1',
    ],
    [
      'a Python test is gone',
      [change('tests/test_a.py', 'def test_a():\n  pass\n', 'def check_a():\n  pass\n')],
      '1 test fewer',
    ],
    [
      'a Python test is skipped',
      [change('test_a.py', 'def test_a(): pass', '@pytest.mark.skip\ndef test_a(): pass')],
      '1 more',
    ],
    [
      'a Go test is gone',
      [change('a_test.go', 'func TestA(t *testing.T) {}\n', 'func testA(t *testing.T) {}\n')],
      '1 test',
    ],
    ['a Rust test is ignored', [change('src/lib.rs', '#[test]\nfn a() {}', '#[test]\n#[ignore]\nfn a() {}')], '1 more'],
    ['a Java test is gone', [change('src/test/java/ATest.java', '@Test void a() {}', 'void a() {}')], '1 test fewer'],
    ['a test of another language is gone', [change('spec/wall_spec.rb', 'it', undefined)], '1 test fewer'],
    [
      'a script of a check is another',
      [change('package.json', '{"scripts":{"test":"vitest run"}}', '{"scripts":{"test":"true"}}')],
      'package.json: the script `test` is another',
    ],
    [
      'a script of a check is gone',
      [change('package.json', '{"scripts":{"lint":"x"}}', '{}')],
      'the script `lint` is gone',
    ],
    [
      'what a check runs is another',
      [change('tools/test.sh', 'run', 'exit 0')],
      'tools/test.sh: a check or its installation runs it, and it is another',
    ],
    [
      'a script that installs is another',
      [change('package.json', '{"scripts":{"postinstall":"x"}}', '{"scripts":{"postinstall":"y"}}')],
      'package.json: the script `postinstall` is another',
    ],
    [
      'what a command of `install` runs is another',
      [change('tools/setup.sh', 'run', 'exit 0')],
      'tools/setup.sh: a check or its installation runs it, and it is another',
    ],
    [
      'what `prepare` of package.json runs is gone',
      [change('tools/prepare.mjs', 'run', undefined)],
      'tools/prepare.mjs: a check or its installation runs it, and it is gone',
    ],
    [
      'what a check runs is gone',
      [change('tools/test.sh', 'run', undefined)],
      'a check or its installation runs it, and it is gone',
    ],
    [
      'settings of tests change',
      [change('web/vitest.config.ts', 'a', 'b')],
      'the configuration of the test runner is another',
    ],
    [
      'settings of lint are gone',
      [change('eslint.config.js', 'a', undefined)],
      'the configuration of the linter is gone',
    ],
    [
      'a linter looks away',
      [change('.eslintignore', 'dist\n', 'dist\nsrc\nlib\n')],
      '.eslintignore: 2 more exclusions',
    ],
    ['a linter learns to look away', [change('.eslintignore', undefined, 'src\n')], '1 more exclusion'],
    [
      'a file is left out',
      [change('src/a.ts', 'a', '// @ts-nocheck\na')],
      'src/a.ts: 1 comment by which a check leaves out',
    ],
    [
      'a section of settings is another',
      [
        change(
          'pyproject.toml',
          '[tool.pytest.ini_options]\naddopts = "-x"\n',
          '[tool.pytest.ini_options]\naddopts = "-k a"\n',
        ),
      ],
      'the section `[tool.pytest.ini_options]` is another',
    ],
    [
      'types are excluded',
      [change('tsconfig.json', '{"include":["src"]}', '{"include":["src"],"exclude":["src/a"]}')],
      '1 more exclusion',
    ],
    [
      'types are looser',
      [change('tsconfig.json', '{"compilerOptions":{"strict":true}}', '{"compilerOptions":{}}')],
      '1 strict option less',
    ],
    [
      'a target of make is another',
      [change('Makefile', 'test:\n\tpytest\n', 'test:\n\t@true\n')],
      'the target `test` is another',
    ],
    [
      'a script that a script of a check runs is another',
      [
        change(
          'package.json',
          '{"scripts":{"test":"npm run unit","unit":"run-s suite:*","suite:a":"vitest run"}}',
          '{"scripts":{"test":"npm run unit","unit":"run-s suite:*","suite:a":"true"}}',
        ),
      ],
      'package.json: the script `suite:a` is another',
    ],
    [
      'a script that a configured check runs is another',
      [change('package.json', '{"scripts":{"style":"biome lint"}}', '{"scripts":{"style":"true"}}')],
      'package.json: the script `style` is another',
    ],
    [
      'what a script of a check starts is another',
      [change('tools/run.mjs', 'run', '')],
      'tools/run.mjs: a check or its installation runs it, and it is another',
    ],
    [
      'the program of a check comes from elsewhere',
      [
        change(
          'package.json',
          '{"devDependencies":{"vitest":"^4.0.0"}}',
          '{"devDependencies":{"vitest":"file:tools/vitest"}}',
        ),
      ],
      'package.json: `vitest` comes from elsewhere',
    ],
    [
      'another program takes its name',
      [
        change(
          'package.json',
          '{"devDependencies":{"vitest":"^4.0.0"}}',
          '{"devDependencies":{"vitest":"npm:vitest-quiet@1"}}',
        ),
      ],
      'package.json: `vitest` comes from elsewhere',
    ],
    [
      'a workspace is none any more',
      [change('package.json', '{"workspaces":["a","b"]}', '{"workspaces":["a"]}')],
      'package.json: 1 part of the repository less',
    ],
    [
      'a workspace of pnpm is left out',
      [change('pnpm-workspace.yaml', 'packages:\n  - a/*\n', "packages:\n  - a/*\n  - '!a/b'\n")],
      'pnpm-workspace.yaml: 1 more part is left out',
    ],
    ['a module of Go is used no more', [change('go.work', 'use (\n\t./a\n\t./b\n)\n', 'use ./a\n')], '1 part'],
    [
      'a member of a Cargo workspace is none any more',
      [change('Cargo.toml', '[workspace]\nmembers = ["a", "b"]\n', '[workspace]\nmembers = ["a"]\n')],
      'Cargo.toml: 1 part of the repository less',
    ],
    [
      'Cargo looks for no tests',
      [change('Cargo.toml', '[package]\nname = "a"\n', '[package]\nname = "a"\nautotests = false\n')],
      'Cargo.toml: 1 more part is left out',
    ],
    [
      'a module of Maven is none any more',
      [change('pom.xml', '<module>a</module><module>b</module>', '<module>a</module>')],
      'pom.xml: 1 part of the repository less',
    ],
    [
      'settings of tests within those of a build are others',
      [change('vite.config.ts', 'a({ test: { dir: "test" } })', 'a({ test: { dir: "test", exclude: ["**/b/**"] } })')],
      'vite.config.ts: the settings under `test` are others',
    ],
    [
      'a target that a target needs is another',
      [change('Makefile', 'test: unit\nunit:\n\tpytest\n', 'test: unit\nunit:\n\t@true\n')],
      'Makefile: the target `unit` is another',
    ],
    [
      'a program of a target is another',
      [change('Makefile', 'RUN = pytest\ntest:\n\t$(RUN) -q\n', 'RUN = true\ntest:\n\t$(RUN) -q\n')],
      'Makefile: the target `RUN` is another',
    ],
    [
      'a build skips its tests',
      [change('pom.xml', '<a/>', '<skipTests>true</skipTests>')],
      '2 more places where tests',
    ],
  ])('where %s', (_, changes, expected) => {
    const found = findings(changes);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  test('names each file that lost tests, and how many are lost in all', () => {
    const found = findings([
      change('a.test.ts', THREE, FIRST),
      change('b.test.ts', THREE, undefined),
      change('c.test.ts', undefined, FIRST),
    ]);

    expect(found).toEqual([
      'a.test.ts: 2 tests fewer than before: 3, now 1; in all changed files 4 tests fewer',
      'b.test.ts: 3 tests fewer than before: 3, now 0; in all changed files 4 tests fewer',
    ]);
  });
});

describe('honest work is left alone', () => {
  test.each<[string, ChangedText[]]>([
    [
      'a file of tests is called otherwise',
      [change('a.test.ts', THREE, undefined), change('b.test.ts', undefined, THREE)],
    ],
    [
      'tests move to other files',
      [change('a.test.ts', THREE, FIRST), change('web/b.spec.ts', undefined, REST.join('\n'))],
    ],
    [
      'tests are written anew',
      [change('a.test.ts', THREE, THREE.replace(/\{\}/g, '{ expect(1).toBe(1); }').replace('one', 'eins'))],
    ],
    ['tests become a table', [change('a.test.ts', THREE, "test.each(['one', 'two', 'three'])('%s', () => {});")]],
    [
      'Python tests become a table',
      [
        change(
          'test_a.py',
          'def test_a(): pass\ndef test_b(): pass',
          '@pytest.mark.parametrize("x", [1, 2])\ndef test_x(x): pass',
        ),
      ],
    ],
    [
      'Go tests become a table',
      [change('a_test.go', 'func TestA(t) {\n}\nfunc TestB(t) {\n}', 'func TestAll(t) {\n\t{name: "b"},\n}')],
    ],
    ['a skipped test runs again', [change('a.test.ts', THREE.replace('test(', 'test.skip('), THREE)]],
    ['a new file has a test that is skipped', [change('n.test.ts', undefined, THREE.replace('test(', 'test.skip('))]],
    ['tests move to another language', [change('a.test.js', THREE, undefined), change('a.test.ts', undefined, THREE)]],
    ['code is removed', [change('src/a.ts', 'export const test = 1; regex.test(a); it(1)', undefined)]],
    ['a word in code is called test', [change('src/a.ts', 'pattern.test(a); pattern.test(b)', 'pattern.test(a)')]],
    ['a glob in a string looks like a comment', [change('a.test.ts', `const g = 'a/**/*.ts';\n${THREE}`, THREE)]],
    [
      'dependencies and new scripts come',
      [
        change(
          'package.json',
          '{"scripts":{"test":"a"}}',
          '{"scripts":{"test":"a","test:e2e":"b","dev":"c"},"dependencies":{"x":"1"}}',
        ),
      ],
    ],
    [
      'a script that is no check changes',
      [change('package.json', '{"scripts":{"dev":"a"}}', '{"scripts":{"dev":"b"}}')],
    ],
    [
      'package.json is formatted anew',
      [change('package.json', '{"scripts":{"test":"a"}}', '{\n  "scripts": { "test": "a" }\n}')],
    ],
    [
      'settings are made where there were none',
      [change('vitest.config.ts', undefined, 'a'), change('package.json', undefined, '{"scripts":{"test":"a"}}')],
    ],
    [
      'paths, targets and more folders are looked at',
      [
        change(
          'tsconfig.json',
          '{"include":["src"]}',
          '{"include":["src","test"],"compilerOptions":{"paths":{"@/*":["src/*"]},"strict":true}}',
        ),
      ],
    ],
    [
      'another section changes',
      [
        change(
          'pyproject.toml',
          '[project]\nversion = "1"\n[tool.ruff]\nline = 1\n',
          '[project]\nversion = "2"\n\n[tool.ruff]\nline = 1 \n',
        ),
      ],
    ],
    [
      'a target of make is added',
      [change('Makefile', 'test:\n\tpytest\n', 'run:\n\tpython -m a\n\ntest:\n\tpytest\n')],
    ],
    [
      'dependencies get newer, and a part of the repository is one',
      [
        change(
          'package.json',
          '{"dependencies":{"a":"^1.0.0","own":"workspace:*"},"workspaces":["x"]}',
          '{"dependencies":{"a":"^2.0.0","own":"workspace:^","more":"file:../more"},"workspaces":["x","y"]}',
        ),
      ],
    ],
    [
      'sources and versions of a build change',
      [
        change(
          'Makefile',
          'OBJ = a.o\nVERSION = 1\ntest: $(OBJ) app\n\t./app --test\napp.o: app.c\n\tcc app.c\n',
          'OBJ = a.o b.o\nVERSION = 2\ntest: $(OBJ) app\n\t./app --test\napp.o: app.c b.h\n\tcc app.c\n',
        ),
      ],
    ],
    ['what a script only names changes', [change('test/a.js', '1', '2'), change('src/index.mjs', '1', '2')]],
    [
      'a build is set up otherwise',
      [change('vite.config.ts', 'a({ base: "/", test: { a: 1 } })', 'a({ base: "/x", test: { a: 1 } })')],
    ],
    [
      'a string within a line looks like a comment',
      [change('a.test.ts', THREE, `const g = ['a/*', "b/*"];\n${THREE}`)],
    ],
    ['an exclusion is taken back', [change('.eslintignore', 'dist\nsrc\n', 'dist\n')]],
    ['one line is excused', [change('src/a.ts', 'a', '// eslint-disable-next-line no-console\na')]],
    ['generated code comes', [change('src/client.ts', undefined, '/* eslint-disable */\n// @ts-nocheck\n')]],
    ['git ignores more', [change('.gitignore', 'dist\n', 'dist\n.env\n')]],
    ['a fixture is gone', [change('test/fixtures/wall.json', '{}', undefined)]],
  ])('where %s', (_, changes) => {
    expect(findings(changes)).toEqual([]);
  });

  test.each(['touches', 'outputs'])('where the task names the file in its %s', (key) => {
    const changes = [
      change('a.test.ts', THREE, FIRST),
      change('vitest.config.ts', 'a', 'b'),
      change('tools/test.sh', 'a', 'b'),
    ];

    expect(findings(changes, { [key]: ['*.test.ts', 'vitest.config.ts', 'tools/**'] })).toEqual([]);
    expect(findings(changes, { [key]: ['src/**'] })).toHaveLength(3);
  });

  test('but tests in a file that it names do not excuse those that another file has lost', () => {
    const changes = [change('a.test.ts', THREE, undefined), change('own.test.ts', THREE, FIRST)];

    expect(findings(changes, { outputs: ['own.test.ts'] })).toEqual(['a.test.ts: 3 tests fewer than before: 3, now 0']);
  });
});

/** Files that name parts of a repository, or hold settings among others. */
const PARTS = ['Cargo.toml', 'pnpm-workspace.yaml', 'go.work', 'settings.gradle', 'vite.config.ts', 'conftest.py'];

test.each([
  ...['test<', 'test.', 'it.a', '/*\n', '\n', 'pytestmark=', '@pytest.mark.parametrize(', 'test.each([', '"include":['],
  ...[
    '# type: ',
    'test:',
    '{',
    '[tool.ruff',
    '`',
    '\\',
    'enabled =',
    '/* eslint-disable',
    '(',
    "'",
    'members = [',
    "'''",
  ],
])('a long file of %j alone is read in a moment', (part) => {
  const text = part.repeat(300_000 / part.length);
  const paths = ['a.test.ts', 'test_a.py', 'a_test.go', 'a.rs', 'ATest.java', 'tsconfig.json', 'package.json'];
  const began = performance.now();

  findings(
    [...paths, 'pyproject.toml', 'Makefile', 'pom.xml', 'vitest.config.ts', '.eslintignore', ...PARTS].flatMap(
      (path) => [change(path, text, `${text} `)],
    ),
  );

  // A second at most on a quick machine; what grows with the square takes hours.
  expect(performance.now() - began).toBeLessThan(20_000);
});
