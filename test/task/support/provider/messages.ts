import {
  type Body,
  bodyOf,
  newId,
  objectsIn,
  type Protocol,
  type Reply,
  type StreamEvent,
  textIn,
  writeCommand,
} from './protocol.ts';
import { type ModelRequest, USED } from './script.ts';

/** Anthropic's Messages: "Messages" and "Streaming messages" of its documentation. */
export const messages: Protocol = {
  read: (asked) => {
    if (!/^\/v1\/messages(?:\?|$)/.test(asked.url ?? '')) return undefined;
    const body = bodyOf(asked);
    const parts = objectsIn(body.messages).flatMap(({ content }) => objectsIn(content));
    return {
      model: String(body.model),
      prompt: objectsIn(body.messages)
        .filter(({ role }) => role === 'user')
        .map(({ content }) => textIn(content))
        .join('\n'),
      answered: parts.filter(({ type }) => type === 'tool_result').length,
      tools: objectsIn(body.tools).map(({ name }) => String(name)),
      streams: body.stream === true,
    };
  },
  reply: (turn, asked) => {
    const { model } = asked;
    const content = blocks(turn, asked);
    const stop_reason = turn.kind === 'write' ? 'tool_use' : turn.kind === 'refuse' ? 'refusal' : 'end_turn';
    const usage = {
      input_tokens: USED.input - USED.cached,
      cache_read_input_tokens: USED.cached,
      cache_creation_input_tokens: 0,
    };
    const message = { id: newId('msg'), type: 'message', role: 'assistant', model, stop_sequence: null };
    return {
      whole: { ...message, content, stop_reason, usage: { ...usage, output_tokens: USED.output } },
      events: [
        {
          type: 'message_start',
          message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
        },
        ...content.flatMap(blockEvents),
        {
          type: 'message_delta',
          delta: { stop_reason, stop_sequence: null },
          usage: { output_tokens: USED.output },
        },
        { type: 'message_stop' },
      ],
    };
  },
  failure: ({ name, message }) => ({ type: 'error', error: { type: name, message } }),
  reset: (seconds) => ({
    'retry-after': String(seconds),
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': new Date(Date.now() + seconds * 1_000).toISOString(),
  }),
};

function blocks(turn: Reply, { tools }: ModelRequest): readonly Body[] {
  if (turn.kind === 'say') return [{ type: 'text', text: turn.text }];
  if (turn.kind === 'refuse') return [];
  const call = (name: string, input: Body) => ({ type: 'tool_use', id: newId('toolu'), name, input });
  // Claude Code writes, Copilot CLI has a command do it.
  if (tools.includes('bash')) return [call('bash', { command: writeCommand(turn.files), description: 'Write files' })];
  return Object.entries(turn.files).map(([file_path, content]) => call('Write', { file_path, content }));
}

function blockEvents(block: Body, index: number): readonly StreamEvent[] {
  const [empty, delta] =
    block.type === 'text'
      ? [
          { ...block, text: '' },
          { type: 'text_delta', text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
        ];
  return [
    { type: 'content_block_start', index, content_block: empty },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ];
}
