import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskId } from '../../../src/plan/plan.ts';
import { claimRef } from '../../../src/state/names.ts';
import { instant } from '../../../src/state/snapshot.ts';
import { type Entry, readTrain, TRAIN_REF, type Train } from '../../../src/task/land/train/train.ts';
import type { Conclusion } from '../../../src/task/protocol/assignment.ts';
import type { Clock } from '../../../src/task/protocol/clock.ts';
import { eventually } from '../../support/waiting.ts';
import { type Machine, type MachineOptions, startMachine } from './machine.ts';
import { inputsFor, liveRecord, PLAN, type Site } from './site.ts';

/** Its pull requests come from another branch. */
export const OTHER_TASK = 'A-002' as TaskId;

/** Runs on their way through the merge train, side by side on one repository. */

/**
 * The tests of a repository in these scenes: they write down that they ran, wait while they are held, and then do what
 * the rest says. Everything a run would have to write is there from the start, so that each writes what it is about.
 */
export function trainFiles(
  test = 'true',
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const held = 'd=$TMPDIR/../..; echo run >> $d/tests; while [ -e $d/hold ]; do sleep 0.02; done';
  const plan = { ...PLAN, tasks: [...PLAN.tasks, { ...PLAN.tasks.at(-1), id: OTHER_TASK }] };
  return {
    'src/a.txt': 'walls\n',
    'test.sh': `${held}\n${test}\n`,
    'docs/planning/tasks.json': JSON.stringify(plan),
    ...more,
  };
}

export interface TrainRun extends Machine {
  readonly issue: number;
  /** Its checks do not end before they are released. */
  readonly hold: () => Promise<void>;
  readonly release: () => Promise<void>;
  /** How often its tests have run so far. */
  readonly tests: () => number;
  readonly verifiesFor: (times: number) => Promise<unknown>;
  /** How it ended, as far as it has. */
  readonly conclusion: () => Conclusion | undefined;
}

/** An attempt that did not pass. */
const FAILED = {
  ...{ dispatch: 0, attempt: 1, slice: 1, agent: 'A1', outcome: 'verification' as const },
  ...{ sent: instant(Date.parse('2026-11-23T09:00:00Z')), ended: instant(Date.parse('2026-11-23T10:00:00Z')) },
};

let runs = 300;

interface RunOptions {
  readonly files: Readonly<Record<string, string | null>>;
  readonly clock?: Clock;
  /** Goes on with this issue. */
  readonly issue?: number;
  readonly dispatch?: number;
  readonly task?: TaskId;
  /** Its last attempt failed verification. */
  readonly failedBefore?: boolean;
  readonly environment?: MachineOptions['environment'];
}

/** A run whose agent has written these files. */
export async function startRun(
  site: Site,
  { files, clock = swiftClock(), failedBefore = false, ...on }: RunOptions,
): Promise<TrainRun> {
  const { dispatch = 1, task = 'A-001' as TaskId, environment } = on;
  const issue =
    on.issue ??
    (await site.createIssue(liveRecord({ task, dispatch, ...(failedBefore ? { history: [FAILED] } : {}) })));
  const machine = await startMachine(site, {
    inputs: inputsFor(issue, { task, dispatch }),
    run: runs++,
    clock,
    ...(environment && { environment }),
  });
  await machine.workBy((workspace) => workspace.write(files));
  const [held, ran] = ['hold', 'tests'].map((name) => join(machine.job.folder, '..', name)) as [string, string];
  const tests = () => (existsSync(ran) ? readFileSync(ran, 'utf8').split('\n').length - 1 : 0);
  return {
    ...machine,
    issue,
    hold: () => writeFile(held, ''),
    release: () => rm(held, { force: true }),
    tests,
    verifiesFor: (times) => eventually(`#${issue} is verified ${times} times`, () => tests() >= times),
    conclusion: () => machine.output('land.conclusion') ?? machine.output('verify.conclusion'),
  };
}

/** Time passes by sleeping alone, so many times as fast; it stands still where it has come to an end. */
export function swiftClock(
  factor = 1,
  { start = Date.now(), until = Number.POSITIVE_INFINITY }: { readonly start?: number; readonly until?: number } = {},
): Clock & { readonly pass: (milliseconds: number) => void } {
  let passed = 0;
  return {
    now: () => start + passed,
    elapsed: () => passed,
    sleep: async (milliseconds) => {
      passed = Math.min(passed + milliseconds * factor, until);
      // Others have their turn.
      await delay(20);
    },
    pass: (milliseconds) => {
      passed += milliseconds;
    },
  };
}

export async function trainOf(site: Site): Promise<Train> {
  return readTrain(await site.remote.run('log', '-1', '--format=%B', TRAIN_REF).catch(() => ''));
}

/** @returns The entry of a run, once it is in the train. */
export function hasJoined(site: Site, { issue }: Pick<TrainRun, 'issue'>): Promise<Entry> {
  const find = async () => (await trainOf(site)).entries.find((entry) => entry.issue === issue);
  return eventually(`#${issue} is in the train`, find);
}

export function isOut(site: Site, { issue }: Pick<TrainRun, 'issue'>): Promise<unknown> {
  const look = async () => (await trainOf(site)).entries.every((entry) => entry.issue !== issue);
  return eventually(`#${issue} is not in the train`, look);
}

/** What a pass does when a run is over, or a person says no. */
export function cancel(site: Site, { issue }: Pick<TrainRun, 'issue'>): Promise<void> {
  return site.moveRef(claimRef(issue), null);
}

/** Paths that the base's newest commit changed. */
export async function newestDiff(site: Site): Promise<readonly string[]> {
  return (await site.remote.run('diff', '--name-only', 'main^', 'main')).split('\n').filter(Boolean);
}

/** Holds the next request of a kind back. @returns When it has come, and what lets it go on. */
export function holdBack(
  site: Site,
  request: { readonly route: string; readonly method?: string },
): { readonly come: Promise<void>; readonly letGo: () => void } {
  const [come, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const when = () => {
    come.resolve();
    return true;
  };
  site.github.faults.push({ on: 'request', ...request, when, delay: go.promise });
  return { come: come.promise, letGo: go.resolve };
}

/** Waits until runs have looked at the remote so often from now on. */
export function looks(site: Site, times: number): Promise<unknown> {
  const count = () => site.requests.filter(({ route }) => route === 'git upload-pack').length;
  const before = count();
  return eventually(`${times} looks`, () => count() >= before + times);
}
