export type ModelProvider = 'anthropic' | 'openai' | 'gemini' | 'copilot';

/** A request that may be made of a model API. */
export interface ApiRoute {
  /** What has a body is sent with POST, and nothing else is. */
  readonly method: 'GET' | 'POST';
  /** Matches the whole path below `prefix`. */
  readonly path: RegExp;
  /** Parameters of the query that are passed on. */
  readonly query: readonly string[];
  /** Its answer is a turn of a model, and not a list of models or a count of tokens. */
  readonly isTurn?: true;
}

/** What the proxy has to know of a provider's API. */
export interface ProviderApi {
  /** Address of the API, without a slash at its end. */
  readonly upstream: string;
  /** Path before every path of the API, as agents are told it. */
  readonly prefix: string;
  readonly routes: readonly ApiRoute[];
  /** Headers that may bear the key, as `x-api-key` and its kin do, or as a bearer token. */
  readonly keyHeaders: readonly KeyHeader[];
  /** Headers of a request that are passed on, beside `COMMON_HEADERS`. */
  readonly headers: readonly RegExp[];
  /** What a placeholder begins with, where programs tell kinds of keys by their beginnings. */
  readonly keyPrefix?: string;
}

/** The input of the action that takes a provider's key. */
export function keyInput(provider: ModelProvider): string {
  return provider === 'copilot' ? 'copilot-token' : `${provider}-api-key`;
}

export type KeyHeader = (typeof KEY_HEADERS)[number];

/** Every header by which some API takes a key. */
export const KEY_HEADERS = ['x-api-key', 'authorization', 'x-goog-api-key', 'api-key'] as const;

/** Headers of a request that any provider may see. */
export const COMMON_HEADERS: readonly RegExp[] = [
  /^accept$/,
  /^content-type$/,
  /^user-agent$/,
  /^x-stainless-[a-z-]+$/,
];

const MODEL = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}';

/** Providers whose agents are pointed at the proxy. Beside the documentation, what the programs were seen to ask for. */
export const APIS: Readonly<Record<ModelProvider, ProviderApi>> = {
  /** "API overview" of Anthropic's documentation, and "LLM gateway configuration" of Claude Code's. */
  anthropic: {
    upstream: 'https://api.anthropic.com',
    prefix: '',
    routes: [
      { method: 'POST', path: /^\/v1\/messages$/, query: ['beta'], isTurn: true },
      { method: 'POST', path: /^\/v1\/messages\/count_tokens$/, query: ['beta'] },
      { method: 'GET', path: /^\/v1\/models$/, query: ['beta', 'limit', 'before_id', 'after_id'] },
      { method: 'GET', path: new RegExp(`^/v1/models/${MODEL}$`), query: ['beta'] },
    ],
    keyHeaders: ['x-api-key', 'authorization'],
    headers: [/^anthropic-(?:version|beta|dangerous-direct-browser-access)$/, /^x-app$/, /^x-claude-code-[a-z-]+$/],
  },
  /** "API reference" of OpenAI's documentation: what Codex uses with `wire_api = "responses"`, and chat. */
  openai: {
    upstream: 'https://api.openai.com/v1',
    prefix: '/v1',
    routes: [
      { method: 'POST', path: /^\/responses$/, query: [], isTurn: true },
      { method: 'POST', path: /^\/responses\/compact$/, query: [], isTurn: true },
      { method: 'POST', path: /^\/chat\/completions$/, query: [], isTurn: true },
      { method: 'GET', path: /^\/models$/, query: ['client_version'] },
      { method: 'GET', path: new RegExp(`^/models/${MODEL}$`), query: [] },
    ],
    keyHeaders: ['authorization'],
    headers: [
      /^openai-beta$/,
      /^originator$/,
      /^version$/,
      /^(?:session|thread|conversation)[-_]id$/,
      /^x-client-request-id$/,
      /^x-codex-[a-z-]+$/,
      /^x-openai-(?:subagent|internal-codex-[a-z-]+)$/,
    ],
  },
  /** "All methods" of the Gemini API's reference, below the versions that its SDK asks for. */
  gemini: {
    upstream: 'https://generativelanguage.googleapis.com',
    prefix: '',
    routes: [
      {
        method: 'POST',
        path: new RegExp(`^/v1(?:alpha|beta)?/models/${MODEL}:(?:generateContent|streamGenerateContent)$`),
        query: ['alt'],
        isTurn: true,
      },
      {
        method: 'POST',
        path: new RegExp(`^/v1(?:alpha|beta)?/models/${MODEL}:(?:countTokens|embedContent|batchEmbedContents)$`),
        query: ['alt'],
      },
      { method: 'GET', path: /^\/v1(?:alpha|beta)?\/models$/, query: ['pageSize', 'pageToken'] },
      { method: 'GET', path: new RegExp(`^/v1(?:alpha|beta)?/models/${MODEL}$`), query: [] },
    ],
    keyHeaders: ['x-goog-api-key'],
    headers: [/^x-goog-api-client$/, /^x-gemini-api-privileged-user-id$/],
  },
  /**
   * What Copilot CLI 1.0.102 asks for. The same host offers GitHub's tools (`/mcp`) and sessions of agents (`/agents`),
   * which could write with a job's token: they are no requests to a model.
   */
  copilot: {
    upstream: 'https://api.githubcopilot.com',
    prefix: '',
    routes: [
      { method: 'POST', path: /^\/v1\/messages$/, query: [], isTurn: true },
      { method: 'POST', path: /^\/responses$/, query: [], isTurn: true },
      { method: 'POST', path: /^\/chat\/completions$/, query: [], isTurn: true },
      { method: 'GET', path: /^\/models$/, query: [] },
    ],
    keyHeaders: ['authorization'],
    headers: [
      /^anthropic-(?:version|beta)$/,
      /^copilot-(?:integration-id|harness-id|vision-request)$/,
      /^editor-(?:version|plugin-version)$/,
      /^openai-intent$/,
      /^x-github-api-version$/,
      /^x-(?:initiator|interaction-id|interaction-type|agent-task-id|client-session-id|client-machine-id)$/,
    ],
    // A job's: for a person's token it asks GitHub about the person first.
    keyPrefix: 'ghs_',
  },
};
