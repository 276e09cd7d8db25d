import { claimRef } from '../../../src/state/names.ts';
import type { Site } from './site.ts';

/** What the claim of an issue says who holds it: run 0 where its dispatch is over; undefined where there is none. */
export async function holderOf(site: Site, issue: number): Promise<{ dispatch: number; run: number } | undefined> {
  const message = await site.remote.run('log', '-1', '--format=%B', claimRef(issue)).catch(() => undefined);
  return message === undefined ? undefined : JSON.parse(message);
}
