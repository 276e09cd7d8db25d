import type { Environment } from '../protocol/job.ts';
import type { ModelSource } from './adapter.ts';
import { COPILOT_LOGIN } from './missing-fix.ts';
import { type AwsIdentity, awsCredential } from './model-proxy/aws-credential.ts';
import { bedrockApi, vertexApi } from './model-proxy/cloud-apis.ts';
import { apiKey, type Credential, subscriptionToken } from './model-proxy/credential.ts';
import { googleCredential } from './model-proxy/google-credential.ts';
import { APIS, keyInput, type ModelProvider, type ProviderApi } from './model-proxy/providers.ts';

/** Where an agent's model is, and what proves there who asks. */
export interface FoundSource {
  readonly kind: 'found';
  readonly source: ModelSource;
  readonly api: ProviderApi;
  /** Address of the API where it is not the provider's own. */
  readonly upstream: string | undefined;
  readonly credential: Credential;
}

export type SourceSearch =
  | FoundSource
  /** The workflow gives none: the agent has to have a login of its own. */
  | { readonly kind: 'none' }
  /** What it gives cannot be used. */
  | { readonly kind: 'unusable'; readonly what: string; readonly fix: string };

export interface Given {
  readonly environment: Environment;
  /** The checkout, where an agent reads every file. */
  readonly workspace: string;
}

/** Finds what the workflow gives the action for an agent of this provider. */
export function findSource(provider: ModelProvider, given: Given): SourceSearch {
  const ways = waysOf(provider, given.environment);
  const [way, ...more] = ways;
  // The others say so themselves, or have a login in an image of the runner.
  if (!way) return provider === 'copilot' ? unusable('it is given no token', COPILOT_LOGIN) : { kind: 'none' };
  if (more.length > 0) {
    const names = ways.map(({ input }) => `\`${input}\``).join(' and ');
    return unusable(`it is given ${names}, and cannot tell which is to be billed`, 'give the action one of them');
  }
  try {
    return way.open(given);
  } catch (problem) {
    const fix = `give the action another \`${way.input}\` or \`${provider}-base-url\``;
    return unusable(problem instanceof Error ? problem.message : String(problem), fix);
  }
}

interface Way {
  /** Input of the action that chooses it. */
  readonly input: string;
  /** @throws when what is given can be no key. */
  readonly open: (given: Given) => SourceSearch;
}

/** One for each input that is not empty. */
function waysOf(provider: ModelProvider, environment: Environment): readonly Way[] {
  const upstream = inputOf(environment, `${provider}-base-url`);
  const found = (source: ModelSource, credential: Credential): FoundSource => ({
    kind: 'found',
    source,
    api: APIS[provider],
    upstream,
    credential,
  });
  const inputs: Readonly<Record<string, (value: string) => Way['open']>> =
    provider === 'anthropic'
      ? {
          'anthropic-api-key': (key) => () => found({ kind: 'key' }, apiKey(key)),
          'anthropic-oauth-token': (token) => () => found({ kind: 'subscription' }, subscriptionToken(token)),
          'anthropic-cloud': (cloud) => (given) => openCloud(cloud, { given, upstream }),
        }
      : { [keyInput(provider)]: (key) => () => found({ kind: 'key' }, apiKey(key)) };
  return Object.entries(inputs).flatMap(([input, wayTo]) => {
    const value = inputOf(environment, input);
    return value ? [{ input, open: wayTo(value) }] : [];
  });
}

function inputOf(environment: Environment, input: string): string | undefined {
  return environment[`INPUT_${input.replaceAll('-', '_').toUpperCase()}`]?.trim();
}

function unusable(what: string, fix: string): SourceSearch {
  return { kind: 'unusable', what, fix };
}

interface CloudGiven {
  readonly given: Given;
  readonly upstream: string | undefined;
}

function openCloud(cloud: string, given: CloudGiven): SourceSearch {
  switch (cloud) {
    case 'bedrock':
      return openBedrock(given);
    case 'vertex':
      return openVertex(given);
    default:
      return unusable(`there is no cloud \`${cloud.slice(0, 40)}\``, 'set `anthropic-cloud` to bedrock or vertex');
  }
}

const REGION = /^[a-z]+(?:-[a-z0-9]+)*$/;

/** Names of variables: "Configuring the AWS CLI" of AWS's documentation; aws-actions/configure-aws-credentials sets them. */
function openBedrock({ given: { environment }, upstream }: CloudGiven): SourceSearch {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || '';
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !REGION.test(region))
    return unusable(
      'the job has no credentials of AWS, or no region',
      'put aws-actions/configure-aws-credentials with `role-to-assume` and `aws-region` before the action, and give the job `permissions: id-token: write`',
    );
  const identity: AwsIdentity = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN || undefined,
    region,
  };
  const credential = awsCredential(identity);
  return { kind: 'found', source: { kind: 'bedrock', region }, api: bedrockApi(region), upstream, credential };
}

/** Names of variables: "Claude Code on Google Vertex AI"; google-github-actions/auth sets the file and the project. */
function openVertex({ given: { environment, workspace }, upstream }: CloudGiven): SourceSearch {
  const file = environment.GOOGLE_APPLICATION_CREDENTIALS ?? '';
  const project = environment.ANTHROPIC_VERTEX_PROJECT_ID || environment.GOOGLE_CLOUD_PROJECT || '';
  const region = environment.CLOUD_ML_REGION ?? '';
  if (!file || !/^[a-z][a-z0-9-]{4,29}$/.test(project) || !REGION.test(region))
    return unusable(
      'the job has no credentials of Google Cloud, no project or no region',
      'put google-github-actions/auth with `workload_identity_provider` and `project_id` before the action, set `CLOUD_ML_REGION` in its `env`, and give the job `permissions: id-token: write`',
    );
  const found = googleCredential({ file, workspace, environment });
  if (found.kind === 'unusable') return found;
  const { credential } = found;
  const source: ModelSource = { kind: 'vertex', project, region };
  return { kind: 'found', source, api: vertexApi({ project, region }), upstream, credential };
}
