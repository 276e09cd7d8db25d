import { inline } from '../state/markdown.ts';

/** What people read who set a label that does nothing. */
export interface SetLabel {
  readonly label: string;
  readonly by: string | undefined;
  readonly why: 'may-not-write' | 'completed' | 'closed';
}

export function labelAnswer({ label, by, why }: SetLabel): string {
  switch (why) {
    case 'may-not-write':
      return by === undefined
        ? `Nobody can tell any more who set \`${label}\`, so it does not count. Somebody with write access to this repository can take it off and set it again.`
        : `\`${label}\` was set by ${inline(by)}, who may not write to this repository, so it does not count. Somebody who may can take it off and set it again.`;
    case 'completed':
      return `\`${label}\` starts nothing here: everything is completed. Open an issue again to have its task done once more.`;
    case 'closed':
      return `\`${label}\` starts nothing here while this issue is closed. Open it again first.`;
  }
}
