import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dispatchDelays, NOTHING_SEEN, type SeenPass } from '../../../src/hosts/server/telemetry/dispatch-delays.ts';
import { wantedTelemetry } from '../../../src/hosts/server/telemetry/wanted-telemetry.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import { LABEL } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { eventually } from '../../support/waiting.ts';
import { SECRET, ServerProcess, settingsOf } from './support/server-process.ts';

/** What the server tells of itself, to a real scrape and a real collector on loopback. */

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}
interface Point {
  readonly attributes: readonly Attribute[];
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly count?: number;
}
interface Metric {
  readonly name: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}
interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
}
interface Exported {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly resourceMetrics?: readonly { scopeMetrics: readonly { metrics: readonly Metric[] }[] }[];
    readonly resourceSpans?: readonly {
      resource: { attributes: readonly Attribute[] };
      scopeSpans: readonly { spans: readonly Span[] }[];
    }[];
  };
}

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let scene: GitHubScene;
let server: ServerProcess;
let collector: Server;
const exported: Exported[] = [];

beforeEach(async () => {
  exported.length = 0;
  const tasks = [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
    { id: 'C', title: 'Third' },
  ];
  scene = await githubScene({
    plan: { name: 'DAW', tasks },
    config: 'landing: push\nmax_parallel: 3\nbudget: { plan: { usd: 40 } }\n',
  });
  collector = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { authorization } = request.headers;
    exported.push({ path: request.url ?? '', authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  if (server?.child.exitCode === null) await server.end('SIGKILL');
  await new Promise((closed) => collector.close(closed));
  await scene.close();
});

async function start(environment: Readonly<Record<string, string>>): Promise<string> {
  server = new ServerProcess({ ...settingsOf(scene.town), ...environment }, { cwd: tmpdir(), args: ['--no-settings'] });
  const url = await server.url();
  scene.github.setWebhook('waves', { url: `${url}/api/github/webhooks`, secret: SECRET });
  return url;
}

const statusOf = async (id: string) =>
  (await scene.plan()).tasks.find((task: { readonly id: string }) => task.id === id).status;

/** A is done and has told its cost, B and C run. */
async function playPlan(): Promise<void> {
  await eventually('the plan issue is made', () => scene.github.issuesReport('acme/daw').length > 0);
  await scene.label(scene.github.issuesReport('acme/daw')[0]?.number ?? 0, LABEL.start);
  await eventually('A and C run', () => scene.running().length === 2);
  const run = scene.run('A');
  await run.claim();
  await run.land();
  await run.report('completed', { agent: { type: 'general-purpose', model: 'sonnet', cost_usd: 1.25 } });
  await run.closeIssue();
  await run.end();
  await eventually('B runs', async () => scene.running().includes('B') && (await statusOf('B')) === 'in_progress');
}

it('a scrape tells of passes, tasks, slots, cost, limits and delays once a small plan ran, with few labels', async () => {
  await start({ METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' });
  const metrics = await server.saying(/Figures are at (http[^\s"]+)/);
  await playPlan();

  const text = await eventually('the scrape has come up with the plan', async () => {
    const scraped = await (await fetch(metrics)).text();
    return scraped.includes('state="running"') && /agent_waves_tasks\{.*state="completed".*\} 1/.test(scraped)
      ? scraped
      : undefined;
  });
  const value = (name: string, ...labels: readonly string[]) => {
    const line = text
      .split('\n')
      .find((each) => each.startsWith(name) && labels.every((label) => each.includes(label)));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  };

  const daw = 'repository="acme/daw"';
  expect(value('agent_waves_tasks{', daw, 'state="running"')).toBe(2);
  expect(value('agent_waves_slots{', daw, 'use="used"')).toBe(2);
  expect(value('agent_waves_slots{', daw, 'use="free"')).toBe(1);
  expect(value('agent_waves_cost_usd{', daw)).toBe(1.25);
  const sonnet = ['agent="general-purpose"', 'model="sonnet"'];
  expect(value('agent_waves_agent_landed{', daw, ...sonnet)).toBe(1);
  expect(value('agent_waves_agent_first_tries{', daw, ...sonnet)).toBe(1);
  expect(value('agent_waves_agent_cost_usd{', daw, ...sonnet)).toBe(1.25);
  const limit = ['key="budget.plan.usd"', daw];
  expect(value('agent_waves_budget{', ...limit, 'what="spent"')).toBe(1.25);
  expect(value('agent_waves_budget{', ...limit, 'what="limit"')).toBe(40);
  expect(value('agent_waves_budget{', ...limit, 'what="reserved"')).toBeGreaterThan(0);
  expect(value('agent_waves_dispatch_delay_seconds_count')).toBe(3);
  expect(value('agent_waves_dispatch_delay_seconds_sum')).toBeLessThan(60);
  expect(value('agent_waves_pass_duration_seconds_count{', 'outcome="done"')).toBeGreaterThan(1);
  expect(value('agent_waves_requests_left{', 'owner="acme"', 'resource="graphql"')).toBeLessThan(5_000);
  expect(value('agent_waves_passes_running')).toBeTypeOf('number');
  expect(value('agent_waves_passes_waiting')).toBeTypeOf('number');
  const labels = new Set(
    [...text.matchAll(/[{,](\w+)="/g)]
      .map(([, name]) => name)
      .filter((name) => !/^otel|^service|^telemetry/.test(String(name))),
  );
  expect([...labels].sort()).toEqual([
    ...['agent', 'key', 'le', 'model', 'outcome', 'owner', 'repository', 'resource', 'state', 'use', 'what'],
  ]);
  expect((await fetch(metrics.replace('/metrics', '/other'))).status).toBe(404);
});

it('a collector gets figures and traces, the last of them when the server stops, and its headers are in no log', async () => {
  const { port } = collector.address() as AddressInfo;
  await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=canary-of-a-header',
    OTEL_METRIC_EXPORT_INTERVAL: '600000',
    OTEL_SERVICE_NAME: 'waves-of-acme',
  });
  await playPlan();
  await server.end();

  expect(new Set(exported.map(({ path }) => path))).toEqual(new Set(['/v1/metrics', '/v1/traces']));
  expect(exported.every(({ authorization }) => authorization === 'canary-of-a-header')).toBe(true);
  expect(server.said).not.toContain('canary');
  const metrics = exported
    .flatMap(({ body }) => body.resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics);
  const points = (name: string) =>
    metrics.flatMap((metric) => (metric.name === name ? ((metric.gauge ?? metric.histogram)?.dataPoints ?? []) : []));
  expect(points('agent_waves.dispatch.delay.seconds')).toMatchObject([{ count: 3 }]);
  const running = points('agent_waves.tasks').find(({ attributes }) =>
    attributes.some(({ value }) => value.stringValue === 'running'),
  );
  expect(running?.asDouble ?? running?.asInt).toBe(2);
  const resources = exported.flatMap(({ body }) => body.resourceSpans ?? []);
  expect(JSON.stringify(resources[0]?.resource)).toContain('waves-of-acme');
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans).flatMap((scope) => scope.spans);
  const pass = spans.find(({ name, attributes }) => name === 'pass' && JSON.stringify(attributes).includes('acme/daw'));
  const asked = spans.filter(({ parentSpanId }) => parentSpanId === pass?.spanId).map(({ name }) => name);
  expect(asked).toContain('POST /graphql');
  expect(spans.map(({ name }) => name)).toContain(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
  );
});

it('a collector that is not there keeps nothing from running or ending, and is told', async () => {
  await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_METRIC_EXPORT_INTERVAL: '500' });
  await server.saying(/telemetry: .*ECONNREFUSED/);

  expect(await server.end()).toEqual({ code: 0, signal: null });
});

it('costs nobody who does not measure: the libraries are behind one import() of the server', () => {
  const root = fileURLToPath(new URL('../../../src/', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const importing = (pattern: RegExp) =>
    files.filter((name) => pattern.test(readFileSync(join(root, name), 'utf8'))).sort();
  const folder = 'hosts/server/telemetry';

  expect(importing(/from '@opentelemetry\//)).toEqual([
    `${folder}/instruments.ts`,
    `${folder}/request-spans.ts`,
    `${folder}/sdk.ts`,
  ]);
  expect(importing(/from '\.\/(?:instruments|request-spans)\.ts'/)).toEqual([`${folder}/sdk.ts`]);
  expect(importing(/from '[./\w-]*\/sdk\.ts'/)).toEqual([]);
  expect(importing(/import\('\.\/sdk\.ts'\)/)).toEqual([`${folder}/open-telemetry.ts`]);
});

describe('what is sent', () => {
  const sent = (environment: Readonly<Record<string, string>>) => {
    const { metrics, traces, scrape } = wantedTelemetry(environment, { host: 'localhost', port: 1 });
    return [metrics, traces, scrape?.port];
  };

  it.each([
    ['nothing without an address', {}, [undefined, undefined, 1]],
    [
      'both where one address is given',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      ['http/protobuf', 'http/protobuf', 1],
    ],
    [
      'one where only its own is',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318' },
      [undefined, 'http/protobuf', 1],
    ],
    [
      'none whose exporter is none',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      },
      ['http/json', undefined, 1],
    ],
    [
      'nothing where the SDK is disabled',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' },
      [undefined, undefined, undefined],
    ],
  ])('is %s', (_, environment, expected) => {
    expect(sent(environment)).toEqual(expected);
  });

  it('is refused with one sentence where a protocol is not spoken', () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };

    expect(() => sent(environment)).toThrow(
      /^OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": give http\/protobuf or http\/json/,
    );
  });
});

describe('the time from ready to dispatch', () => {
  const id = (name: string) => name as TaskId;
  const at = (seconds: number) => new Date(seconds * 1_000).toISOString();
  /** A pass that ends at a second, over A and B, where B depends on A. */
  function pass(
    ended: number,
    {
      states,
      dispatched = [],
      asked = ended,
      completedAt,
    }: { states: string[]; dispatched?: string[]; asked?: number; completedAt?: number },
  ): SeenPass {
    const tasks = states.map((state, place) => ({
      task: { id: id(place === 0 ? 'A' : 'B'), dependencies: place === 0 ? [] : [id('A')] },
      state,
      completedAt: place === 0 && completedAt !== undefined ? at(completedAt) : undefined,
    }));
    const effects = dispatched.map((task) => ({ kind: 'dispatch', key: task, inputs: { task, attempt: 1, slice: 1 } }));
    const outcomes = new Map(dispatched.map((task) => [task, { kind: 'applied' } as const]));
    return {
      decision: { tasks, effects },
      outcomes,
      asked: asked * 1_000,
      ended: ended * 1_000,
    } as unknown as SeenPass;
  }

  it('counts from the label, from the last dependency, and from when a slot was missing', () => {
    const first = dispatchDelays(NOTHING_SEEN, pass(10, { states: ['held', 'held'] }));
    const started = dispatchDelays(
      first.memory,
      pass(22, { states: ['running', 'blocked'], dispatched: ['A'], asked: 20 }),
    );
    const full = dispatchDelays(
      started.memory,
      pass(61, { states: ['completed', 'ready'], asked: 60, completedAt: 55 }),
    );
    const last = dispatchDelays(
      full.memory,
      pass(100, { states: ['completed', 'running'], dispatched: ['B'], completedAt: 55 }),
    );

    expect([first, started, full, last].map(({ seconds }) => seconds)).toEqual([[], [2], [], [45]]);
  });

  it('is not told of what was ready before this process looked', () => {
    const first = dispatchDelays(NOTHING_SEEN, pass(10, { states: ['ready', 'running'], dispatched: ['B'] }));
    const second = dispatchDelays(first.memory, pass(20, { states: ['running', 'running'], dispatched: ['A'] }));

    expect([first.seconds, second.seconds]).toEqual([[], []]);
  });
});
