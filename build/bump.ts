// Makes the commit of a version ready: `npm run bump -- minor`, or `patch`, `major`, or the version itself. It writes the
// version into package.json and the lock file, and what is unreleased in CHANGELOG.md under it. docs/releasing.md goes on.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { releaseSection } from './release/changelog.ts';

const root = new URL('../', import.meta.url);
const changelog = new URL('CHANGELOG.md', root);

const [wanted] = process.argv.slice(2);
if (wanted === undefined || !/^(?:major|minor|patch|\d+\.\d+\.\d+)$/.test(wanted)) {
  console.error('Which version? npm run bump -- patch, minor, major, or three numbers such as 1.2.3');
  process.exit(2);
}
const before = readFileSync(changelog, 'utf8');
// Throws where there is nothing to release, before a file is changed.
releaseSection(before, 'next', '');
execFileSync('npm', ['version', wanted, '--no-git-tag-version', '--allow-same-version', '--ignore-scripts'], {
  cwd: root,
  stdio: 'inherit',
});
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { readonly version: string };
writeFileSync(changelog, releaseSection(before, version, new Date().toISOString().slice(0, 10)));
console.log(`CHANGELOG.md and package.json are of ${version}; next: npm run bundle, npm run check, and commit`);
