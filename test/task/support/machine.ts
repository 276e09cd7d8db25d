import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneByHand } from '../../../packages/embedded-github/test/support/clone.ts';
import type { DispatchInputs } from '../../../src/state/names.ts';
import { agent } from '../../../src/task/agent/agent.ts';
import { baseline } from '../../../src/task/baseline/baseline.ts';
import { claim } from '../../../src/task/claim/claim.ts';
import { land } from '../../../src/task/land/land.ts';
import type { Clock } from '../../../src/task/protocol/clock.ts';
import type { Environment, JobContext } from '../../../src/task/protocol/job.ts';
import { readJob } from '../../../src/task/protocol/job.ts';
import {
  type OutputKey,
  type OutputValue,
  readOutput,
  type StepId,
  storeOutputs,
} from '../../../src/task/protocol/outputs.ts';
import type { StepContext, StepEnd, TaskStep } from '../../../src/task/protocol/step.ts';
import { report } from '../../../src/task/report/report.ts';
import { review } from '../../../src/task/review/review.ts';
import { keepSurroundings } from '../../../src/task/surroundings/kept.ts';
import { verify } from '../../../src/task/verify/verify.ts';
import { type GitIn, openGit } from './git.ts';
import { type Site, TOOLS } from './site.ts';

const STEPS: { readonly [Id in StepName]: TaskStep<Id> } = {
  claim,
  baseline,
  agent,
  verify,
  review,
  land,
  report,
};
export type StepName = Exclude<StepId, 'import-handoff' | 'export-handoff' | 'scan'>;

/** One run on one machine: its checkout, and its steps as the test calls them. */
export interface Machine {
  readonly job: JobContext;
  readonly workspace: GitIn;
  /** Step outputs so far, as the runner keeps them. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly step: <Id extends StepName>(name: Id, changes?: StepChanges) => Promise<StepEnd<Id>>;
  /** Runs steps by the rule of action.yml: each where the one before names it, the report at the end. */
  readonly steps: (...names: readonly StepName[]) => Promise<LastStep>;
  /** Claims, lets the test be the agent, and goes on as the agent step would. */
  readonly workBy: (agent: (workspace: GitIn) => Promise<unknown>) => Promise<void>;
  /** @returns An output as a step left it. */
  readonly output: <Key extends OutputKey>(key: Key) => OutputValue<Key> | undefined;
}

/** What the last of several steps left behind. */
export interface LastStep {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly failed?: boolean;
}

export interface StepChanges {
  readonly environment?: Environment;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

export interface MachineOptions {
  readonly inputs: DispatchInputs;
  readonly run?: number;
  readonly runAttempt?: number;
  /** Who started the run. */
  readonly actor?: string;
  readonly clock?: Clock;
  /** What the runner's environment says otherwise. @param workspace The checkout. */
  readonly environment?: (workspace: string) => Environment;
}

let machines = 0;

export async function startMachine(
  site: Site,
  { inputs, run = 100, runAttempt = 1, actor = 'lead', clock = virtualClock(), environment }: MachineOptions,
): Promise<Machine> {
  const folder = join(site.folder, `machine-${++machines}`);
  await mkdir(join(folder, 'temp'), { recursive: true });
  const workspace = openGit(join(folder, 'work'));
  cloneByHand(workspace.folder, { gitDir: site.remote.folder, url: site.cloneUrl });
  await workspace.run('reset', '--quiet', '--hard');
  const machine: Environment = {
    PATH: TOOLS.join(':'),
    GITHUB_SERVER_URL: site.github.url,
    GITHUB_API_URL: site.github.apiUrl,
    GITHUB_REPOSITORY: 'acme/small',
    GITHUB_ACTOR: actor,
    GITHUB_RUN_ID: String(run),
    GITHUB_RUN_ATTEMPT: String(runAttempt),
    GITHUB_WORKSPACE: join(folder, 'work'),
    RUNNER_TEMP: join(folder, 'temp'),
    INPUT_TOKEN: site.token,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)]),
    ),
    ...environment?.(workspace.folder),
  };
  const job = readJob(machine);
  const outputs: Record<string, Record<string, string>> = {};
  const stepsSoFar = () =>
    JSON.stringify(
      Object.fromEntries(Object.entries(outputs).map(([id, values]) => [id, { outputs: values, outcome: 'success' }])),
    );
  const step = async <Id extends StepName>(name: Id, changes: StepChanges = {}): Promise<StepEnd<Id>> => {
    const context: StepContext = {
      job,
      environment: { ...machine, STEPS: stepsSoFar(), ...changes.environment },
      clock: changes.clock ?? clock,
      signal: AbortSignal.any([site.closing, ...(changes.signal ? [changes.signal] : [])]),
    };
    const run: TaskStep<Id> = STEPS[name];
    const end = await site.during(run(context));
    outputs[name] = storeOutputs(job, name, end.outputs);
    return end;
  };
  return {
    job,
    workspace,
    outputs,
    step,
    steps: async (...names) => {
      let end: LastStep = { outputs: {} };
      for (const name of names) if (isDue(name, outputs)) end = await step(name);
      return end;
    },
    workBy: async (work) => {
      await step('claim');
      await keepSurroundings({ job });
      await work(workspace);
      outputs.agent = storeOutputs(job, 'agent', { next: 'verify', report: { summary: 'Done.', seconds: 1 } });
    },
    output: (key) => readOutput({ job, environment: { STEPS: stepsSoFar() } }, key),
  };
}

function isDue(name: StepName, outputs: Machine['outputs']): boolean {
  switch (name) {
    case 'claim':
      return true;
    case 'baseline':
      return outputs.claim?.next === 'agent';
    case 'agent':
      return outputs.claim?.next === 'agent' && outputs.baseline?.file === undefined;
    case 'verify':
      return outputs.agent?.next === 'verify';
    case 'review':
      return outputs.verify?.next === 'review';
    case 'land':
      return outputs.verify?.next === 'land' || outputs.review?.next === 'land';
    case 'report':
      return outputs.claim?.next !== undefined;
  }
}

/** Time that passes only by sleeping, which takes none. */
export function virtualClock(
  onSleep: (slept: number) => Promise<void> | void = () => undefined,
  start: number = Date.now(),
): Clock & { readonly slept: readonly number[] } {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    elapsed: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
      slept.push(milliseconds);
      await onSleep(slept.length);
    },
  };
}
