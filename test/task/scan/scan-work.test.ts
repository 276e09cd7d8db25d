import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readChange } from '../../../src/task/git/workspace.ts';
import { refuseScanned } from '../../../src/task/scan/scan-work.ts';
import { type GitIn, openGit } from '../support/git.ts';

type Files = Readonly<Record<string, string | null>>;

let git: GitIn;
beforeEach(async () => {
  git = openGit(await mkdtemp(join(tmpdir(), 'agent-waves-scan-')));
  await git.run('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rm(git.folder, { recursive: true, force: true }));

async function commit(files: Files): Promise<string> {
  await git.write(files);
  await git.run('add', '--all', '--force');
  await git.run('commit', '--quiet', '--allow-empty', '-m', 'x');
  return git.run('rev-parse', 'HEAD');
}

/** What is found between the first and the last of several commits, as `file:line: message`. */
async function scan(
  commits: readonly [Files, ...Files[]],
  { allow = [], summary = '' }: { readonly allow?: readonly string[]; readonly summary?: string } = {},
): Promise<readonly string[]> {
  let [from, tree] = ['', ''];
  for (const files of commits) {
    tree = await commit(files);
    from ||= tree;
  }
  const after = await git.run('rev-parse', `${tree}^{tree}`);
  const repository = { gitDir: join(git.folder, '.git'), remote: '', token: '' };
  const change = await readChange(repository, { from, tree: after });
  const conclusion = await refuseScanned(repository, { ...change, rules: { scan: { allow } }, checks: [], summary });
  expect(JSON.stringify(conclusion ?? '')).not.toContain(RANDOM.slice(0, 12));
  return (conclusion?.findings ?? []).map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

/** Made here: what looks like a key in a file of ours would be found in it. */
const RANDOM = 'dJ0E9p5kQfLaG1B7m3hN'.repeat(8);
const TOKEN = `ghp_${RANDOM.slice(0, 36)}`;
const HEADER = `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----`;

describe('a secret is found', () => {
  test.each<[string, string]>([
    ['GitHub token', TOKEN],
    ['GitHub job token', `ghs_${RANDOM.slice(0, 36)}`],
    ['Anthropic key', `sk-ant-api03-${RANDOM.slice(0, 93)}AA`],
    ['Anthropic OAuth token', `sk-ant-oat01-${RANDOM.slice(0, 93)}AA`],
    ['OpenAI key', `sk-proj-${RANDOM.slice(0, 80)}`],
    ['Google key', `AIza${RANDOM.slice(0, 35)}`],
    ['AWS key id', `AKIA${'Z5GMNYQ3LDT7XVPB'}`],
    ['npm token', `npm_${RANDOM.slice(0, 36)}`],
    ['Stripe key', `sk_live_${RANDOM.slice(0, 24)}`],
    ['private key', `${HEADER}\n${RANDOM}\n`],
    ['JSON web token', `eyJ${RANDOM.slice(0, 30)}.eyJ${RANDOM.slice(0, 30)}.${RANDOM.slice(0, 40)}`],
    ['password of a database', `postgres://shop:${RANDOM.slice(0, 16)}@db.acme.io/shop`],
    ['value beside a name that says secret', `const apiKey = '${RANDOM.slice(0, 20)}';`],
    ['value in JSON', `{ "client_secret": "${RANDOM.slice(0, 32)}" }`],
  ])('%s', async (_, text) => {
    expect(await scan([{}, { 'src/a.txt': `one\ntwo\n${text}\n` }])).toEqual([
      expect.stringMatching(/^src\/a\.txt:3: looks like a secret: /),
    ]);
  });

  test.each<[string, Files, Files, string]>([
    ['in a file that looks binary', {}, { 'a.png': `\x89PNG\0\0\0\n${TOKEN}\0` }, 'a.png:2'],
    ['in UTF-16', {}, { 'a.txt': [...`key ${TOKEN}\n`].join('\0') }, 'a.txt:1'],
    [
      'in a file that attributes call binary',
      { '.gitattributes': '* -diff -text\n' },
      { 'a.txt': `${TOKEN}\n` },
      'a.txt:1',
    ],
    [
      'in a file that moved',
      { 'a.txt': 'a\nb\nc\nd\ne\nf\n' },
      { 'a.txt': null, 'b.txt': `a\nb\nc\n${TOKEN}\nd\ne\nf\n` },
      'b.txt:4',
    ],
    [
      'in a line that changed, after others',
      { 'a.txt': 'a\nb\nc\n' },
      { 'a.txt': `a\nx\nc\nkey=${TOKEN}\n` },
      'a.txt:4',
    ],
    ['in a line without an end', { 'a.txt': 'a' }, { 'a.txt': `a\n${TOKEN}` }, 'a.txt:2'],
    ['after lines that look like a patch', {}, { 'a.txt': `++ b/x\n@@ -0,0 +1,9 @@\n--- a\n${TOKEN}\n` }, 'a.txt:4'],
    ['in a name with signs', {}, { 'a "ü\t\n.txt': TOKEN }, 'a "ü\t\n.txt:1'],
    [
      'at the end of a line of two million signs',
      {},
      { 'a.min.js': `${'x;'.repeat(1_000_000)}${TOKEN}` },
      'a.min.js:1',
    ],
    ['across the border of what is read at once', {}, { 'a.js': `${'x'.repeat(1_048_576 - 20)} ${TOKEN}\n` }, 'a.js:1'],
    ['behind a million lines', {}, { 'a.txt': `${'a\n'.repeat(1_000_000)}${TOKEN}\n` }, 'a.txt:1000001'],
  ])('%s', async (_, before, after, place) => {
    expect(await scan([before, after])).toEqual([`${place}: looks like a secret: github token`]);
  });

  test('that comes by several commits, half by half', async () => {
    const [first, second] = [TOKEN.slice(0, 20), TOKEN.slice(20)];

    expect(await scan([{ 'a.txt': '' }, { 'a.txt': `${first}` }, { 'a.txt': `${first}${second}` }])).toHaveLength(1);
  });

  test('in what the agent says, and in the name of a file, which is not told', async () => {
    expect(await scan([{}, { [`${TOKEN}.txt`]: '' }], { summary: `I used ${TOKEN}.` })).toEqual([
      'undefined:undefined: what the agent says of its work looks like a secret: github token',
      'undefined:undefined: the name of a file looks like a secret: github token',
    ]);
  });
});

describe('what speaks to the runner of a workflow is found', () => {
  test.each([
    '::add-mask::a',
    '::set-env name=PATH::/tmp',
    'echo "::stop-commands::x"',
    '##[set-output name=a]b',
    '##[add-path]/tmp',
    '::Add-Mask::a',
    '##[SET-ENV name=PATH]/tmp',
    '::add-matcher owner=a:b::matcher.json',
    `::set-output name=${'a'.repeat(2_000)}::b`,
  ])('%s', async (line) => {
    expect(await scan([{}, { 'a.sh': `${line}\n` }])).toEqual([
      expect.stringMatching(/^a\.sh:1: speaks to the runner of a workflow: [a-z-]+$/),
    ]);
  });
});

test('and in what the agent says, which becomes the message of a commit', async () => {
  expect(await scan([{}, {}], { summary: 'Done.\n::add-path::/tmp\n' })).toEqual([
    'undefined:undefined: what the agent says of its work speaks to the runner of a workflow: add-path',
  ]);
});

describe('nothing is found', () => {
  test.each<[string, Files, Files]>([
    ['where a secret goes', { 'a.txt': `a\n${TOKEN}\n` }, { 'a.txt': 'a\n' }],
    ['where a file with one is deleted', { 'a.txt': TOKEN }, { 'a.txt': null }],
    ['where a file with one moves', { 'a.txt': `a\n${TOKEN}\n` }, { 'a.txt': null, 'b.txt': `a\n${TOKEN}\n` }],
    ['where a line beside one changes', { 'a.txt': `a\n${TOKEN}\nb\n` }, { 'a.txt': `x\n${TOKEN}\nb\n` }],
    [
      'in honest work',
      {},
      {
        'package-lock.json': `"integrity": "sha512-${RANDOM}=="\n`,
        'src/a.ts': "const token = readToken(); \nif (password === '') throw new Error('::error::');\n",
        '.env.example': 'ANTHROPIC_API_KEY=your-key-here-0123456789\nPASSWORD="change-me-please-now-1"\n',
        'compose.yml': 'DATABASE_URL: postgres://postgres:postgres@localhost:5432/app\n',
        'README.md': 'Clone https://user:pass@example.com/x, key AKIAIOSFODNN7EXAMPLE; std::echo::a, a::b::c\n',
      },
    ],
  ])('%s', async (_, before, after) => {
    expect(await scan([before, after])).toEqual([]);
  });

  test('in files that a person allows, and in no others', async () => {
    const files = { 'test/fixtures/key.pem': HEADER, 'src/key.pem': HEADER };

    expect(await scan([{}, files], { allow: ['test/fixtures/**'] })).toEqual([
      'src/key.pem:1: looks like a secret: private key',
    ]);
  });
});

describe('work that is made to be slow', () => {
  test('is more than is looked through, and says so', async () => {
    const large = 'a\n'.repeat(33_000_000);

    expect(await scan([{}, { 'large.txt': large }])).toEqual([
      'undefined:undefined: 66 MB of changed files are more than are looked through',
    ]);
    expect(await scan([{}, { 'large.txt': large.slice(2) }], { allow: ['large.txt'] })).toEqual([]);
  });

  test.each<[string, string]>([
    ['beginnings of keys', `-----BEGIN ${'PRIVATE'} KEY-----`],
    ['beginnings of heads', '-----BEGIN A A A A '],
    ['beginnings of web tokens', `eyJ${'a'.repeat(1_990)}.`],
    ['names without values', 'secret_token = "'],
    ['addresses without a host', 'postgres://a:b@'],
    ['commands without an end', '::add-mask '],
    ['tokens that go on', 'ghp_'],
    ['spaces', ' '],
    ['quotes', '"'],
  ])('is read in a time that grows with it: %s', async (_, text) => {
    const began = performance.now();

    await scan([{}, { 'a.txt': text.repeat(Math.ceil(4_000_000 / text.length)) }]);

    expect(performance.now() - began).toBeLessThan(8_000);
  });
});
