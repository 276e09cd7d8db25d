import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { PassFigures } from './pass-figures.ts';
import { ownerOf, type RequestLimits, requestLimits } from './request-limits.ts';
import type { BegunPass, MeasuredPass, PassCounts, Telemetry } from './telemetry.ts';

/** Bounds of the histograms, in seconds. */
const PASS_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const DELAY_BUCKETS = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800];

/**
 * The figures, by instruments of OpenTelemetry. Their labels are few: names of repositories and owners, which an operator
 * can bound by OWNERS, and words of ours. No task, issue or run is one.
 */
export function createInstruments(meter: Meter): Pick<Telemetry, 'beginPass' | 'forget' | 'watchPasses'> {
  const plans = new Map<string, PassFigures>();
  const limits = requestLimits();
  let count = (): PassCounts => ({ running: 0, waiting: 0 });
  const duration = meter.createHistogram('agent_waves.pass.duration.seconds', {
    description: 'How long passes took, by what became of them',
    unit: 's',
    advice: { explicitBucketBoundaries: PASS_BUCKETS },
  });
  const delay = meter.createHistogram('agent_waves.dispatch.delay.seconds', {
    description: 'How long tasks were ready before their first dispatch',
    unit: 's',
    advice: { explicitBucketBoundaries: DELAY_BUCKETS },
  });
  const gauge = gaugesOf(meter);
  gauge('agent_waves.passes.running', 'Passes under way', (tell) => tell(count().running));
  gauge('agent_waves.passes.waiting', 'Passes that are due and have not begun', (tell) => tell(count().waiting));
  gauge('agent_waves.requests.left', "What is left of GitHub's hourly limit", (tell) => limits.observe(tell));
  gauge('agent_waves.tasks', 'Tasks of the plan by state', (tell) => {
    for (const [repository, { tasks }] of plans) for (const [state, n] of tasks) tell(n, { repository, state });
  });
  gauge('agent_waves.slots', 'Places for running tasks', (tell) => {
    for (const [repository, { slots }] of plans) {
      if (!slots) continue;
      tell(slots.used, { repository, use: 'used' });
      tell(slots.free, { repository, use: 'free' });
    }
  });
  gauge('agent_waves.cost.usd', 'US dollars that agents reported for the tasks of the plan', (tell) => {
    for (const [repository, { cost }] of plans) if (cost !== undefined) tell(cost, { repository });
  });

  function beginPass({ repository }: BegunPass): MeasuredPass {
    const began = performance.now();
    return {
      watch: (client) => watchLimits(client, { limits, owner: ownerOf(repository) }),
      end: ({ outcome, figures, dispatchDelays = [] }) => {
        duration.record((performance.now() - began) / 1_000, { outcome });
        for (const seconds of dispatchDelays) delay.record(seconds);
        if (figures) plans.set(repository, figures);
        else if (outcome === 'no-plan') plans.delete(repository);
      },
    };
  }

  return {
    beginPass,
    forget: (repository) => void plans.delete(repository),
    watchPasses: (counting) => {
      count = counting;
    },
  };
}

type Tell = (value: number, attributes?: Attributes) => void;

function gaugesOf(meter: Meter) {
  return (name: string, description: string, observe: (tell: Tell) => void): void => {
    meter.createObservableGauge(name, { description }).addCallback((result: ObservableResult) => {
      observe((value, attributes) => result.observe(value, attributes));
    });
  };
}

function watchLimits(
  client: Parameters<MeasuredPass['watch']>[0],
  { limits, owner }: { readonly limits: RequestLimits; readonly owner: string },
): void {
  client.hook.after('request', ({ headers }) => limits.note(owner, headers));
  client.hook.error('request', (error) => {
    if ('response' in error && error.response) limits.note(owner, error.response.headers);
    throw error;
  });
}
