import { decide } from '../src/decide/decide.ts';
import { loadPlan } from '../src/plan/load.ts';
import { projectOf } from '../src/plan/project.ts';
import { writeStatus } from '../src/progress/status.ts';
import { newDerivations } from '../src/state/derivations.ts';
import { TIMINGS } from '../src/state/timings.ts';
import { compare, measure, show, showAgainst, showAgainstHead, showHead } from './measure.ts';
import { bigPlanText, planOf } from './plans.ts';
import { beginning, defaultConfig } from './situations.ts';

/** How many times `JSON.parse` reading a plan may take. */
const MAX_LOAD = 12;

/** The other pure parts, each beside a peer that does the unavoidable part of the same work. */
export function showPartsTime(): void {
  const text = bigPlanText({ tasks: 10_000, dependencies: 15_000 });
  const plan = planOf(text);
  const { tasks } = decide({
    snapshot: beginning(plan),
    project: projectOf(plan, defaultConfig()),
    timings: TIMINGS,
    derivations: newDerivations(),
  });
  const of = { rounds: 30, fresh: () => text };
  const load = (given: string) => loadPlan({ file: 'tasks.json', text: given });
  showAgainstHead('\nreading a plan of 10,000 tasks, beside JSON.parse');
  showAgainst('loadPlan', compare({ ...of, work: load, peer: () => JSON.parse(text) }), MAX_LOAD);
  showHead('\nwriting it');
  show('writeStatus', measure({ ...of, work: (given) => writeStatus(given, tasks) }));
  show('JSON.parse and stringify', measure({ ...of, work: (given) => JSON.stringify(JSON.parse(given)) }));
}
