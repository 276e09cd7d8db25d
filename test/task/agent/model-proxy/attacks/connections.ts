import { type Attack, BODY, CHUNKS, get, head, MESSAGES, MODELS, messages, SMUGGLED } from './attack.ts';

const GET = 'GET /v1/models HTTP/1.1';
const WEBSOCKET = ['upgrade: websocket', 'sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='];

function hop(line: string, arrives?: Attack['arrives']): Attack {
  return { name: `a request with ${line}`, send: [messages([line])], ...(arrives ? { arrives } : {}) };
}

/** What is about the connection and not about the request, and what follows a request on it. */
export const CONNECTIONS: readonly Attack[] = [
  { name: 'two requests at once', send: [get(GET) + get(GET)] },
  { name: 'two requests with bodies at once', send: [messages([]) + messages([])] },
  { name: 'ten requests at once', send: [get(GET).repeat(10)] },
  { name: 'a request and something that is none', send: [`${get(GET)}\0\x01\x02`] },
  { name: 'a request and half of another', send: [get(GET) + get(GET).slice(0, 30)], arrives: MODELS },
  {
    name: 'a chunked request and another',
    send: [head('POST /v1/messages HTTP/1.1', ['transfer-encoding: chunked']) + CHUNKS + get(GET)],
  },
  { name: 'a request that hides in what follows', send: [messages([]) + SMUGGLED] },
  { name: 'a second request for something that is not allowed', send: [get(GET) + get('GET /v1/smuggled HTTP/1.1')] },
  { name: 'a request that asks for a websocket', send: [get(GET, ['connection: upgrade', ...WEBSOCKET])] },
  {
    name: 'a request that asks for a websocket, and goes on',
    send: [get(GET, ['connection: upgrade', ...WEBSOCKET]) + SMUGGLED],
  },
  { name: 'a request that asks for a websocket on the quiet', send: [get(GET, WEBSOCKET)] },
  { name: 'a POST that asks for a websocket', send: [messages(['connection: upgrade', ...WEBSOCKET])] },
  {
    name: 'a request that asks for HTTP/2',
    send: [
      get(GET, ['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__']) + SMUGGLED,
    ],
  },
  { name: 'a request that asks for TLS', send: [get(GET, ['connection: upgrade', 'upgrade: TLS/1.2'])] },
  {
    name: 'a body that waits to be asked for',
    send: [head('POST /v1/messages HTTP/1.1', ['expect: 100-continue', `content-length: ${BODY.length}`]) + BODY],
  },
  {
    name: 'a body that waits and does not come',
    send: [head('POST /v1/messages HTTP/1.1', ['expect: 100-continue', `content-length: ${BODY.length}`])],
  },
  { name: 'a GET that waits to be asked', send: [get(GET, ['expect: 100-continue'])] },
  hop('expect: 100-continue, 100-continue'),
  hop('expect: something'),
  hop('connection: upgrade'),
  hop('connection: x-api-key'),
  hop('connection: content-length'),
  hop('connection: close, transfer-encoding'),
  hop('connection: close', MESSAGES),
  hop('connection: keep-alive', MESSAGES),
  hop('connection: Keep-Alive, Close', MESSAGES),
  hop('keep-alive: timeout=1000, max=1000', MESSAGES),
  hop('proxy-connection: keep-alive', MESSAGES),
  hop('te: trailers', MESSAGES),
  hop('trailer: content-length'),
  hop('proxy-authorization: Basic smuggled', MESSAGES),
  hop('cookie: smuggled=yes', MESSAGES),
  hop('forwarded: for=smuggled', MESSAGES),
  hop('x-forwarded-for: smuggled', MESSAGES),
  hop('x-forwarded-host: smuggled', MESSAGES),
  hop('x-real-ip: smuggled', MESSAGES),
  hop('via: 1.1 smuggled', MESSAGES),
  hop('origin: http://smuggled', MESSAGES),
  hop('range: bytes=0-1', MESSAGES),
  hop('if-none-match: "smuggled"', MESSAGES),
  hop('accept-encoding: gzip, br', MESSAGES),
  hop('openai-organization: smuggled', MESSAGES),
  hop('x-goog-user-project: smuggled', MESSAGES),
  hop('max-forwards: 0', MESSAGES),
  hop('http2-settings: AAMAAABkAAQAAP__', MESSAGES),
  { name: 'a request line by line', send: get(GET).split(/(?<=\r\n)/), arrives: MODELS },
];
