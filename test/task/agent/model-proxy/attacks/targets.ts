import { type Attack, BODY, get, head, MESSAGES, MODELS, messages, SMUGGLED } from './attack.ts';

function target(path: string, arrives?: Attack['arrives']): Attack {
  const name = `the address ${JSON.stringify(path)}`;
  return { name, send: [messages([]).replace('/v1/messages', path)], ...(arrives ? { arrives } : {}) };
}

function method(name: string, path = '/v1/models'): Attack {
  return { name: `the method ${JSON.stringify(name)} on ${path}`, send: [get(`${name} ${path} HTTP/1.1`)] };
}

function override(line: string): Attack {
  return { name: `a GET with ${line}`, send: [get('GET /v1/models HTTP/1.1', [line])], arrives: MODELS };
}

/** Addresses that one reader takes for another, and methods that are told twice. */
export const TARGETS: readonly Attack[] = [
  target('http://{host}/v1/messages'),
  target('http://evil.example/v1/messages'),
  target('https://evil.example/v1/messages'),
  target('//evil.example/v1/messages'),
  target('//v1/messages'),
  target('/v1//messages'),
  target('/v1/messages/'),
  target('/v1/./messages'),
  target('/v1/x/../messages'),
  target('/v1/messages/../files'),
  target('/v1/messages/..%2ffiles'),
  target('/v1/messages/%2e%2e/files'),
  target('/v1/messages/.%2e/files'),
  target('/v1/messages/%252e%252e/files'),
  target('/v1/messages%2fbatches'),
  target('/v1%2fmessages'),
  target('/v1\\messages'),
  target('/v1/messages\\..\\files'),
  target('/v1/messages;a=b'),
  target('/v1/messages#a'),
  target('/v1/messages%00'),
  target('/v1/messages\0'),
  target('/v1/messages%0d%0ax-smuggled:%20yes'),
  target('/v1/messages\r\nx-smuggled: yes'),
  target('/v1/messages HTTP/1.1\r\nx-smuggled: yes\r\nx:', MESSAGES),
  target('/v1/messages x'),
  target('/v1/m\u00e9ssages'),
  target('/V1/MESSAGES'),
  target('/v1/%6dessages'),
  target('/v1/messages/batches'),
  target('/v1/files'),
  target('/v1/organizations/api_keys'),
  target('/v1/responses'),
  target('/v1beta/models/m:generateContent'),
  target('v1/messages'),
  target('?/v1/messages'),
  target('*'),
  target('/v1/messages?beta=true', { ...MESSAGES, url: '/v1/messages?beta=true' }),
  target('/v1/messages?', MESSAGES),
  target('/v1/messages?key=smuggled&x-smuggled=yes&_method=DELETE&$httpMethod=DELETE', MESSAGES),
  target('/v1/messages?beta=true&beta=false'),
  target('/v1/messages?beta=a%0d%0ax-smuggled:yes'),
  target('/v1/messages?beta=a#b'),
  target('/v1/messages?beta=a?b'),
  target('/v1/messages?beta=true\0'),
  target(`/v1/messages?beta=${'a'.repeat(5_000)}`),
  ...['x-http-method-override', 'x-http-method', 'x-method-override'].map((name) => override(`${name}: DELETE`)),
  ...['x-original-url: /v1/smuggled', 'x-rewrite-url: /v1/smuggled'].map(override),
  ...['TRACE', 'OPTIONS', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'SMUGGLE', 'get', ' GET', 'GET,GET'].map(
    (name) => method(name),
  ),
  method('GET', '/v1/messages'),
  method('OPTIONS', '*'),
  method('CONNECT', 'evil.example:443'),
  method('CONNECT', '{host}'),
  {
    name: 'a POST where there is only a GET',
    send: [head('POST /v1/models HTTP/1.1', [`content-length: ${BODY.length}`]) + BODY],
  },
  { name: 'a CONNECT with a request behind it', send: [get('CONNECT {host} HTTP/1.1') + SMUGGLED] },
];
