import { AwsV4Signer } from 'aws4fetch';
import { type Credential, checkKey } from './credential.ts';

/** What aws-actions/configure-aws-credentials leaves in a job. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role; absent for a user's key. */
  readonly sessionToken: string | undefined;
  readonly region: string;
}

/**
 * Signs each request ("Signature Version 4" of AWS's documentation), so that the secret key is sent to nobody.
 * @param now In milliseconds.
 * @throws when what is given can be no key.
 */
export function awsCredential(identity: AwsIdentity, now: () => number = Date.now): Credential {
  const { accessKeyId, secretAccessKey, sessionToken, region } = identity;
  for (const part of [accessKeyId, secretAccessKey, ...(sessionToken ? [sessionToken] : [])]) checkKey(part);
  const signed = {
    accessKeyId,
    secretAccessKey,
    region,
    service: 'bedrock',
    ...(sessionToken ? { sessionToken } : {}),
  };
  return {
    prove: async ({ method, url, body }) => {
      const datetime = new Date(now()).toISOString().replace(/[:-]|\.\d{3}/g, '');
      const bytes = method === 'POST' ? { body: new Uint8Array(body) } : {};
      const { headers } = await new AwsV4Signer({ ...signed, method, url: url.href, datetime, ...bytes }).sign();
      return { kind: 'proven', headers: Object.fromEntries(headers) };
    },
    secrets: () => (sessionToken ? [secretAccessKey, sessionToken] : [secretAccessKey]),
  };
}
