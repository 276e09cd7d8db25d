// Says what a tag releases, and fails where it must not be released: `node build/release-notes.ts v1.2.3 [FILE]`. The
// notes go to FILE, and the major tag to standard output. The release workflow asks it before anything is published.
import { readFileSync, writeFileSync } from 'node:fs';
import { majorTag, releaseNotes } from './release/changelog.ts';

const root = new URL('../', import.meta.url);
const [tag = '', file] = process.argv.slice(2);
try {
  const major = majorTag(tag);
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { readonly version: string };
  if (`v${version}` !== tag)
    throw new Error(`${tag} is not the version of package.json, ${version}; tag the commit of the version`);
  const notes = releaseNotes(readFileSync(new URL('CHANGELOG.md', root), 'utf8'), version);
  if (file !== undefined) writeFileSync(file, `${notes}\n`);
  console.log(major);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
