import type { Told } from '../../../state/preflight/facts.ts';
import { toFailure } from '../../errors.ts';

/**
 * Asks what a token may not be told. @param permission The one that is needed, as an installation spells it
 * (https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps).
 * @throws where GitHub did not answer, so that the pass is made again.
 */
export async function told<T>(permission: string, ask: () => Promise<T>): Promise<Told<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    if (toFailure(error).kind !== 'refused') throw error;
    return { known: false, permission };
  }
}
