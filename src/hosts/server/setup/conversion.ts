import { Octokit } from '@octokit/rest';
import * as z from 'zod';
import { API_VERSION, ONCE } from '../../../github/octokit.ts';

/** A new app, with its secrets. */
export interface ConvertedApp {
  readonly id: number;
  readonly slug: string;
  readonly pem: string;
  readonly webhookSecret: string;
  /** Its page. */
  readonly htmlUrl: string;
}

const converted = z.object({
  id: z.number().int().positive(),
  slug: z.string().regex(/^[a-z0-9-]{1,100}$/),
  pem: z.string().regex(/^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END [A-Z ]*PRIVATE KEY-----\s*$/),
  // A line of a settings file.
  webhook_secret: z.string().regex(/^[\w-]{16,200}$/),
  html_url: z.url({ protocol: /^https?$/ }),
});

const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Exchanges the code that GitHub sent for the app. It works once.
 * https://docs.github.com/en/rest/apps/apps#create-a-github-app-from-a-manifest
 */
export async function convertManifest(code: string, apiUrl: string | undefined): Promise<ConvertedApp> {
  const octokit = new Octokit({
    log: QUIET,
    userAgent: 'agent-waves',
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
  });
  const { data } = await octokit.request('POST /app-manifests/{code}/conversions', {
    code,
    headers: API_VERSION,
    request: ONCE,
  });
  const { id, slug, pem, webhook_secret, html_url } = converted.parse(data);
  return { id, slug, pem, webhookSecret: webhook_secret, htmlUrl: html_url };
}

function ignore(): void {}
