import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import { keyOf } from '../../../state/budget-limits.ts';
import type { Performance } from '../../../state/performance.ts';
import type { PassFigures } from './pass-figures.ts';
import { ownerOf, type RequestLimits, requestLimits } from './request-limits.ts';
import type { BegunPass, MeasuredPass, PassCounts, Telemetry } from './telemetry.ts';

/** Bounds of the histograms, in seconds. */
const PASS_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const DELAY_BUCKETS = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800];

/**
 * The figures, by instruments of OpenTelemetry. Their labels are few: names of repositories and owners, which an operator
 * can bound by OWNERS, agent types and models of their configurations, and words of ours. No task, issue or run is one.
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
  gauge(
    'agent_waves.budget',
    'Limits of the budget: what is spent of each, and what is reserved for what runs',
    (tell) => {
      for (const [repository, { limits }] of plans) {
        for (const use of limits) {
          const of = { repository, key: keyOf(use) };
          for (const what of ['spent', 'reserved', 'limit'] as const) tell(use[what], { ...of, what });
        }
      }
    },
  );
  for (const [name, description, amount] of AGENT_GAUGES) {
    gauge(name, description, (tell) => {
      for (const [repository, { agents }] of plans)
        for (const row of agents) tell(amount(row), { repository, agent: row.type, model: row.model });
    });
  }

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

/** What each agent type came to with each model. */
const AGENT_GAUGES: readonly (readonly [string, string, (row: Performance) => number])[] = [
  ['agent_waves.agent.landed', 'Tasks whose work landed', ({ landed }) => landed],
  ['agent_waves.agent.first.tries', 'Tasks whose work landed at the first attempt', ({ firstTry }) => firstTry],
  ['agent_waves.agent.runs', 'Runs that are over', ({ runs }) => runs],
  ['agent_waves.agent.cost.usd', 'US dollars that runs count for, those that came to nothing, too', ({ usd }) => usd],
  ['agent_waves.agent.minutes', 'Minutes that landed tasks took', ({ minutes }) => minutes],
  [
    'agent_waves.agent.estimated.minutes',
    'Minutes that were estimated for the same tasks',
    ({ estimated }) => estimated,
  ],
];

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
