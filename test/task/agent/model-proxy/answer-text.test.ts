import { describe, expect, it } from 'vitest';
import { answerText } from '../../../../src/task/agent/model-proxy/answer-text.ts';
import { readFailure } from '../../../../src/task/agent/model-proxy/provider-failure.ts';
import { readUsage } from '../../../../src/task/agent/model-proxy/token-count.ts';
import { awsMessage, awsStream } from '../support/clouds.ts';

const AWS = 'application/vnd.amazon.eventstream';
const START = { type: 'message_start', message: { model: 'm-1', usage: { input_tokens: 10, output_tokens: 1 } } };
const END = { type: 'message_delta', usage: { output_tokens: 7 } };

function exception(name: string): Buffer {
  const headers = { ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' };
  return awsMessage(headers, { message: 'Too many tokens' });
}

describe('a stream of Bedrock', () => {
  it('is the events in it, wherever its pieces are cut', () => {
    const bytes = Buffer.concat([awsStream(START), awsStream(END)]);

    for (let size = 1; size <= bytes.length; size += 7) {
      const text = answerText(AWS);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        text.take(bytes.subarray(at * size, (at + 1) * size)),
      );
      expect(pieces.join('')).toBe(`data: ${JSON.stringify(START)}\ndata: ${JSON.stringify(END)}\n`);
    }
  });

  it('is counted as far as it came', () => {
    const usage = readUsage(AWS);

    usage.take(Buffer.concat([awsStream(START), awsStream(END).subarray(0, 40)]));

    expect(usage.read()).toEqual({ tokens: { input: 10, output: 1, cached: 0 }, model: 'm-1' });
  });

  it.each([
    ['throttlingException', 'quota'],
    ['serviceUnavailableException', 'outage'],
    ['internalServerException', 'outage'],
    ['modelStreamErrorException', 'outage'],
    ['validationException', undefined],
  ])('that ends with %s tells of %s', (name, kind) => {
    const failure = readFailure(200, AWS);

    failure.take(Buffer.concat([awsStream(START), exception(name)]));

    expect(failure.read()?.kind).toBe(kind);
  });

  it.each([
    ['a length below that of a message', Buffer.from('0000000f000000000000000000000000', 'hex')],
    ['a length beyond every message', Buffer.from('ffffffff000000000000000000000000', 'hex')],
    ['headers beyond the message', Buffer.from('0000001000ffffff0000000000000000', 'hex')],
    ['a payload that is no JSON', Buffer.from('000000120000000000000000616100000000', 'hex')],
  ])('with %s is passed over', (_, bytes) => {
    expect(answerText(AWS).take(bytes)).toBe('');
  });
});
