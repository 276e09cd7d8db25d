import { APIS, type ProviderApi } from './providers.ts';

/** Claude Code sends the same to either. */
const HEADERS = APIS.anthropic.headers;

/** An id, or an inference profile by its ARN, whose slash is the only one that is escaped. */
const MODEL =
  '(?:arn(?::|%3A)aws[a-z-]*(?::|%3A)bedrock(?::|%3A)[a-z0-9-]+(?::|%3A)[0-9]{0,12}(?::|%3A)[a-z-]+%2F)?[A-Za-z0-9][A-Za-z0-9._:-]{0,119}';

/** `InvokeModel` and `InvokeModelWithResponseStream` of the Amazon Bedrock API reference, for Claude. */
export function bedrockApi(region: string): ProviderApi {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    upstream: `https://bedrock-runtime.${region}.${domain}`,
    prefix: '',
    routes: [
      {
        method: 'POST',
        path: new RegExp(`^/model/${MODEL}/invoke(?:-with-response-stream)?$`),
        query: [],
        isTurn: true,
      },
      { method: 'POST', path: new RegExp(`^/model/${MODEL}/count-tokens$`), query: [] },
    ],
    keyHeaders: ['authorization'],
    headers: HEADERS,
  };
}

/** `rawPredict` and `streamRawPredict` of the Vertex AI API reference, for Claude, in one project and one region. */
export function vertexApi({ project, region }: { readonly project: string; readonly region: string }): ProviderApi {
  const models = `/projects/${project}/locations/${region}/publishers/anthropic/models`;
  const model = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:(?:@|%40)[A-Za-z0-9.-]{1,40})?';
  return {
    upstream: `https://${vertexHost(region)}/v1`,
    prefix: '/v1',
    routes: [
      {
        method: 'POST',
        path: new RegExp(`^${models}/${model}:(?:rawPredict|streamRawPredict)$`),
        query: [],
        isTurn: true,
      },
    ],
    keyHeaders: ['authorization'],
    headers: HEADERS,
  };
}

/** "Locations" of Vertex AI's documentation: `global`, the multi-regions `us` and `eu`, and regions. */
function vertexHost(region: string): string {
  if (region === 'global') return 'aiplatform.googleapis.com';
  return region === 'us' || region === 'eu'
    ? `aiplatform.${region}.rep.googleapis.com`
    : `${region}-aiplatform.googleapis.com`;
}
