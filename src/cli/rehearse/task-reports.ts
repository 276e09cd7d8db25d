import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../plan/plan.ts';
import { taskBranch } from '../../state/names.ts';
import type { RehearsalSession } from './session.ts';

/** How one task went. */
export interface TaskReport {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  /** Runs that its attempts were to take, one for each slice. */
  readonly slices: number;
  /** All of its runs: doubled and killed ones, too. */
  readonly runs: number;
  /** Runs that went on from a checkpoint. */
  readonly checkpoints_restored: number;
  /** Its runners that `--kill-every` killed. */
  readonly kills: number;
  /** Number of its newest pull request; null: there was none. */
  readonly pull: number | null;
}

/** @param end The plan as it stood at the end. */
export async function taskReports(
  session: RehearsalSession,
  { end, out }: { readonly end: Plan; readonly out: string },
): Promise<readonly TaskReport[]> {
  const { github, owner, repo, kills } = session;
  const pulls = github.pullsReport(`${owner}/${repo}`);
  const restored = await restoredRuns(join(out, 'runs'));
  return end.tasks.map(({ id, status = 'pending' }) => {
    const runs = github.runs().filter(({ inputs }) => inputs.task === id);
    const slices = slicesByAttempt(runs);
    return {
      id,
      status,
      attempts: slices.size,
      slices: [...slices.values()].reduce((sum, count) => sum + count, 0),
      runs: runs.length,
      checkpoints_restored: runs.filter((run) => restored.has(String(run.id))).length,
      kills: kills.filter(({ task }) => task === id).length,
      pull: pulls.findLast(({ head }) => head.ref === taskBranch(id))?.number ?? null,
    };
  });
}

function slicesByAttempt(
  runs: readonly { readonly inputs: Readonly<Record<string, string>> }[],
): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const { inputs } of runs) {
    const attempt = inputs.attempt ?? '1';
    most.set(attempt, Math.max(most.get(attempt) ?? 0, Number(inputs.slice ?? 1)));
  }
  return most;
}

/** What a run's log says when it restores one. */
const RESTORED = /goes on from the checkpoint of dispatch \d+/;

/** Ids of the runs whose logs tell of a restored checkpoint. */
async function restoredRuns(folder: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (!path.endsWith('.log')) continue;
    const text = await readFile(join(folder, path), 'utf8');
    if (RESTORED.test(text)) found.add(path.split('/', 1)[0] ?? '');
  }
  return found;
}
