import type { ServerResponse } from 'node:http';
import { unreachable } from '../../../../src/state/unreachable.ts';
import { type Answer, json, startUpstream, type Upstream } from '../upstream.ts';
import { chatCompletions } from './chat-completions.ts';
import { generateContent } from './generate-content.ts';
import { messages } from './messages.ts';
import type { Protocol, Reply } from './protocol.ts';
import { responses } from './responses.ts';
import { type ModelRequest, type ProviderFailure, type Script, say, type Turn, USED } from './script.ts';

export interface ScriptedProvider extends Upstream {
  /** What was asked for the work, in order, and nothing that was asked beside it. */
  readonly requests: readonly ModelRequest[];
}

/** Each knows its own paths. */
const PROTOCOLS: readonly Protocol[] = [messages, responses, chatCompletions, generateContent];

/** Answers what asks for no reply of a model: lists of models, counts of tokens. */
const BESIDE = json({ object: 'list', data: [], models: [], input_tokens: USED.input, totalTokens: USED.input });

/** Models of Copilot's API, each with the one path by which it is asked: what the program needs of their entries (1.0.102). */
export const COPILOT_PATHS = {
  'claude-sonnet-4.6': '/v1/messages',
  'gpt-5.4': '/responses',
  'gemini-3-pro-preview': '/chat/completions',
} as const;

const COPILOT_MODELS = json({
  data: Object.entries(COPILOT_PATHS).map(([id, path]) => ({
    ...{ id, name: id, version: id, object: 'model', model_picker_enabled: true },
    capabilities: {
      ...{ family: id, type: 'chat', object: 'model_capabilities', tokenizer: 'o200k_base' },
      limits: { max_context_window_tokens: 200_000, max_output_tokens: 64_000, max_prompt_tokens: 128_000 },
      supports: { streaming: true, tool_calls: true, parallel_tool_calls: true },
    },
    policy: { state: 'enabled', terms: '' },
    supported_endpoints: [path],
  })),
});

/** A model on loopback that follows a script, in the words of whichever API it is asked by. */
export async function startScriptedProvider(script: Script): Promise<ScriptedProvider> {
  const requests: ModelRequest[] = [];
  const upstream = await startUpstream((response, asked) => {
    const found = PROTOCOLS.flatMap((protocol) => {
      const request = protocol.read(asked);
      return request ? [{ protocol, request }] : [];
    })[0];
    if (!found) return (asked.url === '/models' ? COPILOT_MODELS : BESIDE)(response, asked);
    // Without tools nothing can be done: it wants a title, or its question sorted.
    if (found.request.tools.length === 0) return inWords(ASIDE, found)(response, asked);
    const turn = script(found.request, requests.length);
    requests.push(found.request);
    inWords(turn, found)(response, asked);
  });
  return { ...upstream, requests };
}

/** What Gemini CLI asks for, to choose a model by; others take it for a title. */
const ASIDE = say(JSON.stringify({ complexity_reasoning: 'It is work.', complexity_score: 90 }));

interface Found {
  readonly protocol: Protocol;
  readonly request: ModelRequest;
}

function inWords(turn: Turn, found: Found): Answer {
  switch (turn.kind) {
    case 'say':
    case 'write':
    case 'refuse':
      return (response) => {
        send(response, pieces(turn, found));
        response.end();
      };
    case 'fail':
      return failing(turn, found.protocol);
    case 'cut':
      return (response) => {
        const all = pieces(say('I begin by'), found);
        send(response, all.slice(0, Math.ceil(all.length / 2)));
        // Not in the same moment as what came before, which would be lost with it.
        setTimeout(() => response.destroy(), 50);
      };
    case 'hang':
      return (response) => send(response, pieces(say('I think'), found).slice(0, 2));
    default:
      return unreachable(turn);
  }
}

/** Its content type, and then its text in pieces: an event, or half of the object. */
type Pieces = readonly [contentType: string, ...text: string[]];

function pieces(turn: Reply, { protocol, request }: Found): Pieces {
  const { events, whole } = protocol.reply(turn, request);
  if (request.streams) {
    const texts = events.map((event) => {
      if (typeof event === 'string') return `data: ${event}\n\n`;
      const name = event.type === undefined ? '' : `event: ${event.type}\n`;
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    });
    return ['text/event-stream; charset=utf-8', ...texts];
  }
  const text = JSON.stringify(whole);
  return ['application/json', text.slice(0, text.length / 2), text.slice(text.length / 2)];
}

function send(response: ServerResponse, [contentType, ...texts]: readonly string[]): void {
  response.writeHead(200, { 'content-type': contentType });
  for (const text of texts) response.write(text);
}

function failing(failure: ProviderFailure, protocol: Protocol): Answer {
  const headers = failure.resetIn === undefined ? {} : protocol.reset(failure.resetIn);
  return json(protocol.failure(failure), failure.status, headers);
}
