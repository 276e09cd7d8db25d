import { type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { Environment } from '../../protocol/job.ts';
import { type Admitted, type RequestRefusal, refuse } from './admit-request.ts';
import type { Credential } from './credential.ts';
import { MAX_HEAD, MAX_HEADERS } from './limits.ts';

/** A model API, and what it takes for proof of who asks. */
export interface Provider {
  readonly upstream: URL;
  readonly credential: Credential;
  readonly agent: Agent;
  /** Longest silence, in milliseconds. */
  readonly idleMs: number;
}

export interface Question {
  readonly admitted: Admitted;
  readonly body: Buffer;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** The head of an answer that can be passed on. */
export interface Answered {
  readonly kind: 'answered';
  readonly answer: IncomingMessage;
}

/**
 * Puts one request to the provider, framed by us, on a connection that carries nothing before it and nothing after it.
 * A refusal says in our own words what went wrong: those of others may have the key in them.
 */
export async function askProvider(provider: Provider, question: Question): Promise<Answered | RequestRefusal> {
  const { upstream, agent, idleMs } = provider;
  const url = new URL(`${upstream.href.replace(/\/$/, '')}${question.admitted.target}`);
  const headers = await outgoing(provider, { url, question });
  if (isRefusal(headers)) return headers;
  const options = {
    method: question.admitted.method,
    headers,
    timeout: idleMs,
    signal: question.signal,
    insecureHTTPParser: false,
    maxHeaderSize: MAX_HEAD,
  };
  return new Promise((resolve) => {
    // Node's global agent shares connections, and may lead by the proxy of the network.
    const sent =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, agent })
        : requestHttp(url, { ...options, agent: false });
    const fail = (refusal: RequestRefusal) => {
      sent.destroy();
      resolve(refusal);
    };
    sent.on('response', (answer) => {
      const problem = answerProblem(answer);
      if (problem) fail(problem);
      else resolve({ kind: 'answered', answer });
    });
    sent.on('timeout', () => fail(refuse(504, 'the provider is silent')));
    sent.on('error', ({ code }: NodeJS.ErrnoException) =>
      fail(refuse(502, `the provider was not reached${because(code)}`)),
    );
    // Nobody asked for what comes before an answer, or in its place.
    for (const early of ['information', 'continue'])
      sent.on(early, () => fail(refuse(502, 'the provider answered twice')));
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      fail(OTHER_PROTOCOL);
    });
    sent.end(question.body);
  });
}

const OTHER_PROTOCOL = refuse(502, 'the provider answered in another protocol');

function because(code: string | undefined): string {
  return code && /^[A-Z_]{1,60}$/.test(code) ? ` (${code})` : '';
}

/** What could not be passed on as one answer of its own, or not be searched for the key. */
function answerProblem({
  statusCode = 0,
  httpVersionMajor,
  headers,
  rawHeaders,
}: IncomingMessage): RequestRefusal | undefined {
  if (httpVersionMajor !== 1 || statusCode < 200 || statusCode > 599) return OTHER_PROTOCOL;
  if (statusCode >= 300 && statusCode < 400)
    return {
      ...refuse(
        502,
        `the provider answered with a redirect (${statusCode}), which is not followed: give the action the address where the API is`,
      ),
      trouble: 'address',
    };
  if (rawHeaders.length > 2 * MAX_HEADERS) return refuse(502, 'the provider answered with too many headers');
  const { 'content-encoding': packed = 'identity', 'transfer-encoding': sent = 'chunked' } = headers;
  if (`${packed} ${sent}`.toLowerCase() === 'identity chunked') return undefined;
  return refuse(502, 'the provider packed its answer, though it was asked not to');
}

type Headers = Readonly<Record<string, string>>;

async function outgoing(
  { upstream, credential }: Provider,
  { url, question }: { readonly url: URL; readonly question: Question },
): Promise<Headers | RequestRefusal> {
  const { admitted, body } = question;
  const { method, headers, keyHeader } = admitted;
  const proof = await credential.prove({ method, url, headers, body, keyHeader });
  if (proof.kind === 'refused') return proof;
  return {
    host: upstream.host,
    ...headers,
    // What is packed cannot be searched for the key.
    'accept-encoding': 'identity',
    ...proof.headers,
    ...(method === 'POST' ? { 'content-length': String(body.length) } : {}),
    connection: 'close',
  };
}

function isRefusal(found: Headers | RequestRefusal): found is RequestRefusal {
  return found.kind === 'refused';
}

/** Opens a connection for every request. Node 22 and earlier do not know `proxyEnv`: there the way has to be direct. */
export function unsharedAgent(environment: Environment): Agent {
  const names = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];
  const named = names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []));
  return new Agent({ keepAlive: false, proxyEnv: Object.fromEntries(named) });
}

/** @throws when a key would travel in the open, or the address says more than where the API is. */
export function checkUpstream(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!url || !(url.protocol === 'https:' || local))
    throw new Error(
      `the model's address ${shown(address)} is not https: the key would travel in the open; set the input to an https address`,
    );
  if (url.username || url.password || url.search || url.hash)
    throw new Error(
      `the model's address ${shown(address)} says more than where the API is; give the key by its own input, and the address without a query`,
    );
  return url;
}

/** An address may have a password in it. */
function shown(address: string): string {
  return address.replace(/[?#].*$/, '').replace(/\/\/[^/]*@/, '//***@');
}
