import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../plan/config.ts';
import { loadProject } from '../../plan/load-project.ts';
import type { FileProblem, Plan } from '../../plan/plan.ts';
import { loadRepositoryPlan } from '../../plan/repository-plan.ts';
import { CONFIG_PATH } from '../../state/names.ts';
import { configPathsIn } from '../config-files.ts';
import type { RehearsalAgent } from './agent.ts';
import { setKeys } from './edit-config.ts';
import { configChanges, defaultSpeed, type Wishes } from './mode.ts';
import { modelAgentChanges } from './model-agents.ts';

interface RehearsalFlags {
  readonly speed?: number;
}

export interface Rehearsed {
  readonly ok: true;
  readonly plan: Plan;
  /** As the folder has it. */
  readonly before: Config;
  /** As it is rehearsed. */
  readonly config: Config;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly speed: number;
}

/**
 * Reads the folder, and its configuration once more with what this rehearsal changes. Where it does not say who agents
 * run as, it is whoever rehearses: there is no other user to hand out on a person's machine.
 */
export async function loadFolder(
  folder: string,
  {
    wishes,
    flags,
    agent,
  }: {
    readonly wishes: Wishes;
    readonly flags: RehearsalFlags;
    /** Undefined: the scripted one. */
    readonly agent: RehearsalAgent | undefined;
  },
): Promise<Rehearsed | { readonly ok: false; readonly problems: readonly FileProblem[] }> {
  const read = async (path: string) =>
    existsSync(join(folder, path)) ? { path, text: await readFile(join(folder, path), 'utf8') } : undefined;
  const [file, otherConfig] = await Promise.all(configPathsIn(folder).map(read));
  const { plan: path } = loadProject({ config: file, plan: undefined }).location;
  const source = await read(path);
  const loaded = loadRepositoryPlan({ config: file, otherConfig, plan: source });
  if (!loaded.ok) return loaded;
  const { plan, config: before } = loaded;
  const speed = flags.speed ?? defaultSpeed(wishes, plan);
  // A real agent takes the time that it takes: nothing is compressed around it.
  const real = agent !== undefined && flags.speed === undefined;
  const isolation = wishes.isolation ?? (/^isolation:/m.test(file?.text ?? '') ? before.isolation : 'none');
  const changes = {
    ...configChanges(wishes, { config: before, plan, speed: real ? 1 : speed }),
    ...(agent?.kind === 'model' ? modelAgentChanges(agent, before) : {}),
    isolation,
  };
  const text = setKeys(file?.text ?? '', changes);
  const changed = loadRepositoryPlan({ config: { path: file?.path ?? CONFIG_PATH, text }, plan: source });
  return changed.ok
    ? { ok: true, plan, before: { ...before, isolation }, config: changed.config, changes, speed }
    : changed;
}
