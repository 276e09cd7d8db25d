import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Report } from '../../../src/cli/rehearse/report.ts';
import { agentWaves, type Ended, newFolder, readJson, removeFolder } from './command.ts';
import { landings } from './world.ts';

export interface Pull {
  readonly number: number;
  readonly state: string;
  readonly merged_at: string | null;
  readonly head: { readonly ref: string };
  readonly base: { readonly ref: string };
  readonly reviews_list: readonly { readonly state: string; readonly user: { readonly login: string } }[];
}

export interface Issue {
  readonly title: string;
  readonly state: string;
  readonly body: string;
  readonly closed_at: string | null;
}

/** What a rehearsal from the command line left. */
export interface Seen {
  out: string;
  ended: Ended;
}

/** Rehearses the plan of a folder once for the tests around it. */
export function rehearsing(folder: string, ...flags: readonly string[]): Seen {
  const seen: Seen = { out: '', ended: { code: null, stdout: '', stderr: '' } };
  beforeAll(async () => {
    seen.out = await newFolder();
    seen.ended = await agentWaves(['rehearse', folder, '--out', seen.out, ...flags]);
    // Whatever is expected of it: what it said belongs to the evidence.
    expect(seen.ended.stderr).toBe('');
  });
  afterAll(() => removeFolder(seen.out));
  return seen;
}

export function reportOf({ out }: Seen): Promise<Report> {
  return readJson<Report>(out, 'report.json');
}

export function pullsOf({ out }: Seen): Promise<readonly Pull[]> {
  return readJson<readonly Pull[]>(out, 'pulls.json');
}

export function issuesOf({ out }: Seen): Promise<readonly Issue[]> {
  return readJson<readonly Issue[]>(out, 'issues.json');
}

export async function tasksLanded({ out }: Seen): Promise<string[]> {
  return [...new Set((await landings(join(out, 'remote.git'))).map(({ task }) => task))];
}
