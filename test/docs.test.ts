import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The part of a page below a heading, up to the next one of the same or a higher rank. */
function section(page: string, heading: string): string {
  const lines = read(page).split('\n');
  const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line.startsWith('#'));
  if (start < 0) throw new Error(`${page} has no heading "${heading}"`);
  const rank = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const length = lines.slice(start + 1).findIndex((line) => new RegExp(`^#{1,${rank}} `).test(line));
  return lines.slice(start, length < 0 ? undefined : start + 1 + length).join('\n');
}

describe('docs/glossary.md', () => {
  const entries = [...read('docs/glossary.md').matchAll(/^\| \*\*(.+?)\*\* \| (.+?) \| (.+?) \|$/gm)].map(
    ({ 1: term = '', 2: meaning = '', 3: place = '' }) => ({ term, meaning, place }),
  );

  it('is in alphabetical order, each word once', () => {
    const terms = entries.map(({ term }) => term.toLowerCase());

    expect(entries.length).toBeGreaterThan(40);
    expect(terms).toEqual([...new Set(terms)].sort());
  });

  it('names the file where each concept lives', () => {
    expect(entries.filter(({ place }) => !/\]\(/.test(place)).map(({ term }) => term)).toEqual([]);
  });
});

describe('docs/laws.md', () => {
  const numbers = [...read('docs/laws.md').matchAll(/^## (\d+)\. /gm)].map(({ 1: number }) => Number(number));

  it('numbers its laws, and says of each which test holds it', () => {
    const parts = read('docs/laws.md').split(/^## /m).slice(1);

    expect(numbers).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
    for (const part of parts) expect(part, part.split('\n', 1)[0]).toMatch(/^Held by .*\]\(\.\.\/test\//m);
  });
});

describe('the three paths of docs/architecture.md', () => {
  const paths = section('docs/architecture.md', 'Three hops from the page')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes(']('))
    .map((line) => [...line.matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map(({ 1: file = '' }) => file));

  it('begin at src/reconcile.ts, and every hop is an import of the file before', () => {
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      expect(path[0]).toBe('src/reconcile.ts');
      expect(path.length - 1, path.join(' → ')).toBeLessThanOrEqual(3);
      for (const [index, file] of path.slice(1).entries()) {
        const from = path[index] ?? '';
        const name = relative(dirname(from), file);
        expect(read(from), `${from} imports ${file}`).toContain(`'${name.startsWith('.') ? name : `./${name}`}'`);
      }
    }
  });
});
