import type { LoadedProject } from '../../../plan/load-project.ts';
import type { Derivations } from '../../../state/derivations.ts';
import type { GrantedPermissions } from '../../../state/preflight/facts.ts';
import { isPreflightDue } from '../../../state/preflight/is-due.ts';
import type { Snapshot } from '../../../state/snapshot.ts';
import type { Locator } from '../../locator.ts';
import type { Client } from '../../octokit.ts';
import { readRepositoryFacts } from './repository-facts.ts';

interface FactsInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly granted?: () => Promise<GrantedPermissions>;
  readonly loaded: LoadedProject;
  readonly derivations: Derivations;
}

/** The snapshot with how the repository is set up, where something is about to be dispatched for the first time. */
export async function withFacts(
  seen: Snapshot,
  { client, locator, granted, loaded, derivations }: FactsInput,
): Promise<Snapshot> {
  if (!loaded.ok || !isPreflightDue(seen, { config: loaded.project.config, derivations })) return seen;
  const { base } = loaded.location;
  const facts = await readRepositoryFacts({ client, locator, base, granted: await granted?.() });
  return { ...seen, facts };
}
