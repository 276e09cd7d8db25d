import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { BegunPass, MeasuredPass } from './telemetry.ts';

/** A trace of one pass: a span for it, and one for each request to GitHub below it. */
export function traceRequests(tracer: Tracer, { repository, deliveries }: BegunPass): MeasuredPass {
  const attributes = { 'agent_waves.repository': repository, 'agent_waves.deliveries': [...deliveries] };
  const pass = tracer.startSpan('pass', { attributes }, ROOT_CONTEXT);
  const below = trace.setSpan(ROOT_CONTEXT, pass);
  let hasEnded = false;
  return {
    watch: (client) =>
      client.hook.wrap('request', async (request, options) => {
        // Reviews go on after the pass, with the same client.
        if (hasEnded) return request(options);
        const { method, url } = options;
        const route = routeOf(url);
        const asked = { 'http.request.method': method, 'url.template': route };
        const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.CLIENT, attributes: asked }, below);
        try {
          const answer = await request(options);
          span.setAttribute('http.response.status_code', answer.status);
          return answer;
        } catch (error) {
          span.setAttribute('http.response.status_code', statusOf(error));
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      }),
    end: ({ outcome }) => {
      hasEnded = true;
      pass.setAttribute('agent_waves.outcome', outcome);
      if (outcome === 'failed') pass.setStatus({ code: SpanStatusCode.ERROR });
      pass.end();
    },
  };
}

/**
 * As GitHub's description spells it. The next page of a list has its whole address, which names no route, and so has
 * GraphQL of an enterprise server.
 */
function routeOf(url: string): string {
  if (url.endsWith('/graphql')) return '/graphql';
  return url.startsWith('/') ? url.replace(/[?#].*$/s, '') : 'next page';
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error ? Number(error.status) : 0;
}
