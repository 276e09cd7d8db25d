import type { Environment } from '../environment.ts';
import type { Listener } from '../settings.ts';
import { StartProblem } from '../start-problem.ts';

/** How a signal goes to a collector, as OTEL_EXPORTER_OTLP_PROTOCOL spells it. */
export type OtlpProtocol = 'http/protobuf' | 'http/json';

/** What is measured, and where it goes. */
export interface WantedTelemetry {
  readonly scrape: Listener | undefined;
  /** Undefined: not sent. */
  readonly metrics: OtlpProtocol | undefined;
  readonly traces: OtlpProtocol | undefined;
  /** Milliseconds between two exports of metrics. */
  readonly interval: number;
  readonly serviceName: string;
}

/**
 * By the variables of https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/: a signal is sent
 * where an address for it is given, or where its exporter is named. Address, headers and time limit are read by the
 * exporters themselves.
 *
 * @throws StartProblem
 */
export function wantedTelemetry(environment: Environment, scrape: Listener | undefined): WantedTelemetry {
  const serviceName = environment.OTEL_SERVICE_NAME || 'agent-waves';
  const interval = Number(environment.OTEL_METRIC_EXPORT_INTERVAL || 60_000);
  if (!(interval >= 100))
    throw new StartProblem(
      `OTEL_METRIC_EXPORT_INTERVAL is "${environment.OTEL_METRIC_EXPORT_INTERVAL}": give milliseconds, from 100 on`,
    );
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true')
    return { scrape: undefined, metrics: undefined, traces: undefined, interval, serviceName };
  const [metrics, traces] = (['METRICS', 'TRACES'] as const).map((signal) => protocolOf(environment, signal));
  return { scrape, metrics, traces, interval, serviceName };
}

function protocolOf(environment: Environment, signal: 'METRICS' | 'TRACES'): OtlpProtocol | undefined {
  const named = environment[`OTEL_${signal}_EXPORTER`]?.split(',').map((name) => name.trim());
  const address = environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  if (!(named ? named.includes('otlp') : address)) return undefined;
  const own = `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`;
  const name = environment[own] ? own : 'OTEL_EXPORTER_OTLP_PROTOCOL';
  const protocol = environment[name] || 'http/protobuf';
  if (protocol === 'http/protobuf' || protocol === 'http/json') return protocol;
  throw new StartProblem(
    `${name} is "${protocol}": give http/protobuf or http/json, which collectors take at port 4318`,
  );
}
