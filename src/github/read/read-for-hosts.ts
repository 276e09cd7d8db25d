import type { LoadedProject } from '../../plan/load-project.ts';
import { EMPTY_CACHE } from '../issue-cache.ts';
import type { Client } from '../octokit.ts';
import { underOneName } from '../one-name.ts';
import { type ReadInput, type Reading, read } from './read.ts';

interface ReadingForHosts extends Reading {
  /** Its answers name every host of the plan as `app`. */
  readonly client: Client;
}

/** Reads with all that the hosts of the plan did under the name of this one, as the configuration that is read lists them. */
export async function readForHosts(input: ReadInput): Promise<ReadingForHosts> {
  const { app, memory } = input;
  const { hosts } = memory.cache;
  const client = underOneName(input.client, { app, hosts });
  const reading = await read({ ...input, client });
  const found = trustedApps(reading.memory.cache.project) ?? hosts;
  if (found.join() === hosts.join()) return { ...reading, client };
  // Others count than those under whose names all of it was read.
  const renamed = underOneName(input.client, { app, hosts: found });
  const { project, files } = reading.memory.cache;
  const begun = { ...reading.memory, cache: { ...EMPTY_CACHE, project, files, hosts: found } };
  return { ...(await read({ ...input, client: renamed, memory: begun })), client: renamed };
}

/** @returns Undefined where the configuration cannot be read: those of before count on. */
function trustedApps(project: LoadedProject | undefined): readonly string[] | undefined {
  return project?.ok ? project.project.config.trusted_apps : project?.config?.trusted_apps;
}
