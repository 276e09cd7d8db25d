import { dirname } from 'node:path';
import type { Adapter, AgentEvent, AgentRequest, LaunchSpec } from '../adapter.ts';
import { asNumber, asObject, asText, describeToolUse, type JsonObject, parseJsonLine } from './json-line.ts';
import { resumePrompt, startPrompt } from './prompt.ts';
import { classifyError, limitEvent } from './wording.ts';

/**
 * Copilot CLI without a terminal. Flags and variables: `copilot --help` and `copilot help environment` (1.0.102); events:
 * its `session-events.schema.json`. It reports neither tokens nor cost, and its session by its last line alone: so that
 * one which is cut can go on, the id is ours.
 */
export const copilot: Adapter = {
  name: 'copilot',
  install: 'npm install --global @github/copilot',
  provider: 'copilot',
  budget: 'unknown',
  stopSignal: 'SIGINT',
  reportsResult: true,
  exits: {},
  start: (request) => {
    const session = request.newSession;
    return launch(request, { flag: `--session-id=${session}`, session, prompt: startPrompt(request) });
  },
  resume: (request, session) =>
    launch(request, { flag: `--resume=${session}`, session, prompt: resumePrompt(request) }),
  read,
};

/** Nobody is there to approve tools. GitHub's own tools would need the token, which is not here. */
const UNATTENDED = [
  ...['--output-format', 'json', '--allow-all-tools', '--allow-all-paths', '--no-ask-user'],
  ...['--no-auto-update', '--disable-builtin-mcps', '--disable-client-telemetry'],
];

interface Begun {
  readonly flag: string;
  readonly session: string;
  readonly prompt: string;
}

function launch({ model, brief, access }: AgentRequest, { flag, session, prompt }: Begun): LaunchSpec {
  const chosen = model === 'default' ? [] : ['--model', model];
  return {
    argv: ['copilot', flag, ...UNATTENDED, '--add-dir', dirname(brief), ...chosen, '--prompt', prompt.trim()],
    session,
    environment: access
      ? {
          COPILOT_GITHUB_TOKEN: access.key,
          COPILOT_API_URL: access.url,
          // What it asks of GitHub beside models is refused there, too.
          COPILOT_DEBUG_GITHUB_API_URL: access.url,
        }
      : {},
  };
}

function read(line: string): readonly AgentEvent[] | undefined {
  const event = parseJsonLine(line);
  if (event?.type === undefined) return unavailableModel(line);
  const data = asObject(event.data) ?? {};
  switch (event.type) {
    case 'assistant.message':
      return message(data);
    case 'tool.execution_start':
      return [{ kind: 'tool', name: asText(data.toolName) ?? 'tool', about: describeToolUse(data.arguments) }];
    case 'tool.execution_complete':
      return output(data);
    case 'model.call_failure':
      return failedCall(data);
    case 'session.error':
      return failed(data);
    case 'abort':
      return [{ kind: 'aborted' }];
    case 'result':
      return result(event);
    default:
      return [];
  }
}

/** It looks a model up in the provider's list before it begins, and says so on standard error alone. */
function unavailableModel(line: string): readonly AgentEvent[] | undefined {
  if (!/^Error: (?:Model "[^"]*" from --model flag is not available\.|No supported model available)$/.test(line))
    return undefined;
  return [{ kind: 'end', problem: { kind: 'model', what: `says: ${line}` } }];
}

/** What it says in place of a model that refused, as if the model had said it, and then that it is done (1.0.102). */
const FILTERED = 'The model returned no content because the response was blocked by content filtering.';

/** What a subagent says belongs to the turn that started it. */
function message({ messageId, content, parentToolCallId }: JsonObject): readonly AgentEvent[] {
  const text = asText(content) ?? '';
  const turn: readonly AgentEvent[] = parentToolCallId ? [] : [{ kind: 'turn', id: asText(messageId) ?? '' }];
  if (turn.length > 0 && text === FILTERED)
    return [...turn, { kind: 'end', problem: { kind: 'refused', what: 'was refused by the model' } }];
  return [...turn, ...(text === '' ? [] : [{ kind: 'text', text } as const])];
}

function output({ result: answered, error }: JsonObject): readonly AgentEvent[] {
  const text = asText(asObject(answered)?.content) ?? asText(asObject(error)?.message) ?? '';
  return [{ kind: 'output', text: text.trim() }];
}

/** It tries again after most of them. */
function failedCall({ statusCode, errorMessage }: JsonObject): readonly AgentEvent[] {
  const status = asNumber(statusCode);
  const text = [status, asText(errorMessage)].filter((part) => part !== undefined).join(' ');
  return [{ kind: 'trouble', text }, ...(status === 429 ? [limitEvent(text)] : [])];
}

/** The turn is over: only its last line follows. */
function failed({ statusCode, message: words }: JsonObject): readonly AgentEvent[] {
  const text = [asNumber(statusCode), asText(words)].filter((part) => part !== undefined).join(' ');
  const problem = classifyError(text);
  return [...(problem.kind === 'quota' ? [limitEvent(text)] : []), { kind: 'end', problem }];
}

/** An exit code above 0 comes after an error, which has told what it was. */
function result({ sessionId, exitCode }: JsonObject): readonly AgentEvent[] {
  const id = asText(sessionId);
  return [
    ...(id === undefined ? [] : [{ kind: 'session', id } as const]),
    ...(exitCode === 0 ? [{ kind: 'end' } as const] : []),
  ];
}
