import type { Effect } from '../../decide/effects/effect.ts';
import { dispatchTitle } from '../../state/names.ts';

/** The right of one of several processes to write what it decided: it may have been lost meanwhile. */
export interface Turn {
  /** Asked before anything is written. */
  readonly isSure: () => Promise<boolean>;
  /** Asked right before runs are started. @param sends The titles that they will bear. */
  readonly announce: (sends: readonly string[]) => Promise<boolean>;
}

/** @returns Why none of these effects may be carried out; undefined where they may. */
export async function refusalOf(due: readonly Effect[], turn: Turn | undefined): Promise<string | undefined> {
  if (!turn || due.length === 0) return undefined;
  const sends = due.flatMap((effect) => (effect.kind === 'dispatch' ? [dispatchTitle(effect.inputs)] : []));
  const mayGoOn = sends.length === 0 ? await turn.isSure() : await turn.announce(sends);
  return mayGoOn ? undefined : 'another process makes passes by now';
}
