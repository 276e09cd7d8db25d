import type { LoadedProject } from '../../plan/load-project.ts';
import { type CheckReport, checkPlan, refusedPlan } from '../check/check.ts';

/** Larger plans are read, and not looked through for what is likely not meant: somebody waits for the answer. */
const MAX_TASKS_CHECKED = 2_000;

/** What `check` says of a plan that is to be carried out with its configuration. */
export function planFindings(loaded: LoadedProject): CheckReport {
  if (!loaded.ok) return refusedPlan(loaded.problems);
  const { plan, config } = loaded.project;
  const source = loaded.files.plan;
  if (!source || plan.tasks.length > MAX_TASKS_CHECKED) return { findings: [] };
  return checkPlan({ plan, config, source: { file: source.path, text: source.text } });
}
