import { type Attack, BODY, CHUNKS, chunked, MESSAGES, SMUGGLED } from './attack.ts';

const N = BODY.length.toString(16);
const END = '0\r\n\r\n';

function chunk(name: string, body: string, arrives?: Attack['arrives']): Attack {
  return { name: `chunks: ${name}`, send: [chunked(body)], ...(arrives ? { arrives } : {}) };
}

function waiting(name: string, body: string): Attack {
  return { ...chunk(name, body), waits: true };
}

/** Chunks that end elsewhere for another reader. */
export const CHUNKINGS: readonly Attack[] = [
  chunk('as they should be', CHUNKS, MESSAGES),
  {
    name: 'chunks: one byte at a time',
    send: [chunked(''), ...[...BODY].map((byte) => `1\r\n${byte}\r\n`), END],
    arrives: MESSAGES,
  },
  chunk('an extension', `${N};a=b\r\n${BODY}\r\n${END}`, MESSAGES),
  chunk('an extension in quotes', `${N};a="b\\"c"\r\n${BODY}\r\n${END}`, MESSAGES),
  chunk('an extension with a request in it', `${N};${SMUGGLED.replaceAll('\r\n', ' ')}\r\n${BODY}\r\n${END}`),
  chunk('an extension that ends with a bare line feed', `${N};a\n${BODY}\r\n${END}`),
  chunk('an extension with a bare carriage return', `${N};a\rb\r\n${BODY}\r\n${END}`),
  chunk('an extension without end', `${N};${'a'.repeat(100_000)}\r\n${BODY}\r\n${END}`),
  chunk('a size in capitals', `${N.toUpperCase()}\r\n${BODY}\r\n${END}`, MESSAGES),
  chunk('a size with zeros in front', `000${N}\r\n${BODY}\r\n${END}`, MESSAGES),
  chunk('a size with a plus sign', `+${N}\r\n${BODY}\r\n${END}`),
  chunk('a size with a minus sign', `-${N}\r\n${BODY}\r\n${END}`),
  chunk('a size with 0x', `0x${N}\r\n${BODY}\r\n${END}`),
  chunk('a size with an underscore', `0_${N}\r\n${BODY}\r\n${END}`),
  chunk('a size with a space in front', ` ${N}\r\n${BODY}\r\n${END}`),
  chunk('a size with a tab behind', `${N}\t\r\n${BODY}\r\n${END}`),
  chunk('a size with NUL', `${N}\0\r\n${BODY}\r\n${END}`),
  chunk('no size', `\r\n${BODY}\r\n${END}`),
  chunk('a size of no digits', `g\r\n${BODY}\r\n${END}`),
  chunk('a size that no number holds', `1000000000000000${N}\r\n${BODY}\r\n${END}`),
  waiting('a size above what is left', `ffff\r\n${BODY}\r\n${END}`),
  chunk('a size below what comes', `3\r\n${BODY}\r\n${END}`),
  chunk('a size that ends with a bare line feed', `${N}\n${BODY}\r\n${END}`),
  chunk('data that ends with a bare line feed', `${N}\r\n${BODY}\n${END}`),
  chunk('data that ends with nothing', `${N}\r\n${BODY}${END}`),
  chunk('data that ends with two other characters', `${N}\r\n${BODY}xx${END}`),
  chunk('a last chunk that ends with bare line feeds', `${N}\r\n${BODY}\r\n0\n\n`),
  waiting('no last chunk', `${N}\r\n${BODY}\r\n`),
  waiting('half a last chunk', `${N}\r\n${BODY}\r\n0\r\n`),
  chunk('a request behind the last one', CHUNKS + SMUGGLED),
  chunk('a request behind a last one of many zeros', `${N}\r\n${BODY}\r\n00000\r\n\r\n${SMUGGLED}`),
  chunk('nothing but the last one, and a request', END + SMUGGLED),
  chunk('trailers', `${N}\r\n${BODY}\r\n0\r\nx-a: b\r\n\r\n`),
  chunk('a trailer with a length', `${N}\r\n${BODY}\r\n0\r\ncontent-length: 5\r\n\r\n`),
  chunk('a trailer with a key', `${N}\r\n${BODY}\r\n0\r\nx-api-key: {key}\r\nhost: evil.example\r\n\r\n`),
  chunk('a trailer with a coding', `${N}\r\n${BODY}\r\n0\r\ntransfer-encoding: chunked\r\n\r\n`),
  chunk('a trailer that is a request', `${N}\r\n${BODY}\r\n0\r\n${SMUGGLED}`),
  {
    name: 'chunks: announced trailers',
    send: [chunked(`${N}\r\n${BODY}\r\n0\r\nx-a: b\r\n\r\n`, ['transfer-encoding: chunked', 'trailer: x-a'])],
  },
  {
    name: 'chunks: a trailer announced and not sent',
    send: [chunked(CHUNKS, ['transfer-encoding: chunked', 'trailer: content-length'])],
  },
];
