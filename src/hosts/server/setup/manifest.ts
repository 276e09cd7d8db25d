import * as z from 'zod';
import { WEBHOOK_PATH } from '../webhooks.ts';

/** What app.yml says, of which only the addresses are not known before there is a server. */
export const appManifest = z.object({
  name: z.string(),
  url: z.string(),
  description: z.string(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});

export type AppManifest = z.infer<typeof appManifest>;

/** What a person says on the first page. */
export interface AppAddress {
  /** Where GitHub reaches the server: origin, and path where it has one, without a slash at its end. */
  readonly publicUrl: string;
  /** Login of the organization that is to own the app; undefined: who makes it. */
  readonly organization: string | undefined;
}

export type ReadAddress =
  | { readonly ok: true; readonly address: AppAddress }
  | { readonly ok: false; readonly problem: string };

export function readAddress(form: URLSearchParams): ReadAddress {
  const [given, organization] = ['address', 'organization'].map((name) => form.get(name)?.trim() ?? '');
  const url = URL.parse(given ?? '');
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    return { ok: false, problem: 'Give the address as in https://waves.example.com' };
  if (organization && !/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(organization))
    return { ok: false, problem: 'Give the login of the organization, as it stands in its address on GitHub' };
  const publicUrl = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return { ok: true, address: { publicUrl, organization: organization || undefined } };
}

/** As https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest takes it. */
export function manifestFor(
  app: AppManifest,
  { publicUrl, redirectUrl }: { publicUrl: string; redirectUrl: string },
): object {
  return {
    ...app,
    hook_attributes: { url: `${publicUrl}${WEBHOOK_PATH}`, active: true },
    redirect_url: redirectUrl,
  };
}

/** Where a person makes the app. @param webUrl Of GitHub, without a slash at its end. */
export function creationUrl(
  webUrl: string,
  { organization, state }: { organization: string | undefined; state: string },
): string {
  const owner = organization === undefined ? '' : `/organizations/${encodeURIComponent(organization)}`;
  return `${webUrl}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`;
}
