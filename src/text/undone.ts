import { inline } from '../state/markdown.ts';
import { ACTIONS_LOGIN } from '../state/names.ts';

/** What was done, and how it is put back. */
interface Undone {
  readonly by: string | undefined;
  readonly did: Deed;
  readonly back: { readonly state: string } | { readonly label: string };
}

type Deed = 'open' | 'completed' | 'not_planned' | 'duplicate' | 'took off a label' | 'set a label';

/** Said once for each thing that is undone. */
export function undone(undoing: Undone): string {
  const { by, did } = undoing;
  const who = by === undefined ? 'Somebody whose account is gone' : inline(by);
  const [what, now] = wordsOf(undoing);
  if (by === ACTIONS_LOGIN && did === 'completed')
    return `A workflow ${what}, and nothing shows that verified work of this task has landed. ${now}, and nothing came of it.`;
  return `${who} ${what}. Who steers a plan has to be able to write to this repository: somebody who can may do the same. ${now}, and nothing came of it.`;
}

function wordsOf({ did, back }: Undone): readonly [what: string, now: string] {
  if ('label' in back)
    return did === 'set a label'
      ? [`set \`${back.label}\``, 'The label is taken off again']
      : [`took off \`${back.label}\``, 'The label is back'];
  return [DEEDS[did], back.state === 'open' ? 'It is open again' : 'It is closed again'];
}

const DEEDS: Readonly<Record<Deed, string>> = {
  open: 'opened this again',
  completed: 'closed this as completed',
  not_planned: 'closed this as not planned',
  duplicate: 'closed this as a duplicate',
  'took off a label': 'took off a label',
  'set a label': 'set a label',
};
