import picomatch from 'picomatch';

/**
 * Names of files are data: brackets, parentheses, signs and backslashes are themselves, a name that begins with a dot
 * is one like any other, and so is a line break in a name, so that nothing slips past a guard.
 */
const OPTIONS: picomatch.PicomatchOptions = {
  dot: true,
  nobrace: true,
  nobracket: true,
  noextglob: true,
  nonegate: true,
  // These take an escaped backslash before a sign for no backslash at all.
  fastpaths: false,
  windows: false,
  flags: 's',
};

/**
 * Paths from the root of a repository: `**` is any depth, `*` and `?` stay inside a folder, `{a,b}` is either,
 * a path that ends in `/` is everything below it. A folder that ends in `/**` is also matched by itself: a link or file
 * in its place. Case counts.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const clean = glob.replace(/^\.?\//, '');
  const whole = clean.endsWith('/') ? `${clean}**` : clean;
  // What is nothing names no path.
  const patterns = spellOut(whole).filter((pattern) => pattern !== '');
  return picomatch(patterns.map(escapeLiterals), OPTIONS);
}

/** Patterns that one pattern may stand for: each choice doubles them or worse. */
const MAX_PATTERNS = 1_000;

/** @returns Patterns without choices, which match what this one matches. @throws when there are too many. */
function spellOut(glob: string): readonly string[] {
  const open = [glob];
  const done: string[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const choices = choicesOf(next);
    if (choices) open.push(...choices);
    else done.push(...withFolder(next));
    if (open.length + done.length > MAX_PATTERNS)
      throw new Error(
        `the pattern ${glob} stands for more than ${MAX_PATTERNS} patterns; write fewer braces and stars`,
      );
  }
  return done;
}

/** The first choice that a pattern leaves open, taken each way; undefined where it leaves none. */
function choicesOf(glob: string): readonly string[] | undefined {
  // `a{b,c}d` is `abd` and `acd`, from the innermost outwards.
  const [braces, inside = ''] = /\{([^{}]*)\}/.exec(glob) ?? [];
  if (braces !== undefined) return inside.split(',').map((choice) => glob.replace(braces, () => choice));
  // `a**b` is any depth, too: two stars that are not a whole name would count as one. Those of `a**/b` may be nothing,
  // as elsewhere, and `ab` is what is left.
  const folders = /(?<=[^/*])\*\*\//;
  if (folders.test(glob)) return ['', '*/', '*/**/'].map((by) => glob.replace(folders, by));
  const inner = /(?<=[^/*])\*\*+|\*\*+(?=[^/*])/;
  return inner.test(glob) ? ['*', '*/**/*'].map((by) => glob.replace(inner, by)) : undefined;
}

/** The folder of `folder/**` itself, whatever stands in its place. */
function withFolder(glob: string): readonly string[] {
  return glob.endsWith('/**') ? [...withFolder(glob.slice(0, -3)), glob] : [glob];
}

function escapeLiterals(glob: string): string {
  return glob.replace(/[\\^$.|+()[\]{}!@"]/g, '\\$&');
}
