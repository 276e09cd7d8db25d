/** The pictures of a page, before anybody draws them. */
export interface Pictures {
  /** Path of the page. */
  readonly page: string;
  /** What a page says that shows these. */
  readonly marker: string;
  readonly paths: readonly string[];
  /** Path to content: drawing takes longer than all else that is projected. */
  readonly draw: () => ReadonlyMap<string, string>;
}

interface Shown {
  /** As it stands on the branch; undefined: there is none. */
  readonly page: string | undefined;
  /** Whether a file is there. */
  readonly has: (path: string) => boolean;
}

/**
 * The pictures that a commit of the page brings along: all of them where the page that stands there is of others, since all of
 * it is one commit, and else those that somebody took away.
 */
export function picturesDue({ marker, paths, draw }: Pictures, { page, has }: Shown): ReadonlyMap<string, string> {
  if (page === undefined || !page.includes(marker)) return draw();
  if (paths.every(has)) return new Map();
  return new Map([...draw()].filter(([path]) => !has(path)));
}
