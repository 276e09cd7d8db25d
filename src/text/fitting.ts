/**
 * The lines that there is room for, in order, and then one that says how many are left out.
 * @param room Characters.
 */
export function fitting(lines: readonly string[], room: number, leftOut: (count: number) => string): readonly string[] {
  let size = 0;
  const full = lines.findIndex((line) => {
    size += line.length + 1;
    return size > room;
  });
  return full < 0 ? lines : [...lines.slice(0, full), leftOut(lines.length - full)];
}
