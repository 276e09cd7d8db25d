import { type Body, bodyOf, newId, objectsIn, type Protocol, type Reply, textIn, writeCommand } from './protocol.ts';
import { USED } from './script.ts';

/** OpenAI's chat, as Copilot's API speaks it: "Create chat completion" and "Streaming" of OpenAI's API reference. */
export const chatCompletions: Protocol = {
  read: (asked) => {
    if (asked.url !== '/chat/completions') return undefined;
    const body = bodyOf(asked);
    const messages = objectsIn(body.messages);
    return {
      model: String(body.model),
      prompt: messages
        .filter(({ role }) => role === 'user')
        .map(({ content }) => textIn(content))
        .join('\n'),
      answered: messages.filter(({ role }) => role === 'tool').length,
      tools: objectsIn(body.tools).map((tool) => String((tool.function as Body | undefined)?.name)),
      streams: body.stream === true,
    };
  },
  reply: (turn, { model }) => {
    const message = messageOf(turn);
    const finish_reason = turn.kind === 'refuse' ? 'content_filter' : turn.kind === 'write' ? 'tool_calls' : 'stop';
    const usage = {
      prompt_tokens: USED.input,
      prompt_tokens_details: { cached_tokens: USED.cached },
      completion_tokens: USED.output,
      total_tokens: USED.input + USED.output,
    };
    const completion = { id: newId('chatcmpl'), created: 0, model };
    const chunk = (choices: readonly object[]) => ({ ...completion, object: 'chat.completion.chunk', choices });
    return {
      whole: { ...completion, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage },
      events: [
        chunk([{ index: 0, delta: message, finish_reason: null }]),
        chunk([{ index: 0, delta: {}, finish_reason }]),
        { ...chunk([]), usage },
        '[DONE]',
      ],
    };
  },
  failure: ({ name, message }) => ({ error: { code: name, message } }),
  reset: (seconds) => ({ 'retry-after': String(seconds) }),
};

function messageOf(turn: Reply): Body {
  if (turn.kind === 'refuse') return { role: 'assistant', content: '' };
  if (turn.kind === 'say') return { role: 'assistant', content: turn.text };
  const input = { command: writeCommand(turn.files), description: 'Write files' };
  const call = { index: 0, id: newId('call'), type: 'function' };
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ ...call, function: { name: 'bash', arguments: JSON.stringify(input) } }],
  };
}
