import { dirname } from 'node:path';
import type { Adapter, AgentEvent, AgentRequest, LaunchSpec } from '../adapter.ts';
import { asNumber, asObject, asText, describeToolUse, type JsonObject, parseJsonLine } from './json-line.ts';
import { resumePrompt, startPrompt } from './prompt.ts';
import { classifyError, limitEvent } from './wording.ts';

/**
 * Gemini CLI without a terminal. Flags: "Gemini CLI cheatsheet", "Session management" and "Trusted Folders" in its
 * documentation; events and exit codes: "Headless mode reference" and `output/types.ts` of google-gemini/gemini-cli.
 * It reports tokens and no cost. `GOOGLE_GEMINI_BASE_URL`: "Gemini CLI configuration".
 */
export const gemini: Adapter = {
  name: 'gemini',
  install: 'npm install --global @google/gemini-cli',
  provider: 'gemini',
  budget: 'unknown',
  stopSignal: 'SIGINT',
  reportsResult: true,
  exits: {
    41: { kind: 'login', what: 'could not log in' },
    42: { kind: 'failed', what: 'refused its input' },
    53: { kind: 'turns', what: 'reached its limit of turns' },
  },
  start: (request) => launch(request, { resume: [], prompt: startPrompt(request) }),
  resume: (request, session) => launch(request, { resume: ['--resume', session], prompt: resumePrompt(request) }),
  read,
};

/**
 * No usage statistics for play.googleapis.com. With another address and no settings it takes itself to be behind a
 * gateway, and then refuses to start: "Invalid auth method selected" (0.61). The settings choose the key; they alone take
 * a limit of turns.
 */
function settings({ access, maxTurns }: AgentRequest): Pick<LaunchSpec, 'home'> {
  if (!access && maxTurns === undefined) return {};
  const chosen = {
    privacy: { usageStatisticsEnabled: false },
    ...(access ? { security: { auth: { selectedType: 'gemini-api-key' } } } : {}),
    ...(maxTurns === undefined ? {} : { model: { maxSessionTurns: maxTurns } }),
  };
  return { home: { '.gemini/settings.json': JSON.stringify(chosen) } };
}

/** Nobody is there to approve tools or to trust the checkout, which is a task's own. */
const UNATTENDED = ['--output-format', 'stream-json', '--approval-mode=yolo'];

function launch(
  request: AgentRequest,
  { resume, prompt }: { readonly resume: readonly string[]; readonly prompt: string },
): LaunchSpec {
  const { model, brief, access } = request;
  const chosen = model === 'default' ? [] : ['--model', model];
  return {
    argv: [
      'gemini',
      ...resume,
      ...UNATTENDED,
      '--include-directories',
      dirname(brief),
      ...chosen,
      '--prompt',
      prompt.trim(),
    ],
    environment: {
      // Its documentation has the first name, its source the second.
      GEMINI_TRUST_WORKSPACE: 'true',
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      ...(access ? { GEMINI_API_KEY: access.key, GOOGLE_GEMINI_BASE_URL: access.url } : {}),
    },
    ...settings(request),
  };
}

function read(line: string): readonly AgentEvent[] | undefined {
  const event = parseJsonLine(line);
  switch (event?.type) {
    case undefined:
      return undefined;
    case 'init':
      return [{ kind: 'session', id: asText(event.session_id) ?? '' }];
    case 'message':
      return event.role === 'assistant' ? words(event) : [];
    case 'tool_use':
      return [
        { kind: 'turn' },
        { kind: 'tool', name: asText(event.tool_name) ?? 'tool', about: describeToolUse(event.parameters) },
      ];
    case 'tool_result':
      return answer(event);
    case 'error':
      return [{ kind: 'trouble', text: asText(event.message) ?? '' }];
    case 'result':
      return result(event);
    default:
      return [];
  }
}

function words({ content, delta }: JsonObject): readonly AgentEvent[] {
  return [{ kind: 'turn' }, { kind: 'text', text: asText(content) ?? '', piece: delta === true }];
}

function answer({ output, error }: JsonObject): readonly AgentEvent[] {
  const text = asText(output) ?? asText(asObject(error)?.message) ?? '';
  return [{ kind: 'output', text }];
}

function result({ status, error, stats }: JsonObject): readonly AgentEvent[] {
  const totals = usage(asObject(stats));
  if (status === 'success') return [...totals, { kind: 'end' }];
  const { type, message } = asObject(error) ?? {};
  const text = asText(message) ?? '';
  if (asText(type) === 'FatalTurnLimitedError')
    return [...totals, { kind: 'end', problem: { kind: 'turns', what: 'reached its limit of turns' } }];
  if (asText(type) === 'FatalAuthenticationError')
    return [...totals, { kind: 'end', problem: { kind: 'login', what: `could not log in: ${text}` } }];
  // A refusal is told before, as an error of its own: "The model response was blocked due to safety settings."
  if (text === '') return [...totals, { kind: 'gave-up' }];
  const problem = classifyError(text);
  return [...totals, ...(problem.kind === 'quota' ? [limitEvent(text)] : []), { kind: 'end', problem }];
}

function usage(stats: JsonObject | undefined): readonly AgentEvent[] {
  const [input, output] = [asNumber(stats?.input_tokens), asNumber(stats?.output_tokens)];
  if (input === undefined || output === undefined) return [];
  return [{ kind: 'usage', tokens: { input, output, cached: asNumber(stats?.cached) ?? 0 } }];
}
