import { StringDecoder } from 'node:string_decoder';
import { asObject, asText } from '../adapters/json-line.ts';

/** Turns the bytes of an answer into text while they come: a stream of events into lines of `data: {…}`. */
export interface AnswerText {
  readonly take: (chunk: Buffer) => string;
}

const AWS_STREAM = 'application/vnd.amazon.eventstream';

/** Whether an answer is a stream of events. */
export function isEventStream(contentType: string | undefined): boolean {
  return ['text/event-stream', AWS_STREAM].some((type) => contentType?.startsWith(type));
}

export function answerText(contentType: string | undefined): AnswerText {
  if (contentType?.startsWith(AWS_STREAM)) return awsStream();
  const decoder = new StringDecoder('utf8');
  return { take: (chunk) => decoder.write(chunk) };
}

/** Bytes of a message before its headers, and of all that is no header and no payload. */
const PRELUDE = 12;
const FRAME = 16;
/** "Amazon event stream encoding" allows 24 MB. */
const MAX_MESSAGE = 25_000_000;

/**
 * Messages of AWS: their length, that of their headers, a checksum, headers, payload, a checksum ("Event stream encoding"
 * of its documentation). A payload of Bedrock holds an event of Anthropic's in base64, or says what went wrong.
 */
function awsStream(): AnswerText {
  let pending = Buffer.alloc(0);
  return {
    take: (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      let lines = '';
      for (let length = lengthOf(pending); pending.length >= length; length = lengthOf(pending)) {
        lines += lineOf(pending.subarray(0, length));
        pending = pending.subarray(length);
      }
      return lines;
    },
  };
}

/** @returns How many bytes the message has that begins here; more than there will ever be where that cannot be told. */
function lengthOf(bytes: Buffer): number {
  if (bytes.length < PRELUDE) return Number.POSITIVE_INFINITY;
  const length = bytes.readUInt32BE(0);
  return length >= FRAME && length <= MAX_MESSAGE ? length : Number.POSITIVE_INFINITY;
}

function lineOf(message: Buffer): string {
  const start = PRELUDE + message.readUInt32BE(4);
  if (start > message.length - 4) return '';
  const headers = message.subarray(PRELUDE, start).toString('latin1');
  try {
    const payload = asObject(JSON.parse(message.subarray(start, -4).toString('utf8')));
    // Between name and value: its type, and its length, which is below that of a letter.
    const [, exception] = /:exception-type[^A-Za-z]{3}([A-Za-z]+)/.exec(headers) ?? [];
    if (exception) {
      const error = { type: exception, message: asText(payload?.message) ?? '' };
      return `data: ${JSON.stringify({ type: 'error', error })}\n`;
    }
    const event = JSON.parse(Buffer.from(asText(payload?.bytes) ?? '', 'base64').toString('utf8'));
    return `data: ${JSON.stringify(event)}\n`;
  } catch {
    // It is no message of Bedrock's: passed on, and not read.
    return '';
  }
}
