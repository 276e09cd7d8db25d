import type { GuardName } from '../support/guards.ts';
import type { FaultKind } from './world/fault-mix.ts';

/** A guard that is taken out, and the law that has to be found broken by it, or another one. */
export type PlantedBug = Planted &
  /** Of the product, or of the simulated task runs, by its name there. */
  ({ readonly against: GuardName } | { readonly against: string; readonly run: string });

interface Planted {
  readonly law: number;
  /** What has to happen for the guard to matter: worlds without it are not worth playing. */
  readonly after?: readonly FaultKind[];
}

const PERSON = { after: ['act of a person'] } as const;
const TRIAGER = { after: ['act of a triager'] } as const;
const FORGED = { after: ['forged result'] } as const;

export const PLANTED_BUGS: readonly PlantedBug[] = [
  { law: 1, against: 'dependencies that are not done' },
  { law: 1, against: 'more runs than there are slots' },
  { law: 1, ...PERSON, against: 'running what the plan lists as completed' },
  {
    law: 1,
    after: ['dependency undone before a run begins'],
    against: 'a dependency that is not on the base',
    run: 'dependencies',
  },
  { law: 2, ...FORGED, against: 'results without a commit on the base' },
  { law: 2, ...PERSON, against: 'work that was reverted' },
  { law: 2, against: 'work whose checks failed', run: 'checks' },
  { law: 2, against: 'work that was not verified on what it lands on', run: 'newest base' },
  { law: 2, against: 'a merge while others land', run: 'landing lease' },
  { law: 2, ...PERSON, against: 'work that was forced away' },
  { law: 2, ...FORGED, against: 'closings by other workflows' },
  { law: 3, against: 'an answer that is given again with every pass' },
  { law: 4, ...PERSON, against: 'losing an issue whose title and body were edited' },
  { law: 4, against: 'a second issue of its own that is left open' },
  { law: 4, against: 'a second landing of what has landed', run: 'own landing' },
  { law: 5, against: 'a run that never came of its dispatch' },
  { law: 5, against: 'a run that ended without a word' },
  { law: 6, against: 'runs in the order in which they came in' },
  { law: 7, ...PERSON, against: 'commands that nobody answers' },
  { law: 8, ...PERSON, against: 'a run that goes on after a no, whichever way it was said' },
  { law: 8, ...PERSON, against: 'the claim of a run that was refused' },
  { law: 8, ...TRIAGER, against: 'what triagers do to issues' },
  { law: 8, ...TRIAGER, against: 'labels that triagers set and take off' },
  { law: 8, ...PERSON, against: 'the text that people wrote around ours' },
  { law: 8, ...PERSON, against: 'a landing that nobody wants any more', run: 'still wanted' },
  { law: 8, against: 'a landing without its claim', run: 'lease' },
  { law: 8, ...PERSON, against: 'a run that goes on after its wave or plan was closed' },
  { law: 8, ...PERSON, against: 'a run that goes on after its task was taken out of the plan' },
  { law: 9, against: 'a dispatch number that falls' },
  { law: 9, against: 'a claim that a later dispatch holds', run: 'claim' },
  { law: 9, ...PERSON, against: 'a dispatch that the issue does not ask for', run: 'admission' },
  { law: 10, ...PERSON, against: 'a status that a person wrote' },
  { law: 10, against: 'believing its own projection' },
];
