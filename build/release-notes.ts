// Says what a tag releases, and fails where it must not be released: `node build/release-notes.ts v1.2.3 [FILE]`. The
// notes go to FILE, and the major tag to standard output. The release workflow asks it before anything is published.
import { readFileSync, writeFileSync } from 'node:fs';
import { majorTag, releaseNotes, withWholeLinks } from './release/changelog.ts';

interface Manifest {
  readonly version: string;
  readonly homepage: string;
}

const root = new URL('../', import.meta.url);
const [tag = '', file] = process.argv.slice(2);
try {
  const major = majorTag(tag);
  const { version, homepage } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;
  if (`v${version}` !== tag)
    throw new Error(`${tag} is not the version of package.json, ${version}; tag the commit of the version`);
  const notes = releaseNotes(readFileSync(new URL('CHANGELOG.md', root), 'utf8'), version);
  if (file !== undefined)
    writeFileSync(file, `${withWholeLinks(notes, `${homepage.replace(/#.*/, '')}/blob/${tag}`)}\n`);
  console.log(major);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
