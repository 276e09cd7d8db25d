import type { Adapter, AgentEvent, AgentRequest, LaunchSpec } from '../adapter.ts';
import { asNumber, asObject, asObjects, asText, type JsonObject, parseJsonLine } from './json-line.ts';
import { resumePrompt, startPrompt } from './prompt.ts';
import { classifyError, limitEvent } from './wording.ts';

/**
 * Codex without a terminal. Flags: "Non-interactive mode", "Command line options" and "Configuration reference"
 * (`model_providers`) in its documentation; events: `exec_events.rs` of openai/codex. It reports tokens and no cost.
 */
export const codex: Adapter = {
  name: 'codex',
  install: 'npm install --global @openai/codex',
  provider: 'openai',
  budget: 'unknown',
  stopSignal: 'SIGINT',
  reportsResult: true,
  exits: {},
  start: (request) => launch(request, { prompt: ['-'], input: startPrompt(request) }),
  resume: (request, session) => launch(request, { prompt: ['resume', session, '-'], input: resumePrompt(request) }),
  read,
};

/**
 * Its own sandbox (bubblewrap) cannot start where users may make no namespaces, as on hosted Ubuntu runners, and then
 * no command of the agent runs at all: https://github.com/openai/codex/issues/15057. What holds it is what holds every
 * agent: `isolation`.
 */
const SANDBOX = ['--sandbox', 'danger-full-access'];
const KEY = 'AGENT_WAVES_MODEL_KEY';

/** It asks its model and nobody else: no usage statistics for chatgpt.com, no catalogue of plugins from github.com. */
const QUIET = ['-c', 'analytics.enabled=false', '-c', 'features.plugins=false'];

function launch(
  { model, access }: AgentRequest,
  { prompt, input }: { readonly prompt: readonly string[]; readonly input: string },
): LaunchSpec {
  const chosen = model === 'default' ? [] : ['--model', model];
  return {
    argv: ['codex', 'exec', '--json', ...SANDBOX, ...QUIET, ...provider(access?.url), ...chosen, ...prompt],
    input,
    environment: access ? { [KEY]: access.key } : {},
  };
}

/** The built-in provider has a fixed address, so the proxy is a provider of its own. */
function provider(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  const table = `{ name = "agent-waves", base_url = ${JSON.stringify(url)}, env_key = "${KEY}", wire_api = "responses" }`;
  return ['-c', 'model_provider="agent_waves"', '-c', `model_providers.agent_waves=${table}`];
}

function read(line: string): readonly AgentEvent[] | undefined {
  const event = parseJsonLine(line);
  switch (event?.type) {
    case undefined:
      return undefined;
    case 'thread.started':
      return [{ kind: 'session', id: asText(event.thread_id) ?? '' }];
    case 'item.started':
    case 'item.completed':
      return item(asObject(event.item) ?? {}, event.type === 'item.completed');
    case 'turn.completed':
      return [...usage(asObject(event.usage)), { kind: 'end' }];
    case 'turn.failed':
      return failed(asText(asObject(event.error)?.message) ?? '');
    case 'error':
      return [{ kind: 'trouble', text: asText(event.message) ?? '' }];
    default:
      return [];
  }
}

/** A command is shown when it starts, so that people see what runs; everything else when it is complete. */
function item(given: JsonObject, complete: boolean): readonly AgentEvent[] {
  const turn: AgentEvent = { kind: 'turn', id: asText(given.id) ?? '' };
  const text = asText(given.text) ?? '';
  if (given.type === 'command_execution') {
    if (!complete) return [turn, { kind: 'tool', name: 'command', about: asText(given.command) ?? '' }];
    return [{ kind: 'output', text: asText(given.aggregated_output) ?? '' }];
  }
  if (!complete) return [];
  switch (given.type) {
    case 'agent_message':
      return [turn, { kind: 'text', text }];
    case 'file_change': {
      const paths = asObjects(given.changes).map((change) => `${asText(change.kind)} ${asText(change.path)}`);
      return [turn, { kind: 'tool', name: 'file change', about: paths.join(', ') }];
    }
    case 'mcp_tool_call':
      return [turn, { kind: 'tool', name: asText(given.server) ?? 'mcp', about: asText(given.tool) ?? '' }];
    case 'web_search':
      return [turn, { kind: 'tool', name: 'web search', about: asText(given.query) ?? '' }];
    case 'error':
      return [{ kind: 'trouble', text: asText(given.message) ?? '' }];
    default:
      return [];
  }
}

function usage(given: JsonObject | undefined): readonly AgentEvent[] {
  const [input, output] = [asNumber(given?.input_tokens), asNumber(given?.output_tokens)];
  if (input === undefined || output === undefined) return [];
  return [{ kind: 'usage', tokens: { input, output, cached: asNumber(given?.cached_input_tokens) ?? 0 } }];
}

function failed(message: string): readonly AgentEvent[] {
  const problem = classifyError(message);
  return [...(problem.kind === 'quota' ? [limitEvent(message)] : []), { kind: 'end', problem }];
}
