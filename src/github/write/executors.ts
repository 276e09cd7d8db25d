import type { Effect } from '../../decide/effects/effect.ts';
import { assign } from './assignees.ts';
import { createBranch, mergeBranch, openPull } from './branches.ts';
import { buryClaim } from './bury-claim.ts';
import { closePull } from './close-pull.ts';
import type { EffectOf, Executor } from './executor.ts';
import {
  addBlockedBy,
  addLabels,
  closeIssue,
  comment,
  createIssue,
  createLabel,
  minimizeComment,
  react,
  removeBlockedBy,
  removeLabels,
  reopenIssue,
  reopenPull,
  setParent,
  writeBody,
} from './mutations.ts';
import { cancelRun, dispatch } from './runs.ts';

type Executors = { readonly [K in Effect['kind']]: Executor<EffectOf<K>> };

/** How each kind of effect is carried out. A kind that is missing here does not compile. */
export const EXECUTORS: Executors = {
  'create-label': createLabel,
  'create-issue': createIssue,
  'write-body': writeBody,
  'set-parent': setParent,
  'add-labels': addLabels,
  'remove-labels': removeLabels,
  'add-blocked-by': addBlockedBy,
  'remove-blocked-by': removeBlockedBy,
  comment,
  react,
  'minimize-comment': minimizeComment,
  assign,
  'close-issue': closeIssue,
  'reopen-issue': reopenIssue,
  'bury-claim': buryClaim,
  'close-pull': closePull,
  'reopen-pull': reopenPull,
  'create-branch': createBranch,
  'merge-branch': mergeBranch,
  'open-pull': openPull,
  'cancel-run': cancelRun,
  dispatch,
};

/** The phases of a pass, in order, and how many effects of each are carried out at once. */
export const PHASES = [
  /**
   * Before anything remembers that it was done: a process that dies in between finds it to be done still. A claim goes
   * before its run is cancelled, since one that notices nothing of that finds its claim gone.
   */
  { phase: 'refusals', atOnce: 8 },
  { phase: 'cancellations', atOnce: Number.POSITIVE_INFINITY },
  /** So many mutations are one request, in order: GitHub gives a request ten seconds. */
  { phase: 'mutations', atOnce: 25 },
  /** In order: a pull request needs its branch. */
  { phase: 'references', atOnce: 1 },
  /** Together: nothing that one of them waits for is another. */
  { phase: 'runs', atOnce: Number.POSITIVE_INFINITY },
] as const;
