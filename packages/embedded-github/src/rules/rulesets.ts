import type { RepositoryRecord, Viewer } from '../model/records.ts';
import type { Protection, Ruleset } from '../model/rules.ts';
import type { Store } from '../model/store.ts';

export function addRuleset(
  { store, clock }: { readonly store: Store; readonly clock: () => number },
  { repository, protection }: { readonly repository: RepositoryRecord; readonly protection: Protection },
): Ruleset {
  const ruleset = { ...protection, id: store.nextId('ruleset'), createdAt: clock() };
  repository.rulesets.push(ruleset);
  return ruleset;
}

export function rulesetsOf(repository: RepositoryRecord, branch: string): readonly Ruleset[] {
  return repository.rulesets.filter((each) => each.branch === branch);
}

/** Those of a branch that bind this viewer. */
export function rulesetsBinding(
  viewer: Viewer,
  { repository, branch }: { readonly repository: RepositoryRecord; readonly branch: string },
): readonly Ruleset[] {
  return rulesetsOf(repository, branch).filter((each) => !bypasses(viewer, each));
}

export function bypasses(viewer: Viewer, ruleset: Ruleset): boolean {
  return viewer.kind === 'installation' && (ruleset.bypass?.includes(viewer.app.slug) ?? false);
}

/** Whether a rule of the older kind names others who alone may push. */
export function isShutOut(viewer: Viewer, { pushers }: Ruleset): boolean {
  return pushers !== undefined && !(viewer.kind === 'installation' && pushers.includes(viewer.app.slug));
}

export function requiredChecks(rulesets: readonly Ruleset[]): readonly string[] {
  return [...new Set(rulesets.flatMap((each) => each.requiredChecks ?? []))];
}

export function mergeQueueOf(rulesets: readonly Ruleset[]): Ruleset | undefined {
  return rulesets.find((each) => each.mergeQueue === true);
}
