import type { Adapter, AgentEvent, AgentRequest, Launch } from '../adapter.ts';
import { type Loose, numberIn, objectIn, objectsIn, readObject, textIn } from './json-line.ts';
import { askFor, goOn } from './prompt.ts';
import { limitIn, problemIn } from './wording.ts';

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
  tellsItsEnd: true,
  exits: {},
  start: (request) => launch(request, ['-'], askFor(request)),
  resume: (request, session) => launch(request, ['resume', session, '-'], goOn(request)),
  read,
};

/**
 * Its own sandbox (bubblewrap) cannot start where users may make no namespaces, as on hosted Ubuntu runners, and then
 * no command of the agent runs at all: https://github.com/openai/codex/issues/15057. What holds it is what holds every
 * agent: `isolation`.
 */
const SANDBOX = ['--sandbox', 'danger-full-access'];
const KEY = 'AGENT_WAVES_MODEL_KEY';

function launch({ model, access }: AgentRequest, prompt: readonly string[], input: string): Launch {
  const chosen = model === 'default' ? [] : ['--model', model];
  return {
    argv: ['codex', 'exec', '--json', ...SANDBOX, ...provider(access?.url), ...chosen, ...prompt],
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
  const event = readObject(line);
  switch (event?.type) {
    case undefined:
      return undefined;
    case 'thread.started':
      return [{ kind: 'session', id: textIn(event.thread_id) ?? '' }];
    case 'item.started':
    case 'item.completed':
      return item(objectIn(event.item) ?? {}, event.type === 'item.completed');
    case 'turn.completed':
      return [...usage(objectIn(event.usage)), { kind: 'end' }];
    case 'turn.failed':
      return failed(textIn(objectIn(event.error)?.message) ?? '');
    case 'error':
      return [{ kind: 'trouble', text: textIn(event.message) ?? '' }];
    default:
      return [];
  }
}

/** A command is told when it starts, so that people see what runs; everything else when it is complete. */
function item(given: Loose, complete: boolean): readonly AgentEvent[] {
  const turn: AgentEvent = { kind: 'turn', id: textIn(given.id) ?? '' };
  const text = textIn(given.text) ?? '';
  if (given.type === 'command_execution') {
    if (!complete) return [turn, { kind: 'tool', name: 'command', about: textIn(given.command) ?? '' }];
    return [{ kind: 'output', text: textIn(given.aggregated_output) ?? '' }];
  }
  if (!complete) return [];
  switch (given.type) {
    case 'agent_message':
      return [turn, { kind: 'text', text }];
    case 'file_change': {
      const paths = objectsIn(given.changes).map((change) => `${textIn(change.kind)} ${textIn(change.path)}`);
      return [turn, { kind: 'tool', name: 'file change', about: paths.join(', ') }];
    }
    case 'mcp_tool_call':
      return [turn, { kind: 'tool', name: textIn(given.server) ?? 'mcp', about: textIn(given.tool) ?? '' }];
    case 'web_search':
      return [turn, { kind: 'tool', name: 'web search', about: textIn(given.query) ?? '' }];
    case 'error':
      return [{ kind: 'trouble', text: textIn(given.message) ?? '' }];
    default:
      return [];
  }
}

function usage(given: Loose | undefined): readonly AgentEvent[] {
  const [input, output] = [numberIn(given?.input_tokens), numberIn(given?.output_tokens)];
  if (input === undefined || output === undefined) return [];
  return [{ kind: 'usage', tokens: { input, output, cached: numberIn(given?.cached_input_tokens) ?? 0 } }];
}

function failed(message: string): readonly AgentEvent[] {
  const problem = problemIn(message);
  return [...(problem.kind === 'quota' ? [limitIn(message)] : []), { kind: 'end', problem }];
}
