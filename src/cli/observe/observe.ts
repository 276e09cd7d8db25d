import { decide } from '../../decide/decide.ts';
import type { Decision } from '../../decide/effects/effect.ts';
import { type Memory, newMemory } from '../../github/memory.ts';
import { readForHosts } from '../../github/read/read-for-hosts.ts';
import { type LoadedProject, loadProject } from '../../plan/load-project.ts';
import type { Project } from '../../plan/project.ts';
import { foreignPlan } from '../../state/foreign-plan.ts';
import { ACTIONS_LOGIN } from '../../state/names.ts';
import { projectFromRecords } from '../../state/plan-from-records.ts';
import { readGroupRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { TIMINGS } from '../../state/timings.ts';
import type { GitHubAccess } from '../init/github-facts.ts';
import { findKeeper } from './keeper.ts';

/** The plan of a repository as GitHub shows it, and what its next pass would decide. */
export interface ObservedPlan {
  /** Login of the host that works on it; undefined where none does yet. */
  readonly keeper: string | undefined;
  readonly snapshot: Snapshot;
  readonly loaded: LoadedProject;
  readonly project: Project;
  readonly decision: Decision;
}

export interface Observation {
  /** Undefined where the repository holds no plan. */
  readonly plan: ObservedPlan | undefined;
  readonly keeper: string | undefined;
  readonly memory: Memory;
}

/**
 * Reads as a pass reads, by somebody else's token, and decides as a pass decides. Writes nothing.
 * @param before The observation before, which saves requests.
 */
export async function observe(access: GitHubAccess, before?: Observation): Promise<Observation> {
  const keeper = before?.keeper ?? (await findKeeper(access));
  const seen = await observeAs(access, { keeper, memory: before?.memory ?? newMemory() });
  const other = seen.plan && otherKeeper(seen.plan);
  return other === undefined || other === seen.keeper
    ? seen
    : observeAs(access, { keeper: other, memory: newMemory() });
}

interface As {
  readonly keeper: string | undefined;
  readonly memory: Memory;
}

async function observeAs(access: GitHubAccess, { keeper, memory: before }: As): Promise<Observation> {
  const app = keeper ?? ACTIONS_LOGIN;
  const { snapshot, memory } = await readForHosts({ ...access, app, memory: before, timings: TIMINGS });
  if (!snapshot) return { keeper, memory, plan: undefined };
  const { derivations } = memory;
  const loaded = loadProject(snapshot.files, memory.cache.project);
  const project = loaded.ok ? loaded.project : projectFromRecords(loaded, { snapshot, derivations });
  const decision = decide({ snapshot, project, timings: TIMINGS, derivations });
  return { keeper, memory, plan: { keeper, snapshot, loaded, project, decision } };
}

/**
 * Where several apps keep plans here, the one that keeps the plan of the file; where hosts take turns at that plan, the one
 * whose turn it is, and not the one that made its issue.
 */
function otherKeeper({ loaded, project, snapshot, decision }: ObservedPlan): string | undefined {
  if (!loaded.ok) return undefined;
  const foreign = foreignPlan({ ...snapshot, id: project.plan.id, plan: undefined });
  if (foreign) return foreign.app;
  const left = snapshot.issues.find(({ number }) => decision.leftAlone.includes(number));
  const host = left && readGroupRecord(left.body)?.host?.app;
  const isAnother = host !== undefined && host !== snapshot.app && project.config.trusted_apps.includes(host);
  return isAnother ? host : undefined;
}
