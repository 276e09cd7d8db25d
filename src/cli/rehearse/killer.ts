import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedGitHub, RunRecord } from 'embedded-github';
import type { Plan } from '../../plan/plan.ts';

export interface KillerOptions {
  readonly github: EmbeddedGitHub;
  /** Where agents say that they are at work. */
  readonly folder: string;
  /** The runner of every so manyth task that comes to its agent is killed, once. */
  readonly every: number;
  /** Milliseconds that the agent of a task has worked by then. */
  readonly after: (task: string) => number;
}

export interface Kill {
  readonly task: string;
  readonly run: number;
}

export interface Killer {
  /** Oldest first. */
  readonly kills: readonly Kill[];
  readonly close: () => void;
}

/** How long GitHub takes to see that a runner is gone, in milliseconds. */
const NOTICED_AFTER = 500;

/** The agent's command, preceded by a sign that it is at work. @param folder Holds no quote. */
export function announcing(command: string, folder: string): string {
  return `: > '${folder}'/"$AGENT_WAVES_TASK"; ${command}`;
}

/** Where the signs of a rehearsal are. */
export function signFolder(out: string): string {
  return join(out, 'at-work');
}

/** Kills runners in the middle of their agents, as machines die: with all that they run, and without a word to GitHub. */
export async function startKiller({ github, folder, every, after }: KillerOptions): Promise<Killer> {
  await mkdir(folder, { recursive: true });
  const kills: Kill[] = [];
  const seen = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const later = (milliseconds: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, milliseconds);
    timers.add(timer);
  };
  const kill = (task: string) => {
    const run = github.runs().findLast((one) => one.inputs.task === task && isLive(one));
    if (!run?.handle) return;
    run.handle.kill();
    kills.push({ task, run: run.id });
    later(NOTICED_AFTER, () => {
      if (isLive(run)) github.loseMachine(run);
    });
  };
  const watcher = watch(folder, (_, task) => {
    if (task === null || seen.has(task)) return;
    seen.add(task);
    if (seen.size % every === 0) later(after(task), () => kill(task));
  });
  return {
    kills,
    close: () => {
      watcher.close();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function isLive({ status }: RunRecord): boolean {
  return status !== 'completed';
}

/** Half of the time that the scripted agent takes for a task in one run. */
export function halfway(
  plan: Plan,
  { speed, sliceMinutes }: { readonly speed: number; readonly sliceMinutes: number },
) {
  const minutes = new Map<string, number>(plan.tasks.map((task) => [task.id, task.minutes]));
  return (task: string): number => (Math.min(minutes.get(task) ?? 0, sliceMinutes) * 60_000) / speed / 2;
}
