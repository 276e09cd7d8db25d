import { resolve, sep } from 'node:path';
import type { Environment } from '../../protocol/job.ts';
import { refuse } from './admit-request.ts';
import { unsharedAgent } from './ask-provider.ts';
import type { Credential } from './credential.ts';
import { exchangeToken } from './exchange-token.ts';
import { readWorkloadIdentity, type WorkloadIdentity } from './workload-identity.ts';

export type GoogleCredential =
  | { readonly kind: 'usable'; readonly credential: Credential }
  | { readonly kind: 'unusable'; readonly what: string; readonly fix: string };

/** An access token is not used in its last minutes: an answer may be long in coming. */
const MARGIN_MS = 5 * 60_000;

export interface CredentialsFile {
  readonly file: string;
  readonly workspace: string;
  /** Where the machine's own proxy to the network is named. */
  readonly environment: Environment;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** Access tokens for the identity of the job: each is asked for when the one before it ends. */
export function googleCredential({ file, workspace, environment, now = Date.now }: CredentialsFile): GoogleCredential {
  if (resolve(file).startsWith(`${resolve(workspace)}${sep}`))
    return {
      kind: 'unusable',
      what: 'the credentials of Google Cloud lie in the checkout, where the agent could read them',
      fix: 'move the file that GOOGLE_APPLICATION_CREDENTIALS names to $RUNNER_TEMP, in a step before the action: `Vertex AI` in docs/guides/agents.md',
    };
  const identity = readWorkloadIdentity(file);
  if (!identity)
    return {
      kind: 'unusable',
      what: 'the credentials of Google Cloud are none of a workload identity',
      fix: 'give google-github-actions/auth a `workload_identity_provider`, and no `credentials_json`',
    };
  return { kind: 'usable', credential: tokensOf(identity, { environment, now }) };
}

interface Asking {
  readonly environment: Environment;
  readonly now: () => number;
}

function tokensOf(identity: WorkloadIdentity, { environment, now }: Asking): Credential {
  const agent = unsharedAgent(environment);
  let current: { readonly token: string; readonly until: number } | undefined;
  let coming: Promise<string | undefined> | undefined;
  const fresh = (): Promise<string | undefined> => {
    coming ??= exchangeToken(identity, { agent, now }).then((token) => {
      current = token ?? current;
      coming = undefined;
      return token?.token;
    });
    return coming;
  };
  return {
    prove: async () => {
      const token = current && current.until - MARGIN_MS > now() ? current.token : await fresh();
      if (token !== undefined) return { kind: 'proven', headers: { authorization: `Bearer ${token}` } };
      return { ...refuse(502, 'Google Cloud gave the job no access token'), trouble: 'login' };
    },
    secrets: () => (current ? [current.token] : []),
  };
}
