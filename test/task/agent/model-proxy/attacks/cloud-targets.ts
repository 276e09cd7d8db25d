import { bedrockApi, vertexApi } from '../../../../../src/task/agent/model-proxy/cloud-apis.ts';
import { APIS, type ProviderApi } from '../../../../../src/task/agent/model-proxy/providers.ts';

/** Addresses that a program in the agent's place asks of an API, and whether they reach it. */
export interface Targets {
  readonly name: string;
  readonly api: ProviderApi;
  readonly passes: readonly string[];
  readonly refused: readonly string[];
}

const MODEL = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const PROFILE = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile%2Fabc123';
const MODELS = '/v1/projects/walls-1/locations/europe-west1/publishers/anthropic/models';

/** Requests that a job's credentials allow, and that are none to a model of the agent's; and addresses read in two ways. */
export const CLOUD_TARGETS: readonly Targets[] = [
  {
    name: 'Bedrock',
    api: bedrockApi('eu-west-1'),
    passes: [
      `POST /model/${MODEL}/invoke`,
      `POST /model/${MODEL}/invoke-with-response-stream`,
      `POST /model/${PROFILE}/invoke-with-response-stream`,
    ],
    refused: [
      'GET /inference-profiles?type=SYSTEM_DEFINED',
      'GET /foundation-models',
      'POST /model-customization-jobs',
      'POST /guardrail/g/version/1/apply',
      `POST /model/${MODEL}/converse`,
      `POST /model/${MODEL}/async-invoke`,
      'POST /async-invoke',
      'POST /model/../async-invoke/invoke',
      'POST /model/%2e%2e/invoke',
      'POST /model/..%2fasync-invoke/invoke',
      `POST /model/a%2F..%2F..%2Fasync-invoke/invoke`,
      `POST /model/${MODEL}%2Finvoke`,
      `POST /model/${MODEL}/invoke/`,
      `POST //model/${MODEL}/invoke`,
      `POST /model/a%0d%0ab/invoke`,
      'POST /model/arn:aws:sagemaker:eu-west-1:123456789012:endpoint%2Fe/invoke',
      `GET /model/${MODEL}/invoke`,
    ],
  },
  {
    name: 'Vertex AI',
    api: vertexApi({ project: 'walls-1', region: 'europe-west1' }),
    passes: [
      `POST ${MODELS}/claude-sonnet-5-5:streamRawPredict`,
      `POST ${MODELS}/claude-sonnet-4-5@20250929:rawPredict`,
      `POST ${MODELS}/count-tokens:rawPredict`,
    ],
    refused: [
      `POST ${MODELS.replace('walls-1', 'roofs-2')}/m:rawPredict`,
      `POST ${MODELS.replace('europe-west1', 'us-east5')}/m:rawPredict`,
      `POST ${MODELS.replace('anthropic', 'google')}/gemini:streamGenerateContent`,
      `POST ${MODELS}/m:predict`,
      `POST ${MODELS}/m:rawPredict/../../x`,
      `POST ${MODELS}/../../../endpoints/e:rawPredict`,
      `POST ${MODELS}/..%2f..%2fe:rawPredict`,
      `POST ${MODELS}/m@a/b:rawPredict`,
      `POST /v1/projects/walls-1/locations/europe-west1/endpoints`,
      `GET ${MODELS}/m`,
      'POST /v1/projects/walls-1:setIamPolicy',
    ],
  },
  {
    name: 'Copilot',
    api: APIS.copilot,
    passes: ['POST /v1/messages', 'POST /responses', 'POST /chat/completions', 'GET /models'],
    refused: [
      'POST /mcp',
      'POST /mcp/',
      'POST /mcp/x/repos',
      'GET /agents/tasks/6a0f3c1e-0000-4000-8000-000000000001',
      'POST /agents/swe/v1/jobs/acme/small',
      'GET /copilot_internal/user',
      'GET /copilot_internal/managed_settings',
      'POST /copilot_internal/v2/token',
      'POST /repos/acme/small/git/refs',
      'POST /graphql',
      'POST /models',
      'POST /models/session',
      'POST /responses/../mcp',
      'POST /responses/%2e%2e/mcp',
      'POST /v1/messages/batches',
      'POST /embeddings',
    ],
  },
];
