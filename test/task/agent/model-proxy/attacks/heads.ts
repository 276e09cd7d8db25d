import { type Attack, BODY, get, head, MESSAGES, MODELS, messages, SMUGGLED } from './attack.ts';

const GET = 'GET /v1/models HTTP/1.1';
const POST = 'POST /v1/messages HTTP/1.1';

function header(name: string, line: string, arrives?: Attack['arrives']): Attack {
  return { name: `a header ${name}`, send: [messages([line])], ...(arrives ? { arrives } : {}) };
}

/** Heads that two readers divide differently. */
export const HEADS: readonly Attack[] = [
  header('that goes on in the next line', 'accept: a\r\n b'),
  header('that goes on behind a tab', 'accept: a\r\n\tb'),
  header('that ends with a bare line feed', 'accept: a\nx-smuggled: yes'),
  header('with a bare carriage return', 'accept: a\rx-smuggled: yes'),
  header('that ends with two carriage returns', 'accept: a\r'),
  header('with NUL', 'accept: a\0b'),
  header('with a control character', 'accept: a\x01b'),
  header('with a letter beyond ASCII', 'accept: \u00e4'),
  header('without a colon', 'accept'),
  header('without a name', ': a'),
  header('whose name has a space', 'accept it: a'),
  header('whose name has NUL', 'acc\0ept: a'),
  header('whose name has a bracket', 'acc[ept: a'),
  header('whose name ends with a space', 'accept : a'),
  header('that comes twice', 'accept: a\r\nAccept: b'),
  header('that nobody knows', 'x-smuggled: yes', MESSAGES),
  header('that nobody knows, with a key of another', 'api_key: smuggled', MESSAGES),
  {
    name: 'a space before the first header',
    send: [head(POST, [`content-length: ${BODY.length}`]).replace('\r\n', '\r\n ') + BODY],
  },
  { name: 'lines that end with bare line feeds', send: [messages([]).replaceAll('\r\n', '\n')] },
  { name: 'lines that end with bare carriage returns', send: [messages([]).replaceAll('\r\n', '\r')] },
  { name: 'a head that ends with a bare line feed', send: [`${get(GET).slice(0, -2)}\n`] },
  { name: 'a head that ends with a bare line feed, and a request', send: [`${get(GET).slice(0, -2)}\n${SMUGGLED}`] },
  { name: 'two hosts', send: [get(GET, ['host: evil.example'])] },
  {
    name: 'two hosts, the other one first',
    send: [`${GET}\r\nhost: evil.example\r\n${get(GET).slice(GET.length + 2)}`],
  },
  { name: 'no host', send: [`${GET}\r\nx-api-key: {key}\r\n\r\n`] },
  { name: 'an empty host', send: [`${GET}\r\nhost:\r\nx-api-key: {key}\r\n\r\n`] },
  { name: 'another host', send: [get(GET).replace('{host}', 'evil.example')] },
  { name: 'a host with somebody before it', send: [get(GET).replace('{host}', 'evil.example@{host}')] },
  { name: 'a host with a path', send: [get(GET).replace('{host}', '{host}/evil')] },
  { name: 'two keys in one header', send: [get(GET, ['x-api-key: {key}'])] },
  { name: 'two keys in two headers', send: [get(GET, ['authorization: Bearer {key}'])] },
  { name: 'a second key of another', send: [get(GET, ['authorization: Bearer smuggled'])] },
  { name: 'a second key for another provider', send: [get(GET, ['x-goog-api-key: smuggled'])] },
  { name: 'a key by name and password', send: [`${GET}\r\nhost: {host}\r\nauthorization: Basic {key}\r\n\r\n`] },
  { name: 'a key with more behind it', send: [get(GET).replace('{key}', '{key}, smuggled')] },
  {
    name: 'more headers than anybody needs',
    send: [
      get(
        GET,
        Array.from({ length: 2_500 }, (_, at) => `x-${at}: a`),
      ),
    ],
  },
  {
    name: 'a header beyond those that a parser keeps',
    send: [
      get(GET, [...Array.from({ length: 2_100 }, (_, at) => `x${at}:`), 'transfer-encoding: chunked']) +
        `0\r\n\r\n${SMUGGLED}`,
    ],
  },
  { name: 'a head without end', send: [get(GET, [`x-a: ${'a'.repeat(200_000)}`])] },
  { name: 'a type of content that is none', send: [messages([]).replace('application/json', 'text/plain')] },
  {
    name: 'a type of content that is a form',
    send: [messages([]).replace('application/json', 'multipart/form-data; boundary=x')],
  },
  { name: 'empty lines in front', send: [`\r\n\r\n${get(GET)}`], arrives: MODELS },
  { name: 'a line of spaces in front', send: [`  \r\n${get(GET)}`] },
  { name: 'HTTP/1.0', send: [get('GET /v1/models HTTP/1.0')] },
  { name: 'HTTP/0.9', send: ['GET /v1/models\r\n\r\n'] },
  { name: 'HTTP/1.10', send: [get('GET /v1/models HTTP/1.10')] },
  { name: 'HTTP/2', send: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'] },
  { name: 'another protocol', send: [get('GET /v1/models RTSP/1.0')] },
  { name: 'a start with two spaces', send: [get('GET  /v1/models HTTP/1.1')], arrives: MODELS },
  { name: 'a start with a tab', send: [get('GET\t/v1/models HTTP/1.1')] },
  { name: 'a start that ends with a space', send: [get('GET /v1/models HTTP/1.1 ')] },
  { name: 'a start that ends with a bare line feed', send: [get(GET).replace('\r\n', '\n')] },
];
