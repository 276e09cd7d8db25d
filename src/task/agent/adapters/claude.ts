import { dirname } from 'node:path';
import type { Adapter, AgentEvent, AgentProblem, AgentRequest, LaunchSpec, ModelAccess, Tokens } from '../adapter.ts';
import { asNumber, asObject, asObjects, asText, describeToolUse, type JsonObject, parseJsonLine } from './json-line.ts';
import { resumePrompt, startPrompt } from './prompt.ts';
import { classifyError } from './wording.ts';

/** What it may use without asking: files and commands, not the web. */
const TOOLS = 'Bash,Edit,Glob,Grep,NotebookEdit,Read,Task,Write';

/**
 * Claude Code without a terminal. Flags and messages: "CLI reference", "Run Claude Code programmatically" and the
 * message types of "Agent SDK reference - TypeScript" in its documentation. The budget is its own `--max-budget-usd`,
 * which it checks between turns: one turn may pass it. `--max-turns` is not in its help (2.1.332), and works.
 * Without `--bare`: docs/adr/0024-how-agents-reach-their-models.md.
 */
export const claude: Adapter = {
  name: 'claude',
  install: 'npm install --global @anthropic-ai/claude-code',
  provider: 'anthropic',
  budget: 'held',
  stopSignal: 'SIGINT',
  reportsResult: true,
  exits: {},
  start: (request) => launch(request, { resume: [], input: startPrompt(request) }),
  resume: (request, session) => launch(request, { resume: ['--resume', session], input: resumePrompt(request) }),
  read,
};

function launch(
  { model, brief, maxUsd, maxTurns, access }: AgentRequest,
  { resume, input }: { readonly resume: readonly string[]; readonly input: string },
): LaunchSpec {
  const flags = ['--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'];
  const chosen = model === 'default' ? [] : ['--model', model];
  const budget = maxUsd === undefined ? [] : ['--max-budget-usd', String(maxUsd)];
  const turns = maxTurns === undefined ? [] : ['--max-turns', String(maxTurns)];
  return {
    argv: [
      'claude',
      '-p',
      ...resume,
      ...flags,
      '--allowedTools',
      TOOLS,
      '--add-dir',
      dirname(brief),
      ...chosen,
      ...budget,
      ...turns,
    ],
    input,
    environment: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ...(access ? modelVariables(access) : {}),
    },
  };
}

/** "Environment variables", "Claude Code on Amazon Bedrock" and "Claude Code on Google Vertex AI" of its documentation. */
function modelVariables({ key, url, source }: ModelAccess): LaunchSpec['environment'] {
  switch (source.kind) {
    case 'key':
      return { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url };
    case 'subscription':
      return { CLAUDE_CODE_OAUTH_TOKEN: key, ANTHROPIC_BASE_URL: url };
    case 'bedrock':
      return {
        CLAUDE_CODE_USE_BEDROCK: '1',
        CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1',
        AWS_BEARER_TOKEN_BEDROCK: key,
        AWS_REGION: source.region,
        ANTHROPIC_BEDROCK_BASE_URL: url,
      };
    case 'vertex':
      return {
        CLAUDE_CODE_USE_VERTEX: '1',
        CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
        ANTHROPIC_AUTH_TOKEN: key,
        ANTHROPIC_VERTEX_PROJECT_ID: source.project,
        CLOUD_ML_REGION: source.region,
        ANTHROPIC_VERTEX_BASE_URL: url,
      };
  }
}

function read(line: string): readonly AgentEvent[] | undefined {
  const message = parseJsonLine(line);
  switch (message?.type) {
    case undefined:
      return undefined;
    case 'system':
      return message.subtype === 'init' ? session(message) : [];
    case 'assistant':
      return reply(message);
    case 'user':
      return contents(message).flatMap(({ type, content }) => (type === 'tool_result' ? output(content) : []));
    case 'rate_limit_event':
      return limit(asObject(message.rate_limit_info));
    case 'result':
      return result(message);
    default:
      return [];
  }
}

function session({ session_id }: JsonObject): readonly AgentEvent[] {
  const id = asText(session_id);
  return id === undefined ? [] : [{ kind: 'session', id }];
}

function contents({ message }: JsonObject): readonly JsonObject[] {
  return asObjects(asObject(message)?.content);
}

/** Each block of a reply comes as a message of its own, under the id of the reply. */
function reply(message: JsonObject): readonly AgentEvent[] {
  const id = asText(asObject(message.message)?.id) ?? '';
  // What a subagent says belongs to the turn that started it.
  const turn: readonly AgentEvent[] = message.parent_tool_use_id ? [] : [{ kind: 'turn', id }];
  const events = contents(message).flatMap(({ type, text, name, input }): readonly AgentEvent[] => {
    if (type === 'text' && asText(text)) return [{ kind: 'text', text: asText(text) ?? '' }];
    if (type === 'tool_use') return [{ kind: 'tool', name: asText(name) ?? 'tool', about: describeToolUse(input) }];
    return [];
  });
  return events.length === 0 ? [] : [...turn, ...events];
}

function output(content: unknown): readonly AgentEvent[] {
  const text =
    asText(content) ??
    asObjects(content)
      .flatMap((part) => asText(part.text) ?? [])
      .join('\n');
  return text === '' ? [] : [{ kind: 'output', text }];
}

/** Sent when a limit comes near, too; `resetsAt` is in seconds. */
function limit(info: JsonObject | undefined): readonly AgentEvent[] {
  if (info?.status !== 'rejected') return [];
  const resetsAt = asNumber(info.resetsAt);
  return [{ kind: 'limited', until: resetsAt === undefined ? undefined : resetsAt * 1_000 }];
}

function result(message: JsonObject): readonly AgentEvent[] {
  const { result: text, num_turns, total_cost_usd, usage } = message;
  const [turns, costUsd, tokens] = [asNumber(num_turns), asNumber(total_cost_usd), tokensOf(asObject(usage))];
  const problem = problemOf(message);
  // It was told to end, and says so: why is known to whoever told it.
  const isStopped = asText(message.terminal_reason)?.startsWith('aborted') ?? false;
  return [
    ...session(message),
    {
      kind: 'usage',
      ...(turns === undefined ? {} : { turns }),
      ...(costUsd === undefined ? {} : { costUsd }),
      ...(tokens === undefined ? {} : { tokens }),
    },
    ...(isStopped ? [] : [{ kind: 'end', summary: asText(text) ?? '', ...(problem ? { problem } : {}) } as const]),
  ];
}

function tokensOf(usage: JsonObject | undefined): Tokens | undefined {
  const output = asNumber(usage?.output_tokens);
  if (!usage || output === undefined) return undefined;
  const cached = asNumber(usage.cache_read_input_tokens) ?? 0;
  const input = (asNumber(usage.input_tokens) ?? 0) + (asNumber(usage.cache_creation_input_tokens) ?? 0) + cached;
  return { input, output, cached };
}

/** `is_error` alone misses runs that a limit ended: those tell by `subtype`. */
function problemOf({ subtype, is_error, result: text, ...message }: JsonObject): AgentProblem | undefined {
  const status = asNumber(message.api_error_status);
  const words = asText(text) ?? '';
  if (subtype === 'error_max_turns') return { kind: 'turns', what: 'reached its limit of turns' };
  if (subtype === 'error_max_budget_usd') return { kind: 'budget', what: 'used up max_usd' };
  if (message.stop_reason === 'refusal') return { kind: 'refused', what: 'was refused by the model' };
  if (status === 429) return { kind: 'quota', what: `was refused by the model's provider: ${status}` };
  if (subtype === 'success' && !is_error) return undefined;
  const reasons = [
    subtype === 'success' ? undefined : asText(subtype),
    message.terminal_reason === 'completed' ? undefined : asText(message.terminal_reason),
    status === undefined ? undefined : `the model's provider answered ${status}`,
  ].filter((reason) => reason !== undefined);
  const kind = (status === undefined ? undefined : kindOf(status)) ?? classifyError(words).kind;
  return { kind, what: `did not finish: ${reasons.join(', ') || words.slice(0, 200) || 'it reports an error'}` };
}

function kindOf(status: number): AgentProblem['kind'] | undefined {
  if (status === 401 || status === 403) return 'login';
  if (status === 402) return 'account';
  if (status === 404) return 'model';
  return status === 408 || status >= 500 ? 'outage' : undefined;
}
