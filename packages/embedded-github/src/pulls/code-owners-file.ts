export interface Ownership {
  readonly pattern: RegExp;
  /** Logins in lower case; none takes the files out again. */
  readonly owners: readonly string[];
}

/** People only: a team (`@acme/leads`) is an owner whose approval nobody here can give. */
export function parseCodeOwners(text: string): readonly Ownership[] {
  return text.split('\n').flatMap((line): Ownership[] => {
    const [pattern = '', ...owners] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (pattern === '') return [];
    const logins = owners.filter((owner) => owner.startsWith('@')).map((owner) => owner.slice(1).toLowerCase());
    return [{ pattern: toPattern(pattern), owners: logins }];
  });
}

/** As in a .gitignore, without negation: a slash at the front or within anchors, a folder owns all below it. */
function toPattern(text: string): RegExp {
  const anchored = text.replace(/\/$/, '').includes('/');
  const body = text
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${text.endsWith('*') && anchored ? '$' : '(?:/.*)?$'}`);
}
