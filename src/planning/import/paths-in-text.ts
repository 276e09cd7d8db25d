/** Paths of files that a sentence names, such as `src/auth/login.ts`: they have a folder and an ending. */
export function pathsInText(text: string): readonly string[] {
  const words = text.split(/[\s`'"()[\]{}<>,;|]+/);
  const paths = words.filter(
    (word) => word.length <= 200 && /^[\w@.-]+(?:\/[\w@.*-]+)*\/[\w@.*-]+\.[A-Za-z]\w{0,7}\.?$/.test(word),
  );
  return [...new Set(paths.map((path) => path.replace(/^\.\//, '').replace(/\.$/, '')))];
}
