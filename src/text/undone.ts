import { blockerName } from '../state/blockers.ts';
import { inline } from '../state/markdown.ts';
import { ACTIONS_LOGIN } from '../state/names.ts';
import type { Blocker, StateChange } from '../state/snapshot.ts';
import { unreachable } from '../state/unreachable.ts';

/** What was done, and how it is put back. */
interface Undone {
  readonly by: string | undefined;
  readonly did: Deed;
}

/** What somebody did who may not write, and how it stands as those left it who may. */
export type Deed =
  | { readonly kind: 'state'; readonly to: StateChange['to']; readonly back: StateChange['to'] }
  | { readonly kind: 'label'; readonly label: string; readonly added: boolean }
  | { readonly kind: 'blocker'; readonly blocker: Blocker; readonly added: boolean }
  /** `back` is undefined where the app puts it where the plan has it, or cannot put it back. */
  | { readonly kind: 'parent'; readonly back: number | undefined }
  | { readonly kind: 'pull'; readonly pull: number };

/** Said once for each thing that is undone. */
export function undone({ by, did }: Undone): string {
  const who = by === undefined ? 'Somebody whose account is gone' : inline(by);
  const [what, now] = wordsOf(did);
  if (by === ACTIONS_LOGIN && did.kind === 'state' && did.to === 'completed')
    return `A workflow ${what}, and nothing shows that verified work of this task has landed. ${now}, and nothing came of it.`;
  return `${who} ${what}. Who steers a plan has to be able to write to this repository: somebody who can may do the same. ${now}, and nothing came of it.`;
}

function wordsOf(did: Deed): readonly [what: string, now: string] {
  switch (did.kind) {
    case 'label':
      return did.added
        ? [`set \`${did.label}\``, 'The label is taken off again']
        : [`took off \`${did.label}\``, 'The label is back'];
    case 'state':
      return [CLOSINGS[did.to], did.back === 'open' ? 'It is open again' : 'It is closed again'];
    case 'blocker':
      return wordsOfBlocker(did);
    case 'parent': {
      const now = did.back === undefined ? 'The plan has it where it was' : `It is below #${did.back} again`;
      return ['moved this elsewhere among the issues', now];
    }
    case 'pull':
      return [`closed pull request #${did.pull}`, 'It is open again'];
    default:
      return unreachable(did);
  }
}

function wordsOfBlocker({ blocker, added }: Extract<Deed, { kind: 'blocker' }>): readonly [string, string] {
  const name = blockerName(blocker);
  if (added)
    return [`set ${name} as a blocker`, blocker.id === undefined ? 'It holds nothing' : 'It is taken off again'];
  const isBack = blocker.id !== undefined && blocker.repository === undefined;
  const now = isBack ? 'It is a blocker again' : 'It goes on holding this task until somebody sets it and takes it off';
  return [`took off ${name} as a blocker`, blocker.open ? now : 'It is closed and holds nothing'];
}

const CLOSINGS: Readonly<Record<StateChange['to'], string>> = {
  open: 'opened this again',
  completed: 'closed this as completed',
  not_planned: 'closed this as not planned',
  duplicate: 'closed this as a duplicate',
};
