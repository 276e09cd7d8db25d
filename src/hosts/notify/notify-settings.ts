import { NOTIFY_PREFIX, NOTIFY_SECRET } from '../../plan/notify-fields.ts';

/** Where a host may send notices to, by the names that configurations say. */
export interface NotifySettings {
  readonly addresses: ReadonlyMap<string, NotifyAddress>;
  /** The operator's own word: also to addresses that only this host reaches, and without TLS. */
  readonly isPrivateAllowed: boolean;
}

/** Both are secrets: whoever has the address of a chat may write in it. Neither is ever shown. */
export interface NotifyAddress {
  readonly url: string;
  /** With what goes there is signed; undefined: it is not. */
  readonly secret: string | undefined;
}

/** The operator's word for addresses of its own network. Its name is none that a configuration could say. */
const PRIVATE = 'NOTIFY_PRIVATE';

/** What is shorter is found by trying. */
const MIN_SECRET = 16;

export type ReadNotify =
  | { readonly ok: true; readonly settings: NotifySettings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the variables that begin with `AGENT_WAVES_NOTIFY_`. No message holds what stands in one. */
export function readNotifySettings(environment: Readonly<Record<string, string | undefined>>): ReadNotify {
  const problems: string[] = [];
  const addresses = new Map<string, NotifyAddress>();
  const isPrivateAllowed = environment[PRIVATE] === 'true';
  if (environment[PRIVATE] && !isPrivateAllowed && environment[PRIVATE] !== 'false')
    problems.push(`${PRIVATE} is "${environment[PRIVATE]}": give true or false`);
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(NOTIFY_PREFIX) || name.endsWith(NOTIFY_SECRET) || !value) continue;
    const url = URL.parse(value);
    const isUsable = url && (url.protocol === 'https:' || (url.protocol === 'http:' && isPrivateAllowed));
    if (!isUsable)
      problems.push(`${name} is no address that can be told anything: write one that begins with https://`);
    const secret = environment[`${name}${NOTIFY_SECRET}`] || undefined;
    if (secret !== undefined && secret.length < MIN_SECRET)
      problems.push(`${name}${NOTIFY_SECRET} has ${secret.length} characters: take ${MIN_SECRET} at least`);
    if (isUsable) addresses.set(name, { url: value, secret });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings: { addresses, isPrivateAllowed } };
}
