import { decide } from '../src/decide/decide.ts';
import { loadPlan } from '../src/plan/load.ts';
import { projectOf } from '../src/plan/project.ts';
import { writeStatus } from '../src/progress/status.ts';
import { newDerivations } from '../src/state/derivations.ts';
import { TIMINGS } from '../src/state/timings.ts';
import { measure, show, showHead } from './measure.ts';
import { bigPlanText, planOf } from './plans.ts';
import { beginning, defaultConfig } from './situations.ts';

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
  const of = { rounds: 15, fresh: () => text };
  showHead('\nreading and writing a plan of 10,000 tasks');
  show('loadPlan', measure({ ...of, work: (given) => loadPlan({ file: 'tasks.json', text: given }) }));
  show('JSON.parse', measure({ ...of, work: (given) => JSON.parse(given) }));
  show('writeStatus', measure({ ...of, work: (given) => writeStatus(given, tasks) }));
  show('JSON.parse and stringify', measure({ ...of, work: (given) => JSON.stringify(JSON.parse(given)) }));
}
