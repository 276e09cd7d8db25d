import { type Attack, BODY, get, head, MESSAGES, measured, messages, SMUGGLED } from './attack.ts';

const POST = 'POST /v1/messages HTTP/1.1';
const N = BODY.length;

function length(name: string, value: string, arrives?: Attack['arrives']): Attack {
  return {
    name: `a length of ${name}`,
    send: [measured([`content-length: ${value}`], BODY)],
    ...(arrives ? { arrives } : {}),
  };
}

/** Lengths that two readers take for different ones. */
export const LENGTHS: readonly Attack[] = [
  { name: 'the same length twice', send: [messages([`content-length: ${N}`])] },
  {
    name: 'two lengths, the first ends the body',
    send: [measured([`content-length: ${N}`, `content-length: ${N + SMUGGLED.length}`], BODY + SMUGGLED)],
  },
  {
    name: 'two lengths, the second ends the body',
    send: [measured([`content-length: ${N + SMUGGLED.length}`, `content-length: ${N}`], BODY + SMUGGLED)],
  },
  {
    name: 'two lengths in capitals and small letters',
    send: [measured([`Content-Length: ${N}`, 'CONTENT-LENGTH: 0'], BODY + SMUGGLED)],
  },
  length('a list', `${N}, ${N}`),
  length('a list of two', `0, ${N}`),
  length('a plus sign', `+${N}`),
  length('a minus sign', `-${N}`),
  length('hexadecimal digits', `0x${N.toString(16)}`),
  length('an exponent', '13e0'),
  length('a fraction', `${N}.0`),
  length('two words', `${N} ${N}`),
  length('no digits', ''),
  length('a letter', 'd'),
  length('a control character', `${N}\x0b`),
  length('NUL', `${N}\0`),
  length('a number in quotes', `"${N}"`),
  length('digits of another script', '\u0661\u0663'),
  length('more than a number can hold', '99999999999999999999'),
  length('2^64 and a little', `${2n ** 64n + BigInt(N)}`),
  length('zeros in front', `000${N}`, MESSAGES),
  length('spaces and tabs around', ` \t ${N} \t`, MESSAGES),
  { name: 'a length with a space before its colon', send: [measured([`content-length : ${N}`], BODY)] },
  { name: 'a length with an underscore', send: [measured([`content_length: ${N}`], BODY)] },
  { name: 'a length on a line that goes on', send: [measured([`content-length:\r\n ${N}`], BODY)] },
  { name: 'a length that another header hides', send: [measured([`x-a: b\rcontent-length: ${N}`], BODY)] },
  { name: 'no length and no body', send: [measured([], '')], arrives: { ...MESSAGES, body: '' } },
  { name: 'no length and a body', send: [measured([], BODY)] },
  { name: 'no length and a request in its place', send: [measured([], SMUGGLED)] },
  { name: 'a length of nothing and a request behind it', send: [measured(['content-length: 0'], SMUGGLED)] },
  { name: 'a length that ends before the body does', send: [measured([`content-length: ${N}`], BODY + SMUGGLED)] },
  { name: 'a length that nothing fills', send: [measured([`content-length: ${N + 100}`], BODY)], waits: true },
  {
    name: 'a GET with a body',
    send: [head('GET /v1/models HTTP/1.1', [`content-length: ${SMUGGLED.length}`]) + SMUGGLED],
  },
  {
    name: 'a GET with a length of nothing and a request behind it',
    send: [get('GET /v1/models HTTP/1.1', ['content-length: 0']) + SMUGGLED],
  },
  { name: 'a body that comes late', send: [head(POST, [`content-length: ${N}`]), BODY], arrives: MESSAGES },
  {
    name: 'a body in pieces, with a request behind it',
    send: [head(POST, [`content-length: ${N}`]), BODY.slice(0, 5), BODY.slice(5) + SMUGGLED],
  },
];
