import type { GuardName } from '../support/guards.ts';
import type { Bias } from './world/bias.ts';

/** A guard that is taken out, and the law that has to be found broken by it, or another one. */
export type PlantedBug = Planted &
  (
    | {
        /** Of the product. */
        readonly against: GuardName;
        /** One of the simulated task runs that catches what the first lets through: it is out in the control as well. */
        readonly second?: string;
      }
    | {
        readonly against: string;
        /** Of the simulated task runs, by its name there. */
        readonly run: string;
      }
  );

interface Planted {
  readonly law: number;
  /** What has to happen for the guard to matter: worlds without it are not worth playing. */
  readonly world?: Bias;
}

/** Small, and with little beside what is looked for. */
const SMALL: Bias = { tasks: 4, hours: 14, replicas: 1, isQuiet: true, untilBroken: true };
const TO_THE_END: Bias = { ...SMALL, profile: 'liveness', hours: 10 };
const DEAF = { 'webhook lost': 0.9 } as const;

function person(acts: NonNullable<Bias['acts']>, often = 0.4): Bias {
  return { ...SMALL, profile: 'safety', acts, faults: { 'act of a person': often } };
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  { law: 1, against: 'dependencies that are not done', world: SMALL },
  { law: 1, against: 'more runs than there are slots', world: { ...SMALL, parallel: 1 } },
  { law: 1, against: 'running what the plan lists as completed', world: person(['list']) },
  {
    law: 1,
    against: 'a dependency that is not on the base',
    run: 'dependencies',
    world: {
      ...SMALL,
      landing: 'push',
      faults: { 'dependency undone before a run begins': 0.6, 'stale read of git': 0 },
    },
  },
  {
    law: 2,
    against: 'results without a commit on the base',
    world: { ...SMALL, faults: { 'forged result': 0.8, 'machine of a run lost': 0.4 } },
  },
  { law: 2, against: 'work that was reverted', world: { ...person(['revert']), parallel: 1 } },
  { law: 2, against: 'work whose checks failed', run: 'checks', world: { ...SMALL, fails: 80 } },
  {
    law: 2,
    against: 'work that was not verified on what it lands on',
    run: 'newest base',
    world: { ...SMALL, landing: 'push', faults: { 'ref race': 0.6 } },
  },
  {
    law: 2,
    against: 'a merge while others land',
    run: 'landing lease',
    world: {
      ...SMALL,
      ...{ tasks: 6, needs: 0, landing: 'merge', parallel: 6, isProgressApart: true, works: [5, 5], hours: 4 },
      faults: { 'slow answer': 0.3 },
    },
  },
  { law: 2, against: 'work that was forced away', world: { ...person(['force-push']), parallel: 1 } },
  { law: 2, against: 'closings by other workflows', world: { ...SMALL, faults: { 'forged result': 0.5 } } },
  {
    law: 3,
    against: 'an answer that is given again with every pass',
    world: { ...TO_THE_END, faults: { 'act of a triager': 0.5 } },
  },
  { law: 4, against: 'losing an issue whose title and body were edited', world: person(['make-over']) },
  {
    law: 4,
    against: 'a second issue of its own that is left open',
    world: {
      ...TO_THE_END,
      acts: ['make-over', 'reopen'],
      faults: { 'act of a person': 0.6, '502 after the write': 0.6, 'stale read': 0.8 },
    },
  },
  {
    law: 4,
    against: 'a second landing of what has landed',
    run: 'own landing',
    world: {
      ...SMALL,
      ...{ landing: 'review', needs: 0, parallel: 4, works: [1, 1], verifies: [20, 25], queues: 90 },
      faults: { 'machine of a run lost': 0.6, 'slow answer': 0.3, ...DEAF },
    },
  },
  {
    law: 5,
    against: 'a run that never came of its dispatch',
    world: { ...TO_THE_END, faults: { 'dispatch without a run': 0.5 } },
  },
  {
    law: 5,
    against: 'a run that ended without a word',
    world: { ...TO_THE_END, faults: { 'machine of a run lost': 0.5 } },
  },
  {
    law: 6,
    against: 'runs in the order in which they came in',
    world: { ...SMALL, observed: 2, faults: { 'dispatch with two runs': 0.7, ...DEAF } },
  },
  { law: 7, against: 'commands that nobody answers', world: { ...person(['command']), profile: 'liveness', hours: 8 } },
  {
    law: 8,
    against: 'a run that goes on after a no, whichever way it was said',
    second: 'still wanted',
    world: person(['close']),
  },
  {
    law: 8,
    against: 'the claim of a run that was refused',
    second: 'still wanted',
    world: {
      ...person(['skip', 'skip', 'retry']),
      parallel: 4,
      faults: { 'act of a person': 0.5, 'zombie run': 0.8 },
    },
  },
  { law: 8, against: 'what triagers do to issues', world: { ...SMALL, faults: { 'act of a triager': 0.5 } } },
  {
    law: 8,
    against: 'labels that triagers set and take off',
    world: {
      ...person(['pause']),
      ...{ tasks: 8, parallel: 1, works: [40, 60] },
      faults: { 'act of a person': 0.3, 'act of a triager': 1 },
    },
  },
  {
    law: 8,
    against: 'the text that people wrote around ours',
    world: { ...person(['note']), profile: 'liveness', hours: 8 },
  },
  {
    law: 8,
    against: 'a landing that nobody wants any more',
    run: 'still wanted',
    world: {
      ...SMALL,
      ...{ landing: 'push', verifies: [200, 400] },
      faults: { 'no while a run verifies': 0.5, ...DEAF },
    },
  },
  {
    law: 8,
    against: 'a landing without its claim',
    run: 'lease',
    world: { ...SMALL, landing: 'push', isProgressApart: true, parallel: 1, faults: { 'zombie run': 0.6 } },
  },
  {
    law: 8,
    against: 'a run that goes on after its wave or plan was closed',
    second: 'still wanted',
    world: person(['close-wave', 'reopen', 'start']),
  },
  {
    law: 8,
    against: 'a run that goes on after its task was taken out of the plan',
    world: { ...person(['remove'], 0.6), tasks: 6 },
  },
  { law: 9, against: 'a dispatch number that falls', world: TO_THE_END },
  {
    law: 9,
    against: 'a claim that a later dispatch holds',
    run: 'claim',
    world: { ...SMALL, faults: { 'dispatch with two runs': 0.6 } },
  },
  {
    law: 9,
    against: 'a dispatch that the issue does not ask for',
    run: 'admission',
    world: person(['run-by-hand'], 0.6),
  },
  { law: 10, against: 'a status that a person wrote', world: person(['list']) },
  { law: 10, against: 'believing its own projection', world: person(['reopen']) },
];
