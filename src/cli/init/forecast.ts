import type { Config } from '../../plan/config.ts';
import type { FileProblem, Plan } from '../../plan/plan.ts';
import { loadRepositoryPlan, type RepositoryFile } from '../../plan/repository-plan.ts';
import { type CheckReport, checkPlan } from '../../planning/check/check.ts';
import { type Simulation, simulate } from '../../planning/simulate/simulate.ts';
import { showProgress } from '../simulate/progress.ts';

/** What `check` and `simulate` say of a setup before anything of it is written. */
export type Forecast =
  | {
      readonly ok: true;
      readonly plan: Plan;
      readonly config: Config;
      readonly check: CheckReport;
      readonly simulation: Simulation;
    }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

export function forecast(files: { readonly config: RepositoryFile; readonly plan: RepositoryFile }): Forecast {
  const loaded = loadRepositoryPlan(files);
  if (!loaded.ok) return loaded;
  const { plan, config } = loaded;
  const source = { file: files.plan.path, text: files.plan.text };
  const progress = showProgress(process.stderr);
  const agents = [config.max_parallel];
  const simulation = simulate({ plan, config, agents, progress: progress.report });
  progress.end();
  return { ok: true, plan, config, check: checkPlan({ plan, config, source }), simulation };
}
