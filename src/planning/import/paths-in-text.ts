/** Paths of files that a sentence names, such as `src/auth/login.ts`: they have a folder and an ending. */
export function pathsInText(text: string): readonly string[] {
  const words = text.split(/[\s`'"()[\]{}<>,;|]+/);
  const paths = words.filter(
    (word) =>
      word.length <= 200 && /^[\w@.-]+(?:\/[\w@.*-]+)*\/[\w@.*-]+\.[A-Za-z]\w{0,7}[.:]?$/.test(word.replace(LINES, '')),
  );
  return [...new Set(paths.map((path) => path.replace(LINES, '').replace(/^\.\//, '').replace(/[.:]$/, '')))];
}

/** `src/a.ts:12-30` */
const LINES = /:\d{1,6}(?:[-–]\d{1,6})?$/;

/** Paths of a field that holds nothing else, also of folders and of files in the root: `Modify: README.md`. */
export function pathsOfField(lines: readonly string[] | undefined): readonly string[] | undefined {
  const words = lines?.flatMap((line) => {
    const inCode = [...line.slice(0, 2000).matchAll(/`([^`]{1,300})`/g)].map(([, code = '']) => code);
    const bare = line
      .replace(/\([^()]*\)/g, ' ')
      .replace(/^\s*(?:create|modify|new|test|update|delete|edit|add|read|move)\w*\s*:?\s+/i, '');
    return inCode.length > 0 ? inCode : bare.split(/[\s,;]+/);
  });
  const paths = words?.map((word) => word.trim().replace(LINES, '').replace(/^\.\//, '').replace(/[.:]$/, ''));
  const real = paths?.filter(
    (path) => /^[\w@.*-]+(?:\/[\w@.*()[\]-]*)*$/.test(path) && /\/|\.[A-Za-z]\w{0,7}$/.test(path),
  );
  return real && [...new Set(real.map((path) => path.replace(/\/+$/, '/**')))];
}
