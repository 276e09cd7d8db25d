import { type Body, bodyOf, objectsIn, type Protocol, type Reply, textIn } from './protocol.ts';
import { USED } from './script.ts';

const PATH = /^\/v1beta\/models\/([^:]+):(generateContent|streamGenerateContent)(?:\?|$)/;

/** Gemini's `generateContent` and `streamGenerateContent`: "Generating content" of its API reference. */
export const generateContent: Protocol = {
  read: (asked) => {
    const [, model = '', method] = PATH.exec(asked.url ?? '') ?? [];
    if (method === undefined) return undefined;
    const body = bodyOf(asked);
    const contents = objectsIn(body.contents);
    const parts = contents.flatMap((content) => objectsIn(content.parts));
    return {
      model,
      prompt: contents
        .filter(({ role }) => role === 'user')
        .map((content) => textIn(content.parts))
        .join('\n'),
      answered: parts.filter((part) => part.functionResponse !== undefined).length,
      tools: objectsIn(body.tools)
        .flatMap(({ functionDeclarations }) => objectsIn(functionDeclarations))
        .map(({ name }) => String(name)),
      streams: method === 'streamGenerateContent',
    };
  },
  reply: (turn, { model }) => {
    const end = {
      finishReason: turn.kind === 'refuse' ? 'SAFETY' : 'STOP',
      index: 0,
    };
    const content = { role: 'model', parts: parts(turn) };
    const usageMetadata = {
      promptTokenCount: USED.input,
      cachedContentTokenCount: USED.cached,
      candidatesTokenCount: USED.output,
      totalTokenCount: USED.input + USED.output,
    };
    return {
      whole: { candidates: [{ content, ...end }], usageMetadata, modelVersion: model },
      events: [
        { candidates: [{ content, index: 0 }], modelVersion: model },
        { candidates: [{ content: { role: 'model', parts: [] }, ...end }], usageMetadata, modelVersion: model },
      ],
    };
  },
  failure: ({ status, name, message, resetIn }) => {
    const limit = resetIn === undefined ? undefined : `${resetIn}s`;
    const info = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: limit };
    return {
      error: {
        code: status,
        status: name,
        message: limit === undefined ? message : `${message} Please retry in ${limit}.`,
        details: limit === undefined ? [] : [info],
      },
    };
  },
  // It is in the body alone.
  reset: () => ({}),
};

function parts(turn: Reply): readonly Body[] {
  if (turn.kind === 'refuse') return [];
  if (turn.kind === 'say') return [{ text: turn.text }];
  return Object.entries(turn.files).map(([file_path, content]) => ({
    functionCall: { name: 'write_file', args: { file_path, content } },
  }));
}
