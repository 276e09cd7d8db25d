import { inline } from '../state/markdown.ts';
import { ACTIONS_LOGIN } from '../state/names.ts';

/** What was done, and how it is put back. */
interface Undone {
  readonly by: string | undefined;
  readonly did: 'open' | 'completed' | 'not_planned' | 'duplicate' | 'took off a label';
  readonly back: { readonly state: string } | { readonly label: string };
}

/** Said once for each thing that is undone. */
export function undone({ by, did, back }: Undone): string {
  const who = by === undefined ? 'Somebody whose account is gone' : inline(by);
  const what = 'label' in back ? `took off \`${back.label}\`` : DEEDS[did];
  const now = 'label' in back ? 'The label is back' : back.state === 'open' ? 'It is open again' : 'It is closed again';
  if (by === ACTIONS_LOGIN && did === 'completed')
    return `A workflow ${what}, and nothing shows that verified work of this task has landed. ${now}, and nothing came of it.`;
  return `${who} ${what}. Who steers a plan has to be able to write to this repository: somebody who is may do the same. ${now}, and nothing came of it.`;
}

const DEEDS: Readonly<Record<Undone['did'], string>> = {
  open: 'opened this again',
  completed: 'closed this as completed',
  not_planned: 'closed this as not planned',
  duplicate: 'closed this as a duplicate',
  'took off a label': 'took off a label',
};
