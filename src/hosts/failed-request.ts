import * as z from 'zod';
import { PassFailed } from '../reconcile.ts';

/** @returns The request that failed and a colon, where the error tells; else nothing. */
export function requestIn(error: unknown): string {
  const failed = error instanceof PassFailed ? error.cause : error;
  const request = failed instanceof Error && 'request' in failed ? failed.request : undefined;
  const read = asked.safeParse(request);
  return read.success ? `${read.data.method} ${read.data.url.replace(/[?#].*$/, '')}: ` : '';
}

const asked = z.object({ method: z.string(), url: z.string() });
