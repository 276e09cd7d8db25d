import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { agent } from '../../../src/task/agent/agent.ts';
import { type BriefSource, saveBriefSource } from '../../../src/task/brief/source.ts';
import { writeBareRepository } from '../../../src/task/git/private-repository.ts';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import type { AgentReport, Assignment, Conclusion } from '../../../src/task/protocol/assignment.ts';
import type { Environment, JobContext } from '../../../src/task/protocol/job.ts';
import { gitFolder } from '../../../src/task/protocol/job-files.ts';
import { storeOutputs } from '../../../src/task/protocol/outputs.ts';
import type { StepEnd } from '../../../src/task/protocol/step.ts';
import { virtualClock } from './machine.ts';
import { inputsFor, TOOLS } from './site.ts';

/** What the claim step would have gathered. */
const BRIEF: BriefSource = {
  plan: 'Small',
  task: { id: 'A-001' as TaskId, title: 'Walls', description: '', acceptance: [], outputs: [] },
  ...{ attempt: 2, dependencies: [], completedWaves: [], characters: 10_000, context: [] },
};

/** The agent step in an empty folder, without GitHub: it needs none. */
export interface AgentStep {
  readonly folder: string;
  readonly run: (given: AgentCase) => Promise<AgentRun>;
  /** What the step has written to its log so far. */
  readonly shown: () => string;
  /** Text of a file in the workspace. */
  readonly inWork: (file: string) => Promise<string>;
  /** Puts a program in front of every other one of its name. */
  readonly install: (name: string, program: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface AgentCase {
  readonly agent: Assignment['agent'];
  readonly environment?: Environment;
  readonly sliceMinutes?: number;
  readonly signal?: AbortSignal;
  readonly install?: readonly string[];
  /** Session of an earlier run. */
  readonly session?: string;
  readonly isolation?: 'none' | 'user';
  /** What a budget has reserved for the run (US dollars). */
  readonly capUsd?: number;
  readonly prices?: Assignment['rules']['prices'];
}

export interface AgentRun {
  readonly end: StepEnd<'agent'>;
  readonly report: AgentReport;
  readonly conclusion: Conclusion | undefined;
}

export async function openAgentStep(): Promise<AgentStep> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-waves-agent-'));
  for (const part of ['work', 'desk', 'bin']) await mkdir(join(folder, part));
  await writeBareRepository(gitFolder({ folder }));
  await saveBriefSource({ folder } as JobContext, BRIEF);
  let shown = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += text;
    return true;
  });
  return {
    folder,
    shown: () => shown,
    inWork: (file) => readFile(join(folder, 'work', file), 'utf8'),
    install: async (name, program) => {
      await writeFile(join(folder, 'bin', name), program);
      await chmod(join(folder, 'bin', name), 0o755);
    },
    run: async (given) => {
      const end = await agent(contextOf(folder, given));
      return {
        end,
        report: end.outputs.report as AgentReport,
        conclusion: end.outputs.conclusion as Conclusion | undefined,
      };
    },
    close: async () => {
      spy.mockRestore();
      await endIsolation({ folder, workspace: join(folder, 'work') } as JobContext);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function contextOf(
  folder: string,
  {
    agent: routed,
    environment = {},
    sliceMinutes = 1,
    signal,
    install = [],
    session,
    isolation = 'none',
    capUsd,
    prices = [],
  }: AgentCase,
): Parameters<typeof agent>[0] {
  const job: JobContext = {
    owner: 'acme',
    repository: 'small',
    run: 1,
    runAttempt: 1,
    remote: '',
    apiUrl: '',
    runUrl: '',
    token: '',
    workspace: join(folder, 'work'),
    folder,
    summaryFile: undefined,
    actor: 'lead',
  };
  const assignment: Assignment = {
    dispatch: inputsFor(12, { attempt: 2 }),
    nodes: { repository: '', issue: '' },
    claim: '',
    base: { branch: 'main', head: '' },
    task: { title: 'Walls', outputs: [], touches: [] },
    agent: routed,
    conflicts: 0,
    left: { minutes: 240, stalledSlices: 2 },
    settings: '',
    ...(session === undefined ? {} : { session }),
    ...(capUsd === undefined ? {} : { cap: { usd: capUsd, left: capUsd } }),
    rules: {
      plan: 'docs/planning/tasks.json',
      progress: 'PROGRESS.md',
      landing: 'push',
      checkpoint: 'git',
      checkpointEveryMs: 600_000,
      isolation,
      sliceMinutes,
      attemptMinutes: 240,
      stalledSlices: 2,
      install,
      checks: { integration: {} },
      checkTries: 1,
      checkMinutes: 30,
      baseline: false,
      guard: 'strict',
      scan: { allow: [] },
      protected: [],
      protectedExcept: [],
      prices,
    },
  };
  return {
    job,
    environment: {
      PATH: [join(folder, 'bin'), ...TOOLS].join(':'),
      STEPS: JSON.stringify({ claim: { outputs: storeOutputs(job, 'claim', { assignment }) } }),
      ...environment,
    },
    clock: virtualClock(),
    signal: signal ?? new AbortController().signal,
  };
}

export function command(text: string): Assignment['agent'] {
  return { agent: 'general-purpose', model: 'sonnet', run: 'command', command: text };
}
