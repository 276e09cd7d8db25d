import type { CheckItem } from './check-items.ts';
import { newDependencyBudget } from './dependency-budget.ts';
import type { DraftDependency, SourcePosition } from './draft.ts';

/** One item of spec-kit's tasks.md. */
export interface SpecKitItem {
  readonly id: string;
  readonly at: SourcePosition;
  /** Marked `[P]`: it touches other files than its neighbours. */
  readonly parallel: boolean;
  readonly story: string | undefined;
  readonly source: CheckItem;
  readonly text: string;
}

export interface SpecKitPhase {
  /** Of its heading: `3`. */
  readonly label: string | undefined;
  readonly title: string;
  /** Stories that follow each other run side by side; every other phase waits for all before it. */
  readonly story: boolean;
  readonly items: readonly SpecKitItem[];
}

/**
 * What every item waits for: within a phase, an item without `[P]` for the one before it, and items with `[P]` that
 * follow each other together; at its beginning, for the end of the phases before.
 */
export function barriers(phases: readonly SpecKitPhase[]): ReadonlyMap<SpecKitItem, readonly DraftDependency[]> {
  const allow = newDependencyBudget();
  const waiting = new Map<SpecKitItem, readonly DraftDependency[]>();
  /** The last items of all that is over before the current phase, or before the stories side by side with it. */
  let before: readonly SpecKitItem[] = [];
  let ends: SpecKitItem[] = [];
  for (const [index, phase] of phases.entries()) {
    const beside = phase.story && phases[index - 1]?.story === true;
    if (!beside) {
      before = ends.length > 0 ? ends : before;
      ends = [];
    }
    let last = before;
    for (const group of groupsOf(phase.items)) {
      allow(group.length * last.length);
      for (const item of group) waiting.set(item, dependenciesOf(item, last));
      last = group;
    }
    ends.push(...last);
  }
  return waiting;
}

function groupsOf(items: readonly SpecKitItem[]): readonly (readonly SpecKitItem[])[] {
  const groups: SpecKitItem[][] = [];
  for (const [index, item] of items.entries()) {
    const group = groups.at(-1);
    if (group !== undefined && item.parallel && items[index - 1]?.parallel === true) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

function dependenciesOf(item: SpecKitItem, last: readonly SpecKitItem[]): readonly DraftDependency[] {
  return last.map(({ id }) => ({ id, at: item.at }));
}
