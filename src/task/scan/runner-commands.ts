/**
 * Commands that change something when a step prints them: what a file holds is printed sooner or later. Those that only
 * show (`::error::`, `::group::`) are left to anybody.
 */
const NAMES =
  '(?:set-env|add-path|set-output|save-state|add-mask|add-matcher|remove-matcher|stop-commands|echo|internal-set-repo-path)';

/** As the runner reads them: case does not count, and what is told beside the name goes on to the next two colons. */
const COMMAND = new RegExp(`(?<![\\w:>])::${NAMES}(?:[ \\t](?:(?!::)[^\\n])*)?::|##\\[${NAMES}[ \\]]`, 'gi');

/** @returns Where a text speaks to the runner of a workflow, and by which command. */
export function findRunnerCommands(text: string): readonly { readonly start: number; readonly name: string }[] {
  return [...text.matchAll(COMMAND)].map(({ 0: found, index }) => ({
    start: index,
    name: /[a-z][a-z-]*/.exec(found.toLowerCase())?.[0] ?? '',
  }));
}
