import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as BinaryMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as BinaryTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { type IMetricReader, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { closeServer, type Handler, listen, pathOf, strictServer } from '../http-server.ts';
import type { Listener } from '../settings.ts';
import { createInstruments } from './instruments.ts';
import { traceRequests } from './request-spans.ts';
import type { OpenedTelemetry, Telemetry } from './telemetry.ts';
import type { WantedTelemetry } from './wanted-telemetry.ts';

/** What is not sent within so many milliseconds when the server stops is lost. */
const FLUSH_MS = 5_000;

/** This file alone loads the libraries of OpenTelemetry: nobody imports it but by `import()`. */
export async function startSdk(wanted: WantedTelemetry, warn: (what: string) => void): Promise<OpenedTelemetry> {
  const say = (what: string) => warn(`telemetry: ${what}`);
  const loud = { error: say, warn: say, info: () => undefined, debug: () => undefined, verbose: () => undefined };
  diag.setLogger(loud, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  // Last of all the environment: OTEL_RESOURCE_ATTRIBUTES may say more, and OTEL_SERVICE_NAME otherwise.
  const resource = resourceFromAttributes({ 'service.name': wanted.serviceName }).merge(
    detectResources({ detectors: [envDetector] }),
  );
  const scraped = wanted.scrape && (await serveScrape(wanted.scrape));
  const meters = new MeterProvider({ resource, readers: [...(scraped ? [scraped.reader] : []), ...pushes(wanted)] });
  const spans = wanted.traces && new BatchSpanProcessor({ exporter: tracesBy(wanted.traces) });
  const tracers = new TracerProvider({ resource, spanProcessors: spans ? [spans] : [] });
  const instruments = createInstruments(meters.getMeter('agent-waves'));
  const tracer = spans && tracers.getTracer('agent-waves');
  const telemetry: Telemetry = {
    beginPass: (about) => {
      const span = tracer && traceRequests(tracer, about);
      const measured = instruments.beginPass(about);
      return {
        watch: (client) => {
          measured.watch(client);
          span?.watch(client);
        },
        end: (how) => {
          measured.end(how);
          span?.end(how);
        },
      };
    },
    forget: instruments.forget,
    watchPasses: instruments.watchPasses,
    stop: async () => {
      await withinFlush([tracers.shutdown(), meters.shutdown()]);
      await scraped?.close();
    },
  };
  return { telemetry, url: scraped?.url };
}

function pushes({ metrics, interval }: WantedTelemetry): readonly IMetricReader[] {
  if (!metrics) return [];
  const exporter = metrics === 'http/json' ? new JsonMetrics() : new BinaryMetrics();
  const limits = { exportIntervalMillis: interval, exportTimeoutMillis: Math.min(interval, 30_000) };
  return [new PeriodicExportingMetricReader({ exporter, ...limits })];
}

function tracesBy(protocol: NonNullable<WantedTelemetry['traces']>): JsonTraces | BinaryTraces {
  return protocol === 'http/json' ? new JsonTraces() : new BinaryTraces();
}

interface Scrape {
  readonly reader: PrometheusExporter;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** At a port of its own, which nobody has to let the world reach. */
async function serveScrape(at: Listener): Promise<Scrape> {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const handler: Handler = async (request, response) => {
    request.resume();
    if (pathOf(request) === '/metrics') reader.getMetricsRequestHandler(request, response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('Figures are at /metrics\n');
  };
  const server = strictServer(handler);
  const url = await listen(server, { ...at, names: 'METRICS_PORT or METRICS_HOST' });
  return { reader, url: `${url}/metrics`, close: () => closeServer(server) };
}

/** A collector that does not answer keeps no server from ending. */
async function withinFlush(sent: readonly Promise<void>[]): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FLUSH_MS);
  await Promise.race([Promise.allSettled(sent), late]);
  clearTimeout(timer);
}
