/**
 * Paths from the root of a repository: `**` is any depth, `*` and `?` stay inside a folder, `{a,b}` is either,
 * a path that ends in `/` is everything below it.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const clean = glob.replace(/^\.?\//, '');
  const whole = clean.endsWith('/') ? `${clean}**` : clean;
  const pattern = new RegExp(`^${translate(whole)}$`, 'u');
  return (path) => pattern.test(path);
}

const TOKENS = /\*\*\/|\/\*\*$|\*+|\?|\{[^{}]*\}|[^*?{}/]+|./gsu;

function translate(glob: string): string {
  return (glob.match(TOKENS) ?? []).map(token).join('');
}

function token(text: string): string {
  if (text === '**/') return '(?:[^/]+/)*';
  // A folder that ends in `/**` is also matched by itself: a link or file in its place.
  if (text === '/**') return '(?:/.*)?';
  if (text === '**') return '.*';
  if (text.startsWith('*')) return '[^/]*';
  if (text === '?') return '[^/]';
  if (text.startsWith('{') && text.endsWith('}')) {
    return `(?:${text.slice(1, -1).split(',').map(translate).join('|')})`;
  }
  return text.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
}
