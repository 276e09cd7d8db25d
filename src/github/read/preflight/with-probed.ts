import * as z from 'zod';
import type { Derivations } from '../../../state/derivations.ts';
import { claimRef } from '../../../state/names.ts';
import { awaitedProbe } from '../../../state/preflight/probe.ts';
import type { Snapshot } from '../../../state/snapshot.ts';
import { readCommitRef } from '../../commit-ref.ts';
import type { Locator } from '../../locator.ts';
import type { Client } from '../../octokit.ts';

interface ProbedInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly derivations: Derivations;
}

/** What the message of a claim says, as `claimMessage` writes it. */
const claim = z.object({ dispatch: z.number(), probed: z.literal(true) });

/** The snapshot with what a run says that looks whether work could land: two requests, and none where none is waited for. */
export async function withProbed(seen: Snapshot, { client, locator, derivations }: ProbedInput): Promise<Snapshot> {
  const issue = awaitedProbe(seen, derivations);
  if (issue === undefined) return seen;
  const said = await readCommitRef({ client, locator }, claimRef(issue));
  const told = said && claim.safeParse(jsonIn(said.message)).data;
  return told ? { ...seen, probed: { issue, dispatch: told.dispatch } } : seen;
}

/** Whoever may write may have put the ref anywhere. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
