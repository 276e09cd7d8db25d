import { type Body, bodyOf, newId, objectsIn, type Protocol, type Reply, textIn, writeCommand } from './protocol.ts';
import { type ModelRequest, USED } from './script.ts';

/** OpenAI's Responses, below `/v1` for Codex and without it for Copilot CLI: "Responses" and "Streaming events" of its API reference. */
export const responses: Protocol = {
  read: (asked) => {
    if (!/^(?:\/v1)?\/responses$/.test(asked.url ?? '')) return undefined;
    const body = bodyOf(asked);
    const input = objectsIn(body.input);
    return {
      model: String(body.model),
      prompt: input
        .filter(({ role }) => role === 'user')
        .map(({ content }) => textIn(content))
        .join('\n'),
      answered: input.filter(({ type }) => String(type).endsWith('_call_output')).length,
      tools: toolNames([...objectsIn(body.tools), ...input.filter(({ type }) => type === 'additional_tools')]),
      streams: body.stream === true,
    };
  },
  reply: (turn, asked) => {
    const output = items(turn, asked);
    const refused = turn.kind === 'refuse';
    const response = {
      id: newId('resp'),
      object: 'response',
      model: asked.model,
      status: refused ? 'incomplete' : 'completed',
      ...(refused ? { incomplete_details: { reason: 'content_filter' } } : {}),
      output,
      usage: {
        input_tokens: USED.input,
        input_tokens_details: { cached_tokens: USED.cached },
        output_tokens: USED.output,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: USED.input + USED.output,
      },
    };
    return {
      whole: response,
      events: [
        { type: 'response.created', response: { id: response.id, model: asked.model, status: 'in_progress' } },
        ...output.flatMap((item, output_index) => [
          { type: 'response.output_item.added', output_index, item },
          { type: 'response.output_item.done', output_index, item },
        ]),
        { type: refused ? 'response.incomplete' : 'response.completed', response },
      ],
    };
  },
  failure: ({ name, message }) => ({ error: { type: name, code: name, message } }),
  reset: (seconds) => ({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': `${seconds}s` }),
};

/** Newer models are told their tools in the input, in namespaces. */
function toolNames(tools: readonly Body[]): readonly string[] {
  return tools.flatMap(({ name, type, tools: within }) =>
    within === undefined ? [String(name ?? type)] : toolNames(objectsIn(within)),
  );
}

function items(turn: Reply, { tools }: ModelRequest): readonly Body[] {
  if (turn.kind === 'refuse') return [];
  if (turn.kind === 'say') {
    const content = [{ type: 'output_text', text: turn.text, annotations: [] }];
    return [{ type: 'message', id: newId('msg'), role: 'assistant', status: 'completed', content }];
  }
  const command = writeCommand(turn.files);
  const call = { call_id: newId('call'), status: 'completed' };
  if (tools.includes('exec'))
    return [
      {
        ...call,
        type: 'custom_tool_call',
        id: newId('ctc'),
        name: 'exec',
        input: `text(JSON.stringify(await tools.exec_command(${JSON.stringify({ cmd: command })})))`,
      },
    ];
  const [name, input] = tools.includes('bash')
    ? (['bash', { command, description: 'Write files' }] as const)
    : (['exec_command', { cmd: command }] as const);
  return [{ ...call, type: 'function_call', id: newId('fc'), name, arguments: JSON.stringify(input) }];
}
