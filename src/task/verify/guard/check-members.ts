/** Files that say which parts of a repository its tools look at, and how each names one. */
const MEMBERS: readonly (readonly [name: RegExp, member: RegExp])[] = [
  [/^pnpm-workspace\.ya?ml$/, /^[ \t]*-[ \t]*["']?([^!"'\s#][^"'\n#]*)/gm],
  [/^go\.work$/, /^[ \t]*(?:use[ \t]+)?(\.{1,2}(?:\/[^\s/]+)*)[ \t]*$/gm],
  [/^pom\.xml$/, /<module>([^<]{0,300})<\/module>/g],
  [/^settings\.gradle(?:\.kts)?$/, /["'](:?[\w:.-]{1,300})["']/g],
];

/** What takes a part out again, or tells a tool to find no tests in one. */
const LEFT_OUT: readonly (readonly [name: RegExp, sign: RegExp])[] = [
  [/^pnpm-workspace\.ya?ml$/, /^[ \t]*-[ \t]*["']?!/gm],
  [/^Cargo\.toml$/, /^[ \t]*(?:autotests|test|doctest|autobenches)[ \t]*=[ \t]*false/gm],
];

/** @returns Parts that the tools of a repository look at no more, by what the file of that name says. */
export function fewerMembers(name: string, before: string, after: string): readonly string[] {
  const gone = goneFrom([membersOf(name, before), new Set(membersOf(name, after))]);
  const more = LEFT_OUT.filter(([file]) => file.test(name)).reduce(
    (sum, [, sign]) => sum + after.split(sign).length - before.split(sign).length,
    0,
  );
  return [...gone, ...(more > 0 ? [`${more} more ${more === 1 ? 'part is' : 'parts are'} left out`] : [])];
}

/** @returns What a list has lost, in one line. */
export function goneFrom([before, after]: readonly [readonly string[], ReadonlySet<string>]): readonly string[] {
  const count = before.filter((member) => !after.has(member)).length;
  return count > 0 ? [`${count} ${count === 1 ? 'part' : 'parts'} of the repository less`] : [];
}

function membersOf(name: string, text: string): readonly string[] {
  if (name === 'Cargo.toml') return cargoMembers(text);
  return MEMBERS.filter(([file]) => file.test(name)).flatMap(([, member]) =>
    [...text.matchAll(member)].map(([, found = '']) => found.trim()),
  );
}

function cargoMembers(text: string): readonly string[] {
  const [, list = ''] = /^[ \t]*members[ \t]*=[ \t]*\[([^\]]{0,5000})\]/m.exec(text) ?? [];
  return [...list.matchAll(/"([^"]*)"/g)].map(([, member = '']) => member);
}
