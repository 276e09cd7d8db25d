import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

/** The file that google-github-actions/auth writes for a workload identity: "External account credentials" (AIP-4117). */
const workloadIdentity = z.object({
  type: z.literal('external_account'),
  audience: z.string(),
  subject_token_type: z.string(),
  token_url: z.string(),
  service_account_impersonation_url: z.optional(z.string()),
  credential_source: z.object({
    url: z.string(),
    headers: z._default(z.record(z.string(), z.string()), {}),
    format: z.object({ type: z.literal('json'), subject_token_field_name: z.string() }),
  }),
});
export type WorkloadIdentity = z.output<typeof workloadIdentity>;

/** @returns Undefined where there is no such file, or it is of another kind. */
export function readWorkloadIdentity(file: string): WorkloadIdentity | undefined {
  try {
    return workloadIdentity.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Its words may be secret.
    return undefined;
  }
}
