/** Bytes that somebody in the provider's place answers with, and what the agent may be told of them. */
export interface AnswerAttack {
  readonly name: string;
  readonly send: readonly (string | Buffer)[];
  /** Status and body; `cut`: an answer that breaks off after this, or before. */
  readonly told: { readonly status: number; readonly body: string } | { readonly cut: string } | 'refused';
}

const JSON_TYPE = 'content-type: application/json';
const OK = 'HTTP/1.1 200 OK';
const BODY = '{"a":1}';
const N = BODY.length;

function answer(lines: readonly string[], body: string = BODY, start: string = OK): string {
  return [start, JSON_TYPE, ...lines, '', ''].join('\r\n') + body;
}

function refused(name: string, lines: readonly string[], body: string = BODY): AnswerAttack {
  return { name, send: [answer(lines, body)], told: 'refused' };
}

function status(start: string, told: AnswerAttack['told']): AnswerAttack {
  return {
    name: `an answer that begins ${JSON.stringify(start)}`,
    send: [answer([`content-length: ${N}`], BODY, start)],
    told,
  };
}

const FINE = { status: 200, body: BODY };
const CHUNKED = `${N}\r\n${BODY}\r\n0\r\n\r\n`;
const SECOND = 'HTTP/1.1 200 OK\r\nx-smuggled: yes\r\ncontent-length: 8\r\n\r\nsmuggled';

export const ANSWERS: readonly AnswerAttack[] = [
  { name: 'one as it should be', send: [answer([`content-length: ${N}`])], told: FINE },
  { name: 'a chunked one', send: [answer(['transfer-encoding: chunked'], CHUNKED)], told: FINE },
  { name: 'one that ends with its connection', send: [answer([])], told: FINE },
  { name: 'one of HTTP/1.0', send: [answer([], BODY, 'HTTP/1.0 200 OK')], told: FINE },
  refused('length and coding', [`content-length: ${N}`, 'transfer-encoding: chunked'], CHUNKED),
  refused('coding and length', ['transfer-encoding: chunked', `content-length: ${N}`], CHUNKED),
  refused('two lengths', [`content-length: ${N}`, 'content-length: 0']),
  refused('the same length twice', [`content-length: ${N}`, `content-length: ${N}`]),
  refused('a list of lengths', [`content-length: ${N}, ${N}`]),
  refused('a length with a sign', [`content-length: +${N}`]),
  refused('a length below nothing', ['content-length: -1']),
  refused('a hexadecimal length', [`content-length: 0x${N}`]),
  refused('a length that no number holds', ['content-length: 99999999999999999999']),
  refused('a coding behind gzip', ['transfer-encoding: gzip, chunked'], CHUNKED),
  refused('a coding before gzip', ['transfer-encoding: chunked, gzip'], CHUNKED),
  refused('a coding that nobody knows', ['transfer-encoding: cow']),
  refused('two codings', ['transfer-encoding: chunked', 'transfer-encoding: chunked'], CHUNKED),
  refused('a packed body', ['content-encoding: gzip', `content-length: ${N}`]),
  refused('a body packed in a way that nobody knows', ['content-encoding: cow', `content-length: ${N}`]),
  refused('a header that goes on in the next line', ['request-id: a\r\n b', `content-length: ${N}`]),
  refused('a bare line feed in a header', ['request-id: a\nx-smuggled: yes', `content-length: ${N}`]),
  refused('a bare carriage return in a header', ['request-id: a\rx-smuggled: yes', `content-length: ${N}`]),
  refused('NUL in a header', ['request-id: a\0b', `content-length: ${N}`]),
  refused('a header without a colon', ['smuggled', `content-length: ${N}`]),
  refused('a header without a name', [': smuggled', `content-length: ${N}`]),
  refused('a space before a colon', [`content-length : ${N}`]),
  refused('more headers than anybody needs', [
    ...Array.from({ length: 300 }, (_, at) => `x-${at}: a`),
    `content-length: ${N}`,
  ]),
  refused('a head without end', [`x-a: ${'a'.repeat(200_000)}`, `content-length: ${N}`]),
  {
    name: 'lines that end with bare line feeds',
    send: [answer([`content-length: ${N}`]).replaceAll('\r\n', '\n')],
    told: 'refused',
  },
  status('HTTP/1.1 302 Found\r\nlocation: https://smuggled.example/{key}', 'refused'),
  status('HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/smuggled', 'refused'),
  status('HTTP/1.1 308 Permanent Redirect\r\nlocation: /smuggled', 'refused'),
  status('HTTP/1.1 300 Choices\r\nlocation: /smuggled', 'refused'),
  { name: 'nothing new', send: ['HTTP/1.1 304 Not Modified\r\n\r\n'], told: 'refused' },
  {
    name: 'a request for a body that was sent',
    send: ['HTTP/1.1 100 Continue\r\n\r\n', answer([`content-length: ${N}`])],
    told: 'refused',
  },
  {
    name: 'early hints',
    send: [`HTTP/1.1 103 Early Hints\r\nlink: </smuggled>\r\n\r\n${answer([`content-length: ${N}`])}`],
    told: 'refused',
  },
  {
    name: 'a thousand answers before the answer',
    send: ['HTTP/1.1 102 Processing\r\n\r\n'.repeat(1_000), answer([`content-length: ${N}`])],
    told: 'refused',
  },
  {
    name: 'another protocol, agreed to',
    send: ['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nsmuggled'],
    told: 'refused',
  },
  {
    name: 'another protocol, agreed to without a word',
    send: ['HTTP/1.1 101 Switching Protocols\r\n\r\nsmuggled'],
    told: 'refused',
  },
  status('HTTP/1.1 199 Smuggled', 'refused'),
  status('HTTP/1.1 000 Smuggled', 'refused'),
  status('HTTP/1.1 600 Smuggled', 'refused'),
  status('HTTP/1.1 2000 Smuggled', 'refused'),
  status('HTTP/1.1 -20 Smuggled', 'refused'),
  status('HTTP/2 200 Smuggled', 'refused'),
  status('HTTP/3.0 200 Smuggled', 'refused'),
  status('SSH-2.0-smuggled', 'refused'),
  status(BODY, 'refused'),
  status('HTTP/1.1 200 the key is {key}', FINE),
  status('HTTP/1.1 200', FINE),
  status('HTTP/1.1 404 Smuggled', { status: 404, body: BODY }),
  status('HTTP/1.1 529 Smuggled', { status: 529, body: BODY }),
  { name: 'nothing at all', send: [], told: 'refused' },
  { name: 'half a head', send: ['HTTP/1.1 200 OK\r\ncontent-'], told: 'refused' },
  { name: 'a second answer behind the first', send: [answer([`content-length: ${N}`]) + SECOND], told: FINE },
  {
    name: 'a second answer behind the last chunk',
    send: [answer(['transfer-encoding: chunked'], CHUNKED + SECOND)],
    told: FINE,
  },
  {
    name: 'more than the length says',
    send: [answer([`content-length: ${N}`], `${BODY}smuggled`)],
    told: { cut: BODY },
  },
  { name: 'less than the length says', send: [answer([`content-length: ${N + 10}`])], told: { cut: BODY } },
  {
    name: 'chunks without a last one',
    send: [answer(['transfer-encoding: chunked'], `${N}\r\n${BODY}\r\n`)],
    told: { cut: BODY },
  },
  {
    name: 'a chunk of a size that is none',
    send: [answer(['transfer-encoding: chunked'], `${N}\r\n${BODY}\r\n`), 'smuggled\r\n'],
    told: { cut: BODY },
  },
  {
    name: 'chunks with extensions',
    send: [answer(['transfer-encoding: chunked'], `${N};smuggled={key}\r\n${BODY}\r\n0\r\n\r\n`)],
    told: FINE,
  },
  {
    name: 'trailers',
    send: [
      answer(
        ['transfer-encoding: chunked', 'trailer: x-smuggled'],
        `${N}\r\n${BODY}\r\n0\r\nx-smuggled: {key}\r\nset-cookie: smuggled\r\n\r\n`,
      ),
    ],
    told: FINE,
  },
  {
    name: 'one with a letter beyond ASCII in a header',
    send: [answer(['request-id: \u00e4', `content-length: ${N}`])],
    told: FINE,
  },
  ...[
    'set-cookie: smuggled',
    'location: /smuggled',
    'refresh: 0; url=/smuggled',
    'www-authenticate: smuggled',
    'link: </smuggled>',
    'connection: smuggled',
    'keep-alive: timeout=smuggled',
    'alt-svc: h3="smuggled"',
    'upgrade: smuggled',
    'x-echo: {key}',
    'x-api-key: {key}',
    'server: smuggled',
    'authorization: Bearer {key}',
    'access-control-allow-origin: *',
  ].map(
    (line): AnswerAttack => ({ name: `one with ${line}`, send: [answer([line, `content-length: ${N}`])], told: FINE }),
  ),
  ...['request-id: {key}', 'x-ratelimit-reset-tokens: key={key}', 'retry-after: {key}', 'content-type: text/{key}'].map(
    (line): AnswerAttack => ({
      name: `the key in ${line}`,
      send: [
        answer([line, `content-length: ${N}`]).replace(line.startsWith('content-type') ? `${JSON_TYPE}\r\n` : '\0', ''),
      ],
      told: FINE,
    }),
  ),
];
