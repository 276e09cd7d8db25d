import { acceptance } from './acceptance.ts';
import type { CheckRule } from './check-rule.ts';
import { agentTypes } from './claims/agent-types.ts';
import { chains } from './claims/chains.ts';
import { concurrency } from './claims/concurrency.ts';
import { phases } from './claims/phases.ts';
import { slots } from './claims/slots.ts';
import { totals } from './claims/totals.ts';
import { windows } from './claims/windows.ts';
import { completedCircles } from './completed-circles.ts';
import { tooManyDependencies, tooManyTasksInWave } from './github-limits.ts';
import { isolatedTasks } from './isolated-tasks.ts';
import { longTasks } from './long-tasks.ts';
import { overlappingTouches } from './overlapping-touches.ts';
import { redundantEdges } from './redundant-edges.ts';
import { unusedFields } from './unused-fields.ts';
import { edgesInsideWaves, laterWaves, serialWaves, unlistedWaves } from './waves.ts';

/** Everything that a sound plan is warned about. At one place of the file, what stands first here is said first. */
export const RULES: readonly CheckRule[] = [
  totals,
  chains,
  phases,
  windows,
  concurrency,
  slots,
  agentTypes,
  unusedFields,
  edgesInsideWaves,
  completedCircles,
  acceptance,
  overlappingTouches,
  unlistedWaves,
  serialWaves,
  laterWaves,
  redundantEdges,
  isolatedTasks,
  longTasks,
  tooManyDependencies,
  tooManyTasksInWave,
];
