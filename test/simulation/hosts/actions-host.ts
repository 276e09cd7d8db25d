import type { RunRecord } from '../../../packages/embedded-github/src/index.ts';
import { holds, readWorkflow, type Workflow } from '../../../packages/embedded-github/src/runner/index.ts';
import type { OwnClock } from '../../../src/hosts/actions/pass-hold.ts';
import { runJob } from '../../../src/hosts/actions/run-job.ts';
import { CLOCK_WORKFLOW, PASS_WORKFLOW } from '../../../src/state/names.ts';
import type { FaultMix } from '../world/fault-mix.ts';
import type { Random } from '../world/random.ts';
import { type HandedRun, LOCATOR, type Town } from '../world/town.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { Client, Wire } from '../world/wire.ts';
import { simClient } from './sim-client.ts';

/** Of the job that makes passes, in templates/agent-waves.yml; that it is told of settings saves the first run a look. */
export const PASS_PERMISSIONS = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  'pull-requests': 'write',
  administration: 'read',
  environments: 'read',
  secrets: 'read',
} as const;
const MINUTE = 60_000;
/** Minutes between two looks of GitHub at schedules. */
const LOOKS = [10, 30, 60, 120];

export interface ActionsInput {
  readonly town: () => Town;
  readonly time: VirtualTime;
  readonly wire: Wire;
  readonly mix: FaultMix;
  readonly random: Random;
  readonly killAt?: Client['killAt'];
}

const workflows = new Map<string, Workflow>();

/** Jobs of the repository that make passes, as GitHub starts them: the real program of the action, but for its process. */
export class ActionsHost {
  readonly #input: ActionsInput;
  #jobs = 0;
  isStopped = false;

  constructor(input: ActionsInput) {
    this.#input = input;
  }

  /** GitHub looks at schedules every ten minutes or much later, as its load is, and drops some at times of high load. */
  start(): void {
    const { time, town, mix, random } = this.#input;
    const every = random.pick('looks at schedules', LOOKS) * MINUTE;
    const look = async () => {
      if (this.isStopped) return;
      time.at(time.now + every + random.between('schedule', 0, 4 * MINUTE), () => void look());
      if (!mix.happens('schedule dropped', () => 'GitHub dropped what was due by schedule'))
        await town().github.runSchedules();
    };
    time.at(time.now + 10 * MINUTE, () => void look());
  }

  isOwn({ request }: HandedRun): boolean {
    return [PASS_WORKFLOW, CLOCK_WORKFLOW].some((name) => request.workflow.path.endsWith(`/${name}`));
  }

  async play(handed: HandedRun): Promise<void> {
    const { time, random, town } = this.#input;
    await time.sleep(random.between('pass job', 4_000, 30_000));
    const run = town()
      .github.runs()
      .find(({ id }) => id === handed.request.runId);
    if (handed.isOver() || !run) return;
    if (!isDue(run, 'pass')) return handed.end('skipped');
    handed.listener.started();
    const isWell = await this.#job(handed, run, '');
    handed.end(isWell ? 'success' : 'failure');
  }

  /** The last job of a task run. */
  async next(handed: HandedRun, run: RunRecord, result: 'success' | 'failure'): Promise<void> {
    const { time, random } = this.#input;
    await time.sleep(random.between('pass job', 4_000, 30_000));
    if (!handed.isOver()) await this.#job(handed, run, JSON.stringify([result]));
  }

  async #job(handed: HandedRun, run: RunRecord, results: string): Promise<boolean> {
    const { wire, town, time, killAt } = this.#input;
    const name = `pass job ${++this.#jobs} (${results === '' ? run.event : 'next'})`;
    const lose = () => {
      if (run.status !== 'completed') town().github.loseMachine(run);
    };
    const client: Client = { name, kind: 'orchestrator', isDead: false, requests: 0, killAt, onKill: lose };
    const token = handed.request.mintToken(PASS_PERMISSIONS);
    wire.register(token, client);
    const settings = {
      ...{ locator: LOCATOR, apiUrl: town().github.apiUrl, token, run: run.id, attempt: run.runAttempt },
      ...{ event: run.event, payload: run.payload, results, timeScale: 1 },
    };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const connect = ({ token: own }: { readonly token: string }) =>
      simClient({ token: own, baseUrl: town().github.apiUrl, world: name });
    try {
      await runJob(settings, log, { clock: clockOf(time), connect });
      return true;
    } catch {
      return false;
    }
  }
}

/** Whether the condition of a job holds, in the workflow as its run has it; all jobs before it went well. */
function isDue({ workflow, source, event, payload, ref, repository }: RunRecord, id: string): boolean {
  const known = workflows.get(source) ?? readWorkflow(workflow.path, source);
  workflows.set(source, known);
  const condition = known.jobs.find((job) => job.id === id)?.condition ?? 'false';
  const github = {
    event_name: event,
    event: payload,
    ref_name: ref.replace('refs/heads/', ''),
    repository: repository.fullName,
  };
  const status = { always: () => true, cancelled: () => false, failure: () => false, success: () => true };
  return holds(condition, { contexts: { github }, status });
}

function clockOf(time: VirtualTime): OwnClock {
  return {
    now: () => time.now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
