import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { ISOLATIONS, type Judged, type JudgedRun, prepareRun } from '../support/judged.ts';

let judged: Judged;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  await endIsolation(judged.machine.job);
  await judged.site.close();
});

const SOUND = 'grep -q sound src/a.txt';
const NPM = { 'package.json': JSON.stringify({ name: 'small', version: '1.0.0', scripts: { test: SOUND } }) };
const JUDGE = `#!/bin/sh\n${SOUND}\n`;
const PYTHON = { 'check.py': "import sys\nsys.exit('sound' not in open('src/a.txt').read())\n" };
const USER_SITE = 'site=$(python3 -m site --user-site) && mkdir -p "$site"';
const LEAVE = "'import os; os._exit(0)'";
const BIN = 'node_modules/.bin/judge';
const INSTALL_BIN = `mkdir -p node_modules/.bin && cp judge.sh ${BIN} && chmod +x ${BIN}`;

const HIDDEN_ATTRIBUTES = "printf '.gitignore\\n.gitattributes\\n' > src/.gitignore";

const POISONS: Readonly<Record<string, Omit<JudgedRun, 'isolation'>>> = {
  'script-shell in ~/.npmrc': {
    files: NPM,
    check: 'npm test --silent',
    agent: 'echo script-shell=true > ~/.npmrc',
  },
  'script-shell in a .npmrc that git ignores': {
    files: NPM,
    check: 'npm test --silent',
    agent: 'echo script-shell=true > .npmrc',
  },
  'a program in node_modules/.bin that was installed': {
    files: { 'judge.sh': JUDGE },
    install: INSTALL_BIN,
    check: BIN,
    agent: `printf '#!/bin/sh\\n' > ${BIN}`,
  },
  'a program in node_modules/.bin that nobody installed': {
    check: `if [ -x ${BIN} ]; then ${BIN}; else ${SOUND}; fi`,
    agent: `mkdir -p node_modules/.bin && printf '#!/bin/sh\\n' > ${BIN} && chmod +x ${BIN}`,
  },
  'a dependency whose code is another': {
    files: {
      'dependency.cjs': "module.exports = (text) => text.includes('sound');\n",
      'check.cjs': "process.exit(require('judge')(require('fs').readFileSync('src/a.txt', 'utf8')) ? 0 : 1);\n",
    },
    install: 'mkdir -p node_modules/judge && cp dependency.cjs node_modules/judge/index.js',
    check: 'node check.cjs',
    agent: 'echo "module.exports = () => true" > node_modules/judge/index.js',
  },
  'an environment in .venv that the workflow prepared': {
    prepared: { '.venv/bin/judge': JUDGE },
    check: '.venv/bin/judge',
    agent: "printf '#!/bin/sh\\n' > .venv/bin/judge",
  },
  'a program in dist that the workflow built': {
    prepared: { 'dist/judge.sh': JUDGE },
    check: 'bash dist/judge.sh',
    agent: 'rm -r dist && mkdir dist && echo true > dist/judge.sh',
  },
  'what a build left in target': {
    check: `cat target/verdict 2>/dev/null | grep -q passed || ${SOUND}`,
    agent: 'mkdir target && echo passed > target/verdict && chmod 500 target',
  },
  'a shell profile': {
    check: `bash -lc '${SOUND}'`,
    agent: 'echo "exit 0" > ~/.bash_profile; echo "exit 0" > ~/.bashrc; echo "exit 0" > ~/.profile',
  },
  'usercustomize.py': {
    files: PYTHON,
    check: 'python3 check.py',
    agent: `${USER_SITE} && echo ${LEAVE} > "$site/usercustomize.py"`,
  },
  'sitecustomize.py': {
    files: PYTHON,
    check: 'python3 check.py',
    agent: `${USER_SITE} && echo ${LEAVE} > "$site/sitecustomize.py"`,
  },
  'a .pth file': {
    files: PYTHON,
    check: 'python3 check.py',
    agent: `${USER_SITE} && echo ${LEAVE} > "$site/judge.pth"`,
  },
  'the configuration of pip': {
    check: `pip=$(cat ~/.config/pip/pip.conf 2>/dev/null); test -n "$pip" || ${SOUND}`,
    agent: 'mkdir -p ~/.config/pip && echo "[global]\nindex-url = http://127.0.0.1:9/" > ~/.config/pip/pip.conf',
  },
  'settings of Cargo, Go, Maven and Gradle': {
    check: `cat ~/.cargo/config.toml ~/.config/go/env ~/.m2/settings.xml ~/.gradle/init.gradle 2>/dev/null | grep -q evil || ${SOUND}`,
    agent:
      'mkdir -p ~/.cargo ~/.config/go ~/.m2 ~/.gradle && for f in ~/.cargo/config.toml ~/.config/go/env ~/.m2/settings.xml ~/.gradle/init.gradle; do echo evil > $f; done',
  },
  'a file in the temporary folder': {
    check: `grep -q passed "$TMPDIR/cache/verdict" 2>/dev/null || ${SOUND}`,
    agent: 'mkdir -p "$TMPDIR/cache" && echo passed > "$TMPDIR/cache/verdict"',
  },
  '~/.gitconfig': {
    check: 'test -z "$(git ls-files --others --exclude-standard -- junk)"',
    agent:
      'mkdir junk && echo x > junk/x && echo junk > ~/.look-away && git config --global core.excludesFile ~/.look-away',
  },
  '.git/info/exclude': {
    check: 'test -z "$(git ls-files --others --exclude-standard -- junk)"',
    agent: 'mkdir junk && echo x > junk/x && mkdir -p .git/info && echo junk > .git/info/exclude',
  },
  'an index that looks away': {
    check: 'git diff --quiet HEAD -- src/ground.txt',
    agent: 'echo sand > src/ground.txt && git update-index --assume-unchanged src/ground.txt',
  },
  'a history of its own': {
    check: 'git diff --quiet HEAD -- src/ground.txt',
    agent: 'echo sand > src/ground.txt && git -c user.name=x -c user.email=x commit -qam x',
  },
  'an alias and a hook in .git': {
    check: `git judge 2>/dev/null || git hook run judge 2>/dev/null || ${SOUND}`,
    agent:
      "git config alias.judge '!true' && mkdir -p .git/hooks && printf '#!/bin/sh\\n' > .git/hooks/judge && chmod +x .git/hooks/judge",
  },
  'a repository beside the code': {
    check: 'git -C src ls-files --error-unmatch a.txt',
    agent: 'git init -q ~/fake && echo "gitdir: $HOME/fake/.git" > src/.git && git -C src add a.txt',
  },
  'a repository around the code': {
    check: 'git -C src ls-files --error-unmatch a.txt',
    agent: 'git init -q src && git -C src add a.txt',
  },
  'a program in a folder of the checkout that PATH names': {
    files: { 'bin/judge': `#!/bin/sh\n${SOUND}\n` },
    tools: () => ['bin'],
    check: `judge || ${SOUND}`,
    agent: "printf '#!/bin/sh\\n' > bin/judge && chmod +x bin/judge",
  },
  'an ignored folder that nobody may remove': {
    check: `test -e .cache/deep/verdict || ${SOUND}`,
    agent: 'mkdir -p .cache/deep && echo passed > .cache/deep/verdict && chmod 500 .cache/deep .cache',
  },
  'folders in folders, deeper than any path is long': {
    check: `test -e .cache/verdict || ${SOUND}`,
    agent:
      'mkdir .cache && touch .cache/verdict && cd .cache && for i in $(seq 30); do mkdir "$LONG" && cd -P "$LONG"; done'.replaceAll(
        '$LONG',
        'd'.repeat(200),
      ),
  },
  'a file that is another once it is in git: .gitattributes that git ignores': {
    check: SOUND,
    agent: `${HIDDEN_ATTRIBUTES} && echo '* ident' > src/.gitattributes && echo '$Id: sound $' > src/a.txt`,
  },
  'a file of another encoding in git: .gitattributes that git ignores': {
    check: SOUND,
    agent: `${HIDDEN_ATTRIBUTES} && echo '* working-tree-encoding=UTF-7' > src/.gitattributes && echo '+soundA-' > src/a.txt`,
  },
  'a name that is no UTF-8': {
    check: `ls node_modules 2>/dev/null | grep -q . || ls .env* 2>/dev/null | grep -q . || ${SOUND}`,
    agent:
      "mkdir -p dist && touch \"dist/$(printf '\\377')\" && printf '.env*\\n' >> .gitignore && touch \".env$(printf '\\377')\"",
  },
};

describe.each(ISOLATIONS)('isolation %s, an agent that has poisoned', (isolation) => {
  test.each(Object.entries(POISONS))('%s is judged all the same', async (_, poison) => {
    judged = await prepareRun({ isolation, ...poison });

    await judged.machine.steps('claim', 'agent', 'verify');

    expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  });
});

test('a program that PATH finds in the checkout alone is not found, and the run says how to name it', async () => {
  let shown = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += text;
    return true;
  });
  judged = await prepareRun({
    isolation: 'none',
    prepared: { '.venv/bin/judge': '#!/bin/sh\n' },
    tools: (workspace) => [`${workspace}/.venv/bin`],
    check: 'judge',
    agent: 'true',
  });

  await judged.machine.steps('claim', 'agent', 'verify');

  expect(shown).toContain('PATH: `.venv/bin` left out, because an agent can write there; name programs by their path');
  expect(judged.machine.output('verify.conclusion')).toMatchObject({
    needs: 'person',
    cause: { kind: 'setup', fix: 'name it by its path in checks of .github/agent-waves.yml: `.venv/bin/judge`' },
  });
});

test('what PATH names by the whole path of the checkout is no program of a check', async () => {
  judged = await prepareRun({
    isolation: 'none',
    files: { 'bin/judge': `#!/bin/sh\n${SOUND}\n` },
    tools: (workspace) => [`${workspace}/bin`],
    check: `judge || ${SOUND}`,
    agent: "printf '#!/bin/sh\\n' > bin/judge && chmod +x bin/judge",
  });

  await judged.machine.steps('claim', 'agent', 'verify');

  expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
});

/** As on hosted runners: everybody may write to the packages of a tool. */
async function openTool(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'bin/judge'), '#!/bin/sh\n. "$(dirname "$0")/../lib/judge.sh"\n', { mode: 0o755 });
  await writeFile(join(folder, 'lib/judge.sh'), `${SOUND}\n`);
  await chmod(join(folder, 'lib'), 0o777);
  await chmod(join(folder, 'lib/judge.sh'), 0o666);
}

test.skipIf(ISOLATIONS.length === 1)(
  'a package of a tool that everybody may write to is none that the agent wrote',
  async () => {
    let tool = '';
    judged = await prepareRun({
      isolation: 'user',
      tools: (workspace) => {
        tool = join(workspace, '../../tool');
        return [join(tool, 'bin')];
      },
      check: 'judge',
      agent: 'lib=$(dirname "$(command -v judge)")/../lib; echo true > "$lib/judge.sh" || true',
    });
    await openTool(tool);
    vi.stubEnv('PATH', `${join(tool, 'bin')}:${process.env.PATH}`);

    await judged.machine.steps('claim', 'agent', 'verify');

    vi.unstubAllEnvs();
    expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  },
);

const ABOVE = ['conftest.py', '.npmrc', 'package.json', '.cargo/config.toml', 'node_modules/x/index.js', 'go.work'];

test.skipIf(ISOLATIONS.length === 1)(
  'what programs read above the checkout cannot be written by the agent',
  async () => {
    const above = ABOVE.map((path) => `../${path}`).join(' ');
    judged = await prepareRun({
      isolation: 'user',
      check: `for file in ${above}; do test ! -e "$file" || exit 0; done; ${SOUND}`,
      agent: `for file in ${above}; do mkdir -p "$(dirname "$file")" && echo evil > "$file" || true; done`,
    });

    await judged.machine.steps('claim', 'agent', 'verify');

    expect(judged.machine.output('verify.conclusion')?.failure?.what).toMatch(/^test failed/);
  },
);
