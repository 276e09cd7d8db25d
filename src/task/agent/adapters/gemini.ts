import { dirname } from 'node:path';
import type { Adapter, AgentEvent, AgentRequest, Launch } from '../adapter.ts';
import { describeUse, type Loose, numberIn, objectIn, readObject, textIn } from './json-line.ts';
import { askFor, goOn } from './prompt.ts';
import { limitIn, problemIn } from './wording.ts';

/**
 * Gemini CLI without a terminal. Flags: "Gemini CLI cheatsheet", "Session management" and "Trusted Folders" in its
 * documentation; events and exit codes: "Headless mode reference" and `output/types.ts` of google-gemini/gemini-cli.
 * It reports tokens and no cost. Its documentation names no other address for its model, and its versions differ in
 * what they make of GOOGLE_GEMINI_BASE_URL: its key is not hidden behind the proxy.
 */
export const gemini: Adapter = {
  name: 'gemini',
  install: 'npm install --global @google/gemini-cli',
  provider: 'gemini',
  budget: 'unknown',
  stopSignal: 'SIGINT',
  tellsItsEnd: true,
  exits: {
    41: { kind: 'login', what: 'could not log in' },
    42: { kind: 'failed', what: 'refused its input' },
    53: { kind: 'turns', what: 'reached its limit of turns' },
  },
  start: (request) => launch(request, [], askFor(request)),
  resume: (request, session) => launch(request, ['--resume', session], goOn(request)),
  read,
};

/** Nobody is there to approve tools or to trust the checkout, which is a task's own. */
const UNATTENDED = ['--output-format', 'stream-json', '--approval-mode=yolo'];

function launch({ model, brief, access }: AgentRequest, resume: readonly string[], prompt: string): Launch {
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
      ...(access ? { GEMINI_API_KEY: access.key } : {}),
    },
  };
}

function read(line: string): readonly AgentEvent[] | undefined {
  const event = readObject(line);
  switch (event?.type) {
    case undefined:
      return undefined;
    case 'init':
      return [{ kind: 'session', id: textIn(event.session_id) ?? '' }];
    case 'message':
      return event.role === 'assistant' ? words(event) : [];
    case 'tool_use':
      return [
        { kind: 'turn' },
        { kind: 'tool', name: textIn(event.tool_name) ?? 'tool', about: describeUse(event.parameters) },
      ];
    case 'tool_result':
      return answer(event);
    case 'error':
      return [{ kind: 'trouble', text: textIn(event.message) ?? '' }];
    case 'result':
      return result(event);
    default:
      return [];
  }
}

function words({ content, delta }: Loose): readonly AgentEvent[] {
  return [{ kind: 'turn' }, { kind: 'text', text: textIn(content) ?? '', piece: delta === true }];
}

function answer({ output, error }: Loose): readonly AgentEvent[] {
  const text = textIn(output) ?? textIn(objectIn(error)?.message) ?? '';
  return [{ kind: 'output', text }];
}

function result({ status, error, stats }: Loose): readonly AgentEvent[] {
  const told = usage(objectIn(stats));
  if (status === 'success') return [...told, { kind: 'end' }];
  const { type, message } = objectIn(error) ?? {};
  const text = textIn(message) ?? '';
  if (textIn(type) === 'FatalTurnLimitedError')
    return [...told, { kind: 'end', problem: { kind: 'turns', what: 'reached its limit of turns' } }];
  if (textIn(type) === 'FatalAuthenticationError')
    return [...told, { kind: 'end', problem: { kind: 'login', what: `could not log in: ${text}` } }];
  const problem = problemIn(text);
  return [...told, ...(problem.kind === 'quota' ? [limitIn(text)] : []), { kind: 'end', problem }];
}

function usage(stats: Loose | undefined): readonly AgentEvent[] {
  const [input, output] = [numberIn(stats?.input_tokens), numberIn(stats?.output_tokens)];
  if (input === undefined || output === undefined) return [];
  return [{ kind: 'usage', tokens: { input, output, cached: numberIn(stats?.cached) ?? 0 } }];
}
