import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../src/cli/program.ts';
import { type Document, readDocument } from './support/markdown.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const FILES = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => existsSync(join(ROOT, file)));

/** What tests read as input or compare with says what it has to. */
const PAGES = FILES.filter((file) => file.endsWith('.md') && !/(^|\/)(cases|golden|fixtures)\//.test(file));

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const parsed = new Map<string, Document>();
function documentOf(page: string): Document {
  const known = parsed.get(page) ?? readDocument(read(page));
  parsed.set(page, known);
  return known;
}

describe('links', () => {
  it.each(PAGES)('of %s lead to files and headings that are there', (page) => {
    const broken = documentOf(page).links.filter(({ text }) => !/^[a-z]+:/.test(text) && !leadsSomewhere(page, text));

    expect(broken.map(({ text, line }) => `${page}:${line}: ${text}`)).toEqual([]);
  });

  it('are taken for broken where file or heading is not there', () => {
    expect(leadsSomewhere('docs/guides/init.md', '../../no-such-file')).toBe(false);
    expect(leadsSomewhere('docs/guides/init.md', 'security.md#no-such-heading')).toBe(false);
    expect(leadsSomewhere('docs/guides/init.md', '../../SECURITY.md#the-model-proxy')).toBe(true);
  });

  it('into this repository’s own documents are good in what the product says and in templates', () => {
    const sources = FILES.filter((file) =>
      /^(src|templates|build|orchestrate|agents)\/.*\.(ts|yml)$|^action\.yml$/.test(file),
    );
    const named = sources.flatMap((file) =>
      [...read(file).matchAll(/\bdocs\/(?:guides|reference|adr)\/[\w-]+\.md(?:#[\w-]+)?/g)].map(([link]) => ({
        file,
        link,
      })),
    );

    const own = sources.flatMap((file) =>
      [...read(file).matchAll(/github\.com\/agent-waves\/agent-waves(#[\w-]+)/g)].map(([, anchor = '']) => ({
        file,
        link: `README.md${anchor}`,
      })),
    );
    named.push(...own);

    expect(own).not.toEqual([]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ link }) => !leadsSomewhere('README.md', link))).toEqual([]);
  });
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = decodeURI(link).split('#');
  const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || !target.endsWith('.md') || documentOf(target).anchors.has(anchor);
}

describe('command lines', () => {
  const lines = PAGES.flatMap((page) => {
    const { codeLines, inlineCode } = documentOf(page);
    const said = inlineCode.map((each) => ({ ...each, inProse: true }));
    return [...codeLines.map((each) => ({ ...each, inProse: false })), ...said].flatMap(({ text, line, inProse }) =>
      commandsIn(text).map((command) => ({ page, line, command, inProse })),
    );
  });

  it('are found in the documents', () => {
    expect(lines.length).toBeGreaterThan(50);
  });

  it('name commands, options and scripts that there are', async () => {
    const broken: string[] = [];
    for (const { page, line, command, inProse } of lines) {
      const problem = await problemOf(command, scriptsBeside(page));
      // Prose names a command without what it is to be given.
      if (problem === undefined || (inProse && problem.includes('missing required argument'))) continue;
      broken.push(`${page}:${line}: ${command}: ${problem}`);
    }

    expect(broken).toEqual([]);
  });

  it.each([
    ['agent-waves frobnicate', 'unknown command'],
    ['npx agent-waves check --frobnicate', 'unknown option'],
    ['npx agent-waves check one two', 'too many arguments'],
    ['npx agent-waves rehearse --landing sideways', 'Allowed choices'],
    ['npm run frobnicate', 'no such script'],
    ['npm run rehearse -- --frobnicate', 'unknown option'],
  ])('%s would not pass', async (command, problem) => {
    expect(await problemOf(command, scriptsBeside('README.md'))).toContain(problem);
  });
});

/** A line of code may hold several, after a prompt and settings of the environment, before a comment or what is said of it. */
function commandsIn(line: string): readonly string[] {
  return line
    .trim()
    .replace(/\s#\s.*$|\s{2,}.*$/, '')
    .split(/&&|\|\|?|;/)
    .map((part) => part.trim().replace(/^(?:\$ )?(?:[A-Z_]+=\S+ )*/, ''))
    .filter((part) => /^(?:npx )?agent-waves\s+[\w-]|^npm run\s+[\w-]/.test(part) && !/[…<[]/.test(part));
}

type Scripts = Readonly<Record<string, string>>;

/** Of the nearest package: examples bring their own. */
function scriptsBeside(page: string): Scripts {
  const file = join(dirname(page), 'package.json');
  if (!existsSync(join(ROOT, file))) return scriptsBeside(dirname(page));
  return (JSON.parse(read(file)) as { readonly scripts?: Scripts }).scripts ?? {};
}

async function problemOf(line: string, scripts: Scripts): Promise<string | undefined> {
  const words = wordsOf(line);
  if (words[0] !== 'npm') return parseProblem(words.slice(words.indexOf('agent-waves') + 1));
  const [, , script = '', separator, ...rest] = words;
  if (scripts[script] === undefined) return 'no such script';
  return script === 'rehearse' && separator === '--' ? parseProblem(['rehearse', ...rest]) : undefined;
}

/** As a shell would divide it. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/['"]/g, ''));
}

/** @returns What the real command line says against it; nothing is run. */
async function parseProblem(words: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const program = await createProgram();
  for (const command of [program, ...program.commands]) quiet(command, said);
  try {
    await program.parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error && error.exitCode === 0) return undefined;
    return said.join('').trim() || String(error);
  }
}

function quiet(command: Command, said: string[]): void {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: (text) => said.push(text) });
  if (command.parent) command.action(() => {});
}
