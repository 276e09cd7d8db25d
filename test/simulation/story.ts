import type { SimulationEnd } from './simulation.ts';

/** What happened in a world whose laws were broken, in words. */
export function tellStory({ seed, host, digest, occurrences, violations }: SimulationEnd): string {
  const [first] = violations;
  const until = first?.at ?? 0;
  const when = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  return [
    `seed ${seed}, ${host}, digest ${digest.slice(0, 16)}:`,
    ...occurrences.filter(({ at }) => at <= until).map(({ at, what }) => `  ${when(at)}  ${what}`),
    ...violations.map(({ law, at, what }) => `  ${when(at)}  law ${law} is broken: ${what}`),
  ].join('\n');
}

export interface Totals {
  readonly faults: Map<string, { times: number; seeds: number }>;
  readonly laws: Map<number, { asked: number; broken: number }>;
  readonly hosts: Map<string, number>;
  seeds: number;
  requests: number;
  landed: number;
}

export function newTotals(): Totals {
  return { faults: new Map(), laws: new Map(), hosts: new Map(), seeds: 0, requests: 0, landed: 0 };
}

export function addTo(totals: Totals, end: SimulationEnd): void {
  totals.seeds += 1;
  totals.requests += end.requests;
  totals.landed += end.landed;
  totals.hosts.set(end.host, (totals.hosts.get(end.host) ?? 0) + 1);
  for (const { kind } of end.occurrences) {
    const known = totals.faults.get(kind) ?? { times: 0, seeds: 0 };
    totals.faults.set(kind, { ...known, times: known.times + 1 });
  }
  for (const kind of new Set(end.occurrences.map((each) => each.kind))) {
    const known = totals.faults.get(kind);
    if (known) known.seeds += 1;
  }
  for (const [law, asked] of end.asked) {
    const known = totals.laws.get(law) ?? { asked: 0, broken: 0 };
    const broken = end.violations.filter((each) => each.law === law).length;
    totals.laws.set(law, { asked: known.asked + asked, broken: known.broken + broken });
  }
}

/** How often each fault fired, and each law was asked. */
export function tellTotals({ faults, laws, hosts, seeds, requests, landed }: Totals): string {
  const columns = (name: string, ...numbers: readonly number[]) =>
    `  ${name.padEnd(34)}${numbers.map((each) => String(each).padStart(10)).join('')}`;
  return [
    `${seeds} worlds, ${requests} requests, ${landed} landings`,
    ...[...hosts].sort().map(([host, times]) => columns(host, times)),
    'fault: times, in worlds',
    ...[...faults].sort().map(([kind, each]) => columns(kind, each.times, each.seeds)),
    'law: times asked, broken',
    ...[...laws]
      .sort(([one], [other]) => one - other)
      .map(([law, each]) => columns(`law ${law}`, each.asked, each.broken)),
  ].join('\n');
}
