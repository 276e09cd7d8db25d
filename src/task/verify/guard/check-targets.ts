/** Names of targets by which checks are found. */
const CHECKED = /^(?:compile|typecheck|build|tests?|check|lint)\b/;

/** The recipes of targets by which checks are found, and what these are made of: other targets, and programs by name. */
export function changedTargets(before: string, after: string): readonly string[] {
  const [old, now] = [definitions(before), definitions(after)];
  return [...reached(old)].flatMap((name) =>
    now.get(name) === old.get(name) ? [] : [`the target \`${name}\` ${now.has(name) ? 'is another' : 'is gone'}`],
  );
}

/** Targets and variables by their names, each with all that stands under it. */
function definitions(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const rules = /^([\w-][\w ./-]*):(?!=)[^\n]*(?:\n[\t ][^\n]*)*/gm;
  const variables = /^(?:(?:export|override)[ \t]+)?([\w-]+)[ \t]*[?:+!]{0,3}=[^\n]*/gm;
  for (const [whole, names = ''] of [...text.matchAll(rules), ...text.matchAll(variables)])
    for (const name of names.trim().split(/\s+/)) found.set(name, `${found.get(name) ?? ''}${settled(whole)}`);
  return found;
}

/** Of files and lists of sources any task may make more: followed are targets without a dot, and programs of recipes. */
function reached(found: ReadonlyMap<string, string>): ReadonlySet<string> {
  const names = new Set([...found.keys()].filter((name) => CHECKED.test(name)));
  for (const name of names) {
    const [head = '', ...recipe] = (found.get(name) ?? '').split('\n');
    const needed = /^[^:=]*:(?!=)([^#;]*)/.exec(head)?.[1]?.split(/\s+/) ?? [];
    const called = recipe.flatMap((line) => [
      ...(/^[@+-]*\$[({]([\w-]+)[)}]/.exec(line)?.slice(1) ?? []),
      ...(/\$[({]MAKE[)}]([^;&|]*)/.exec(line)?.[1]?.split(/\s+/) ?? []),
    ]);
    for (const next of [...needed, ...called]) if (/^[\w-]+$/.test(next) && found.has(next)) names.add(next);
  }
  names.delete('MAKE');
  return names;
}

/** Without comments, empty lines and the space around lines: such changes change nothing. */
export function settled(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n');
}
