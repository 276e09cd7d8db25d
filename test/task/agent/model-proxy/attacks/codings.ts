import { type Attack, BODY, CHUNKS, chunked, get, head, MESSAGES, SMUGGLED } from './attack.ts';

/** A chunked body whose end one reader sees before the other. */
const TWO_ENDS = `0\r\n\r\n${SMUGGLED}`;

function coding(name: string, line: string, arrives?: Attack['arrives']): Attack {
  return { name: `a coding ${name}`, send: [chunked(CHUNKS, [line])], ...(arrives ? { arrives } : {}) };
}

/** Codings that one reader follows and another does not. */
export const CODINGS: readonly Attack[] = [
  {
    name: 'a chunked GET with a request in its body',
    send: [
      head('GET /v1/models HTTP/1.1', ['transfer-encoding: chunked']) +
        `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    ],
  },
  {
    name: 'a chunked GET without a body',
    send: [get('GET /v1/models HTTP/1.1', ['transfer-encoding: chunked']) + TWO_ENDS],
  },
  {
    name: 'a chunked GET of one model',
    send: [
      get('GET /v1/models/m HTTP/1.1', ['transfer-encoding: chunked']) +
        `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    ],
  },
  {
    name: 'length before coding',
    send: [chunked(TWO_ENDS, [`content-length: ${TWO_ENDS.length}`, 'transfer-encoding: chunked'])],
  },
  {
    name: 'coding before length',
    send: [chunked(TWO_ENDS, ['transfer-encoding: chunked', `content-length: ${TWO_ENDS.length}`])],
  },
  {
    name: 'coding with a length that ends in the first chunk',
    send: [chunked(CHUNKS + SMUGGLED, ['content-length: 4', 'transfer-encoding: chunked'])],
  },
  {
    name: 'a coding behind a bare line feed',
    send: [chunked(TWO_ENDS, [`content-length: ${TWO_ENDS.length}\ntransfer-encoding: chunked`])],
  },
  {
    name: 'a coding behind a bare carriage return',
    send: [chunked(TWO_ENDS, [`content-length: ${TWO_ENDS.length}\rtransfer-encoding: chunked`])],
  },
  {
    name: 'two codings, the second unknown',
    send: [chunked(CHUNKS, ['transfer-encoding: chunked', 'transfer-encoding: cow'])],
  },
  {
    name: 'two codings, the first unknown',
    send: [chunked(CHUNKS, ['transfer-encoding: cow', 'transfer-encoding: chunked'])],
  },
  {
    name: 'the same coding twice',
    send: [chunked(CHUNKS, ['transfer-encoding: chunked', 'transfer-encoding: chunked'])],
  },
  coding('in a list with itself', 'transfer-encoding: chunked, chunked'),
  coding('before identity', 'transfer-encoding: chunked, identity'),
  coding('behind identity', 'transfer-encoding: identity, chunked'),
  coding('behind gzip', 'transfer-encoding: gzip, chunked'),
  coding('that is identity', 'transfer-encoding: identity'),
  coding('with letters in front', 'transfer-encoding: xchunked'),
  coding('with letters behind', 'transfer-encoding: chunkedx'),
  coding('with a parameter', 'transfer-encoding: chunked;q=1'),
  coding('in quotes', 'transfer-encoding: "chunked"'),
  coding('with a comma in front', 'transfer-encoding: , chunked'),
  coding('with a comma behind', 'transfer-encoding: chunked,'),
  coding('with a vertical tab', 'transfer-encoding: \x0bchunked'),
  coding('with NUL in it', 'transfer-encoding: chu\0nked'),
  coding('with a letter that looks like one', 'transfer-encoding: \u0441hunked'),
  coding('on a line that goes on', 'transfer-encoding:\r\n chunked'),
  coding('on a line that goes on with a tab', 'transfer-encoding: identity,\r\n\tchunked'),
  coding('with a space before the colon', 'transfer-encoding : chunked'),
  coding('with a tab before the colon', 'transfer-encoding\t: chunked'),
  coding('with a space before its name', ' transfer-encoding: chunked'),
  coding('with an underscore', 'transfer_encoding: chunked'),
  coding('whose name is broken', 'transfer-\r\nencoding: chunked'),
  coding('that is empty', 'transfer-encoding:'),
  coding('in capitals', 'Transfer-Encoding: CHUNKED', MESSAGES),
  coding('with a tab behind', 'transfer-encoding: chunked\t'),
  coding('with spaces around', 'transfer-encoding:   chunked  ', MESSAGES),
  { name: 'a coding in HTTP/1.0', send: [head('POST /v1/messages HTTP/1.0', ['transfer-encoding: chunked']) + CHUNKS] },
  {
    name: 'a packed body',
    send: [head('POST /v1/messages HTTP/1.1', ['content-encoding: gzip', `content-length: ${BODY.length}`]) + BODY],
  },
];
