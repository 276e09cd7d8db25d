import { createHash } from 'node:crypto';

/** Where a setup goes: the folder, or a pull request. */
export interface SetupTarget {
  /** The text of a file by its path from the root; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** True for a text that an earlier `init` wrote there, and nobody has touched since. */
  readonly isOurs: (path: string, text: string) => boolean;
}

/** A file of the setup beside what is there. */
export interface SetupFile {
  readonly path: string;
  readonly text: string;
  /** What is there; undefined: nothing. */
  readonly before: string | undefined;
  /** `edited`: somebody else's text is there, which stays unless a person says otherwise. */
  readonly state: 'new' | 'same' | 'outdated' | 'edited';
}

export async function compareFiles(
  wanted: ReadonlyMap<string, string>,
  target: SetupTarget,
): Promise<readonly SetupFile[]> {
  return Promise.all(
    [...wanted].map(async ([path, text]) => {
      const before = await target.read(path);
      return { path, text, before, state: stateOf({ path, text, before, target }) };
    }),
  );
}

function stateOf({
  path,
  text,
  before,
  target,
}: Omit<SetupFile, 'state'> & { readonly target: SetupTarget }): SetupFile['state'] {
  if (before === undefined) return 'new';
  if (before === text) return 'same';
  return target.isOurs(path, before) ? 'outdated' : 'edited';
}

/** Stands for a text where somebody remembers which one was written. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
