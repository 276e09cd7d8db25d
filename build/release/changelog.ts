/** CHANGELOG.md: below its title a section for what is not released yet, then one for each version, the newest first. */

const UNRELEASED = '## Unreleased';

/**
 * @param day As in 2026-12-01.
 * @returns The changelog with what was unreleased under its version, and room for what comes next.
 * @throws Where nothing was unreleased, or the version has a section already.
 */
export function releaseSection(changelog: string, version: string, day: string): string {
  if (findSection(changelog, version) !== undefined)
    throw new Error(`CHANGELOG.md has a section ${version} already; take the next version`);
  if (!bodyBelow(changelog, UNRELEASED))
    throw new Error(`CHANGELOG.md says nothing under "${UNRELEASED}"; write there what changes for users`);
  return changelog.replace(`${UNRELEASED}\n`, `${UNRELEASED}\n\n## ${version} (${day})\n`);
}

/** @returns What changed in a version, for people. @throws Where the changelog does not say it. */
export function releaseNotes(changelog: string, version: string): string {
  const heading = findSection(changelog, version);
  const body = heading && bodyBelow(changelog, heading);
  if (!body) throw new Error(`CHANGELOG.md has no section ${version}; \`npm run bump\` writes one`);
  return body;
}

function findSection(changelog: string, version: string): string | undefined {
  return changelog.split('\n').find((line) => line === `## ${version}` || line.startsWith(`## ${version} (`));
}

/** @returns Undefined where the heading is not there; otherwise what stands below it, which may be nothing. */
function bodyBelow(changelog: string, heading: string): string | undefined {
  const lines = changelog.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  return lines
    .slice(start + 1, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}

/** Where the changelog lies, a link is to a file beside it; where notes are read, it is not. @param root Of the files of a version. */
export function withWholeLinks(markdown: string, root: string): string {
  return markdown.replace(/\]\((?![a-z]+:|#)([^)\s]+)\)/g, (_, path: string) => `](${root}/${path})`);
}

const TAG = /^v(\d+)\.(\d+)\.(\d+)$/;

/** @returns The tag that moves with every version of its major one: `v1` for `v1.2.3`. @throws Where it is no tag of a release. */
export function majorTag(tag: string): string {
  const [, major] = TAG.exec(tag) ?? [];
  if (major === undefined) throw new Error(`${tag} is no tag of a release; write v and three numbers, as in v1.2.3`);
  return `v${major}`;
}
