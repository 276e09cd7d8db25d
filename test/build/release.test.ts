import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { majorTag, releaseNotes, releaseSection } from '../../build/release/changelog.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHANGELOG =
  '# Changelog\n\n## Unreleased\n\n- New ([how](docs/new.md#so), [who](https://example.com)).\n\n## 0.1.0 (2026-11-01)\n\n- First.\n';

describe('the changelog of a release', () => {
  it('has under the version what was unreleased, and says it again as notes', () => {
    const released = releaseSection(CHANGELOG, '0.2.0', '2026-12-01');

    expect(released).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- New ([how](docs/new.md#so), [who](https://example.com)).\n\n## 0.1.0 (2026-11-01)\n\n- First.\n',
    );
    expect(releaseNotes(released, '0.2.0')).toBe('- New ([how](docs/new.md#so), [who](https://example.com)).');
    expect(releaseNotes(released, '0.1.0')).toBe('- First.');
  });

  it('is refused where nothing is unreleased, or the version is there', () => {
    expect(() => releaseSection(CHANGELOG.replace(/- New.*\n/, ''), '0.2.0', '2026-12-01')).toThrow(
      'says nothing under',
    );
    expect(() => releaseSection(releaseSection(CHANGELOG, '0.2.0', '2026-12-01'), '0.3.0', '2026-12-02')).toThrow();
    expect(() => releaseSection(CHANGELOG, '0.1.0', '2026-12-01')).toThrow('has a section 0.1.0 already');
    expect(() => releaseNotes(CHANGELOG, '0.1')).toThrow('has no section 0.1;');
  });
});

it('the major tag is that of versions alone', () => {
  expect(majorTag('v12.3.4')).toBe('v12');
  for (const tag of ['v1', '1.2.3', 'v1.2.3-rc.1', 'v1.2.3\nv1.2.3']) expect(() => majorTag(tag)).toThrow('is no tag');
});

describe('from a version to its tag', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-waves-bump-'));
    await cp(join(ROOT, 'build'), join(folder, 'build'), { recursive: true });
    await writeFile(
      join(folder, 'package.json'),
      '{ "name": "x", "version": "0.1.0", "type": "module", "homepage": "https://example.com/x#readme" }\n',
    );
    await writeFile(join(folder, 'CHANGELOG.md'), CHANGELOG);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** @returns Exit code and everything that it printed. */
  function run(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, args, { cwd: folder, encoding: 'utf8' }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), said: `${out}${err}`.trim() }),
      );
    });
  }

  it('a bump is what the tag of its version releases', async () => {
    const bumped = await run('build/bump.ts', 'minor');
    const released = await run('build/release-notes.ts', 'v0.2.0', 'notes.md');

    expect(bumped.code, bumped.said).toBe(0);
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({ version: '0.2.0' });
    expect(released).toEqual({ code: 0, said: 'v0' });
    expect(await readFile(join(folder, 'notes.md'), 'utf8')).toBe(
      '- New ([how](https://example.com/x/blob/v0.2.0/docs/new.md#so), [who](https://example.com)).\n',
    );
  });

  it('a tag of another version, or of one without notes, releases nothing', async () => {
    expect(await run('build/release-notes.ts', 'v0.3.0')).toMatchObject({
      code: 1,
      said: expect.stringContaining('v0.3.0 is not the version of package.json, 0.1.0'),
    });
    await writeFile(join(folder, 'CHANGELOG.md'), '# Changelog\n');
    expect(await run('build/release-notes.ts', 'v0.1.0')).toMatchObject({
      code: 1,
      said: expect.stringContaining('CHANGELOG.md has no section 0.1.0'),
    });
  });

  it('a version that is none is asked for again', async () => {
    expect(await run('build/bump.ts', 'huge')).toMatchObject({
      code: 2,
      said: expect.stringContaining('Which version?'),
    });
  });
});
