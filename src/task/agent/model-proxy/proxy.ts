import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../../protocol/job.ts';
import { checkUpstream, unsharedAgent } from './ask-provider.ts';
import type { Credential } from './credential.ts';
import { secretsHider } from './hide-key.ts';
import { LIMITS, type Limits, MAX_HEAD } from './limits.ts';
import type { ProviderApi } from './providers.ts';
import { serveRequests } from './serve-requests.ts';
import { type CapSettings, openCap, type SpendingCap } from './spending-cap.ts';
import { countTraffic, type Traffic } from './traffic.ts';

export interface ModelProxyOptions {
  readonly api: ProviderApi;
  /** Address of the API where it is not the provider's own. */
  readonly upstream?: string | undefined;
  /** It leaves this process only towards `upstream`. */
  readonly credential: Credential;
  /** Where the machine's own proxy to the network is named. */
  readonly environment?: Environment;
  readonly limits?: Partial<Limits>;
  readonly now?: () => number;
  /** What may be spent there. Absent: as much as the agent asks for. */
  readonly cap?: CapSettings | undefined;
}

export interface ModelProxy {
  /** What the agent takes for the address of the API. */
  readonly url: string;
  /** What the agent takes for the key: good for this proxy alone, while it runs. */
  readonly placeholder: string;
  readonly traffic: () => Traffic;
  /** Undefined where nothing bounds it. */
  readonly cap: SpendingCap | undefined;
  readonly close: () => Promise<void>;
}

/**
 * Stands between an agent and its model, so that the agent never has the key. It listens on loopback and takes requests
 * that bear the placeholder and ask for a path of the model API. What goes on is a request of its own, with the real
 * key, on a connection of its own; what comes back is an answer of its own. No byte that frames either is the agent's or
 * the provider's: docs/adr/0019-the-model-proxy-frames-anew.md.
 *
 * @throws when `upstream` is neither https nor on this machine.
 */
export async function startModelProxy(options: ModelProxyOptions): Promise<ModelProxy> {
  const { api, credential, environment = {}, now = Date.now } = options;
  const limits = { ...LIMITS, ...options.limits };
  const upstream = checkUpstream(options.upstream || api.upstream);
  const placeholder = `${api.keyPrefix ?? ''}agent-waves-${randomBytes(24).toString('hex')}`;
  const traffic = countTraffic(now);
  const cap = options.cap && openCap(options.cap, traffic.read);
  const agent = unsharedAgent(environment);
  const server = strictServer(limits);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${portOf(server)}`;
  serveRequests(server, {
    gate: { api, placeholder, host },
    provider: { upstream, credential, agent, idleMs: limits.idleMs },
    hider: secretsHider(credential.secrets),
    traffic,
    cap,
    limits,
  });
  return {
    url: `http://${host}${api.prefix}`,
    placeholder,
    traffic: traffic.read,
    cap,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        agent.destroy();
        server.closeAllConnections();
      }),
  };
}

/** Node's parser in its strict mode, whatever the machine's NODE_OPTIONS say, and with limits of ours. */
function strictServer({ headMs, requestMs, idleMs, connections }: Limits): Server {
  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader: true,
    maxHeaderSize: MAX_HEAD,
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(headMs, requestMs, 1_000),
    keepAlive: false,
  });
  server.maxConnections = connections;
  // The provider's silence ends a request first.
  server.timeout = idleMs + 60_000;
  return server;
}

function portOf(server: { readonly address: () => AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
