import type { TaskId } from '../plan/plan.ts';
import { inline } from './markdown.ts';

/** A ready task that waits for another one of the plan. */
export interface Deferral {
  readonly deferredTo: TaskId | undefined;
  /** The task whose run looks whether work could land, while others wait for that. */
  readonly looking: TaskId | undefined;
}

/** @returns Why it waits; undefined where it does not. */
export function waitsForOther({ deferredTo, looking }: Deferral): string | undefined {
  if (deferredTo === undefined) return undefined;
  const other = inline(deferredTo);
  if (deferredTo === looking) return `waits for ${other}, whose run looks first whether work could land here`;
  return `waits for ${other}, which changes the same files`;
}

/** @returns The same behind what is to come then; empty where it does not wait. */
export function onceOtherHasEnded(deferral: Deferral): string {
  const { deferredTo, looking } = deferral;
  if (deferredTo === undefined) return '';
  if (deferredTo === looking) return `; ${waitsForOther(deferral)}`;
  return ` once ${inline(deferredTo)} has ended, which changes the same files`;
}
