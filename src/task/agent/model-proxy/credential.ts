import type { RequestRefusal } from './admit-request.ts';
import type { KeyHeader } from './providers.ts';

/** A request that is about to go to the provider. */
export interface Unproven {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the agent had the placeholder. */
  readonly keyHeader: KeyHeader;
}

export interface Proof {
  readonly kind: 'proven';
  /** Headers that this one request gets, in place of those of the same names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What proves to a provider who asks. It stays in this process, and goes to nobody but the provider. */
export interface Credential {
  readonly prove: (request: Unproven) => Promise<Proof | RequestRefusal>;
  /** What no answer may show, as of now. */
  readonly secrets: () => readonly string[];
}

/** The key of an API. @throws when it can be none. */
export function apiKey(given: string): Credential {
  const key = checkKey(given);
  return {
    prove: async ({ keyHeader }) => ({
      kind: 'proven',
      headers: { [keyHeader]: keyHeader === 'authorization' ? `Bearer ${key}` : key },
    }),
    secrets: () => [key],
  };
}

/** Without it Anthropic refuses a subscription's token; Claude Code 2.1.332 sends it among others. */
const OAUTH_BETA = 'oauth-2025-04-20';

/** The token of a Claude subscription, as `claude setup-token` makes it. @throws when it can be none. */
export function subscriptionToken(given: string): Credential {
  const token = checkKey(given);
  return {
    prove: async ({ headers }) => {
      const betas = (headers['anthropic-beta'] ?? '').split(',').filter((beta) => beta.trim() !== '');
      const all = betas.some((beta) => beta.trim() === OAUTH_BETA) ? betas : [...betas, OAUTH_BETA];
      return { kind: 'proven', headers: { authorization: `Bearer ${token}`, 'anthropic-beta': all.join(',') } };
    },
    secrets: () => [token],
  };
}

/** @throws when a key cannot stand in a header; never with the key. */
export function checkKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new Error('the model key has a space, a line break or a letter that no key has; paste it again');
}
