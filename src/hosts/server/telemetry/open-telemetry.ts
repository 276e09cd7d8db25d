import type { Environment } from '../environment.ts';
import type { Listener } from '../settings.ts';
import { NO_TELEMETRY, type OpenedTelemetry } from './telemetry.ts';
import { wantedTelemetry } from './wanted-telemetry.ts';

interface Surroundings {
  readonly environment: Environment;
  /** Told where figures cannot be sent. */
  readonly warn: (what: string) => void;
}

/**
 * Measures where somebody wants it; the libraries are loaded only then.
 * @param scrape Where figures can be scraped.
 * @throws StartProblem
 */
export async function openTelemetry(
  scrape: Listener | undefined,
  { environment, warn }: Surroundings,
): Promise<OpenedTelemetry> {
  const wanted = wantedTelemetry(environment, scrape);
  if (!wanted.scrape && !wanted.metrics && !wanted.traces) return { telemetry: NO_TELEMETRY, url: undefined };
  const { startSdk } = await import('./sdk.ts');
  return startSdk(wanted, warn);
}
