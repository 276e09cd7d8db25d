import type { GitObject, GitReader, ListedRef } from './git-objects.ts';

/** A repository whose refs stand where they stood: objects never change, so that this is all of its past. */
export function readerOfPast(
  objects: GitReader,
  { refs, defaultBranch }: { readonly refs: readonly ListedRef[]; readonly defaultBranch: string },
): GitReader {
  const oids = new Map(refs.map(({ name, oid }) => [name, oid]));

  function past(expression: string): string | null {
    const [, start = '', rest = ''] = /^([^:^~@]*)(.*)$/s.exec(expression) ?? [];
    const name = start === 'HEAD' ? `refs/heads/${defaultBranch}` : start;
    for (const candidate of [name, `refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`]) {
      const oid = oids.get(candidate);
      if (oid !== undefined) return oid + rest;
    }
    return /^[0-9a-f]{4,64}$/.test(name) ? expression : null;
  }

  const read = async (expression: string): Promise<GitObject | null> => {
    const resolved = past(expression);
    return resolved === null ? null : objects.read(resolved);
  };
  return {
    read,
    commitId: async (expression) => (await read(`${expression}^{commit}`))?.oid ?? null,
    refs: async () => refs,
    close: async () => undefined,
  };
}
