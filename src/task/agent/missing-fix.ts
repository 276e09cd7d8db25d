import type { Adapter, AgentProblem, ModelSource } from './adapter.ts';
import { keyInput, type ModelProvider } from './model-proxy/providers.ts';

/** What brings what is missing: the command or setting; undefined where nothing is. */
export function missingFix(
  kind: AgentProblem['kind'],
  ended: Missing & { readonly agent: string },
): string | undefined {
  const { adapter, agent } = ended;
  const { provider } = adapter;
  switch (kind) {
    case 'missing':
      return installFix(ended);
    case 'login':
      return loginFix(ended);
    case 'account':
      return accountFix(ended);
    case 'model':
      return `name a model that the key may use: \`model\` of ${agent} under \`agents\` or \`routes\` in .github/agent-waves.yml, or \`/retry model=…\``;
    case 'address':
      return provider === undefined ? undefined : addressFix(provider);
    default:
      return undefined;
  }
}

/** Where Copilot CLI has no token, or none that is taken. */
export const COPILOT_LOGIN =
  'give the job `permissions: copilot-requests: write` and its token to the action as `copilot-token`; an organization has to allow Copilot CLI that is billed to it';

export function addressFix(provider: ModelProvider): string {
  return `give the action the address of the API as \`${provider}-base-url\`, or none`;
}

interface Missing {
  readonly adapter: Adapter;
  readonly source?: ModelSource | undefined;
}

/** The templates install an agent where its key is a secret. */
function installFix({ adapter: { provider, install }, source }: Missing): string {
  const step = `add \`- run: ${install}\` to the task workflow, before the action`;
  if (provider === 'copilot') return `set \`copilot: true\` of the action agent-waves/agents, or ${step}`;
  const secret = secretOf(provider, source);
  return secret === undefined ? step : `put its key into the secret ${secret}, or ${step}`;
}

/** Where the templates take from what proves who asks; undefined where that is no secret. */
function secretOf(provider: ModelProvider | undefined, source: ModelSource | undefined): string | undefined {
  if (provider === undefined || source?.kind === 'bedrock' || source?.kind === 'vertex') return undefined;
  const name = source?.kind === 'subscription' ? 'CLAUDE_CODE_OAUTH_TOKEN' : `${provider.toUpperCase()}_API_KEY`;
  return `\`${name}\` of the environment \`agent-waves\``;
}

function loginFix({ adapter: { provider }, source }: Missing): string {
  if (provider === undefined) return 'give it a key that is taken';
  if (provider === 'copilot') return COPILOT_LOGIN;
  switch (source?.kind) {
    case 'subscription':
      return `put a token of \`claude setup-token\` into the secret ${secretOf(provider, source)}, and give it to the action as \`anthropic-oauth-token\``;
    case 'bedrock':
      return 'let the role that aws-actions/configure-aws-credentials assumes invoke the model (`bedrock:InvokeModelWithResponseStream`), for as long as a slice (`role-duration-seconds`)';
    case 'vertex':
      return 'let the identity that google-github-actions/auth is given use the model (`roles/aiplatform.user`)';
    case 'key':
    case undefined:
      return `put a key that is taken into the secret ${secretOf(provider, source)}, and give it to the action as \`${keyInput(provider)}\``;
  }
}

function accountFix({ adapter: { provider }, source }: Missing): string {
  if (provider === 'copilot') return 'raise the limit of Copilot requests of the organization or person that pays';
  if (source !== undefined && source.kind !== 'key') return 'put money on the account that pays for it';
  const input = provider === undefined ? 'its key' : keyInput(provider);
  return `put money on the account of the key, or give the action another one as \`${input}\``;
}
