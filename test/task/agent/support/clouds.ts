/** Credentials as aws-actions/configure-aws-credentials leaves them in a job. */
export const IDENTITY = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQDexample+token',
  AWS_REGION: 'eu-west-1',
};

/** What is secret on the way from a job's identity to a model of Google's, in that order. */
export const TOKENS = {
  request: 'request-token-0123456789abcdef',
  job: 'job-token-0123456789abcdefghij',
  federated: 'federated-token-0123456789abcd',
  access: 'ya29.access-token-0123456789ab',
};

/** The file that google-github-actions/auth writes, with everything it names at this address. */
export function workloadIdentity(url: string): object {
  return {
    type: 'external_account',
    audience: '//iam/walls',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${url}/sts`,
    service_account_impersonation_url: `${url}/account:generateAccessToken`,
    credential_source: {
      url: `${url}/github?audience=walls`,
      headers: { Authorization: `Bearer ${TOKENS.request}` },
      format: { type: 'json', subject_token_field_name: 'value' },
    },
  };
}

/** A message of "Event stream encoding" of AWS's documentation, without checksums: nobody here checks them. */
export function awsMessage(headers: Readonly<Record<string, string>>, payload: object): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  return Buffer.concat([prelude, head, body, Buffer.alloc(4)]);
}

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length, 0);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
}

/** An event of Anthropic's as Bedrock sends it. */
export function awsStream(event: object): Buffer {
  const bytes = Buffer.from(JSON.stringify(event)).toString('base64');
  return awsMessage(
    { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
    { bytes, p: 'abc' },
  );
}
