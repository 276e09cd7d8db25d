import { failure } from '../protocol/assignment.ts';
import type { Adapter } from './adapter.ts';
import { addressFix } from './missing-fix.ts';
import { type ModelConnection, NO_CONNECTION, type OpenedConnection } from './model-connection.ts';
import { checkUpstream } from './model-proxy/ask-provider.ts';
import type { ModelProvider } from './model-proxy/providers.ts';
import { startModelProxy } from './model-proxy/proxy.ts';
import type { CapSettings } from './model-proxy/spending-cap.ts';
import { type FoundSource, findSource, type Given } from './model-source.ts';

/**
 * Opens a proxy in front of the provider, so that the key stays with us.
 * @returns The end of the run where what the workflow gives the action can be no key, or no address.
 */
export async function openModelAccess(
  provider: ModelProvider,
  { adapter, given, cap }: { readonly adapter: Adapter; readonly given: Given; readonly cap: CapSettings | undefined },
): Promise<OpenedConnection> {
  const found = findSource(provider, given);
  switch (found.kind) {
    case 'none':
      return NO_CONNECTION;
    case 'unusable':
      return notStarted(adapter, found);
    case 'found': {
      const wrong = addressProblem(found);
      return wrong === undefined
        ? open(found, { given, cap })
        : notStarted(adapter, { what: wrong, fix: addressFix(provider) });
    }
  }
}

function addressProblem({ upstream }: FoundSource): string | undefined {
  try {
    if (upstream) checkUpstream(upstream);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

async function open(
  { source, ...found }: FoundSource,
  { given: { environment }, cap }: { readonly given: Given; readonly cap: CapSettings | undefined },
): Promise<ModelConnection> {
  const proxy = await startModelProxy({ ...found, environment, cap });
  return {
    kind: 'open',
    access: { key: proxy.placeholder, url: proxy.url, source },
    traffic: proxy.traffic,
    cap: proxy.cap,
    close: proxy.close,
  };
}

function notStarted(
  { name }: Adapter,
  { what, fix }: { readonly what: string; readonly fix: string },
): OpenedConnection {
  const failed = failure(`${name} was not started: ${what}`);
  return { kind: 'unusable', end: { kind: 'login', summary: '', failure: failed, fix, worked: false } };
}
