import { saidIn } from '../../state/occasion.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { Comment, Effect } from './effect.ts';

/** The effects without the comments that are there already. */
export function unsaid(effects: readonly Effect[], snapshot: Snapshot): readonly Effect[] {
  if (!effects.some(({ kind }) => kind === 'comment')) return effects;
  const isSaid = saidIn(snapshot);
  return effects.filter((effect) => effect.kind !== 'comment' || !isSaid(effect.issue, occasionOfEffect(effect)));
}

/** What a comment is about: its key, where that tells. */
export function occasionOfEffect({ key, occasion = key }: Comment): string {
  return occasion;
}
