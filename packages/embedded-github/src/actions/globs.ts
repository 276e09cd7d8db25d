/** The last pattern that matches decides; one with `!` takes out again. */
export function matchesGlobs(globs: readonly string[], text: string): boolean {
  const last = globs.findLast((glob) => toPattern(glob.replace(/^!/, '')).test(text));
  return last !== undefined && !last.startsWith('!');
}

/**
 * `*` within a segment, `**` across, `?` and `+` repeat what stands before, `[a-z]` a class
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet).
 */
function toPattern(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/|\*\*|\*|\[[^\]]*\]|[?+])/);
  const body = parts.map((part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return /^(?:\[.*\]|[?+])$/.test(part) ? part : part.replace(/[.^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${body.join('')}$`);
}
