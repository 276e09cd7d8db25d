import * as z from 'zod';
import { parseYaml } from '../plan/yaml.ts';
import { type Instant, millis, type RunStop, type RunView } from './snapshot.ts';

/** GitHub tells runs as cancelled that no person cancelled: what their jobs and their workflow say of that. */

/** One job of a run, as GitHub lists it. */
export interface EndedJob {
  readonly name: string;
  readonly cancelled: boolean;
  /** Undefined where no runner took it. */
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
}

/** What a workflow says about how its runs end. */
export interface WorkflowLimits {
  readonly jobs: readonly { readonly name: RegExp; readonly minutes: number }[];
  /** A newer run may take the place of an older one. */
  readonly concurrent: boolean;
}

interface CancelledRun {
  readonly run: RunView;
  readonly jobs: readonly EndedJob[];
  readonly limits: WorkflowLimits;
  /** All runs of the workflow that are in view. */
  readonly runs: Iterable<RunView>;
}

const MINUTE = 60_000;
/** A job that ends so shortly before its limit is taken to have met it. */
const EARLY_MS = MINUTE;
/** What `always()` steps may still take once a job is told to end: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation */
const END_MS = 6 * MINUTE;
/** No runner took it in so long: GitHub gives up. */
const QUEUE_MS = 24 * 60 * MINUTE;

/** @returns What ended a run that GitHub tells as cancelled; undefined where it was a person. */
export function stopOf({ run, jobs, limits, runs }: CancelledRun): RunStop | undefined {
  const ended = millis(run.updatedAt);
  for (const job of jobs) {
    const minutes = limitMetBy(job, limits);
    if (minutes !== undefined) return { kind: 'time-limit', minutes };
  }
  const hasStarted = jobs.some(({ startedAt }) => startedAt !== undefined);
  if (!hasStarted && ended - millis(run.createdAt) >= QUEUE_MS - EARLY_MS) return { kind: 'not-taken' };
  const since = ended - (hasStarted ? END_MS : EARLY_MS);
  const isNewer = ({ id, createdAt }: RunView) =>
    id > run.id && millis(createdAt) >= since && millis(createdAt) <= ended;
  return limits.concurrent && [...runs].some(isNewer) ? { kind: 'displaced' } : undefined;
}

function limitMetBy({ name, cancelled, startedAt, endedAt }: EndedJob, { jobs }: WorkflowLimits): number | undefined {
  if (!cancelled || startedAt === undefined || endedAt === undefined) return undefined;
  const took = millis(endedAt) - millis(startedAt);
  return jobs.find(({ name: known, minutes }) => {
    const limit = minutes * MINUTE;
    return known.test(name) && took >= limit - EARLY_MS && took <= limit + END_MS;
  })?.minutes;
}

/** What GitHub gives a job whose workflow sets no limit. */
const DEFAULT_MINUTES = 360;

const job = z.object({
  name: z.coerce.string().optional(),
  'timeout-minutes': z.unknown().optional(),
  concurrency: z.unknown().optional(),
});

const workflow = z.object({ jobs: z.record(z.string(), job), concurrency: z.unknown().optional() });

/** @param source Of the workflow's file. One that cannot be read has GitHub's own limits. */
export function limitsIn(source: string | undefined): WorkflowLimits {
  const parsed = source === undefined ? undefined : parseYaml(source);
  const found = parsed?.ok ? workflow.safeParse(parsed.value).data : undefined;
  if (!found) return { jobs: [{ name: /^/, minutes: DEFAULT_MINUTES }], concurrent: false };
  const jobs = Object.entries(found.jobs).map(([id, { name, 'timeout-minutes': minutes }]) => ({
    name: patternOf(name ?? id),
    minutes: typeof minutes === 'number' ? minutes : DEFAULT_MINUTES,
  }));
  const concurrent = [found, ...Object.values(found.jobs)].some(({ concurrency }) => concurrency !== undefined);
  return { jobs, concurrent };
}

/** A job's name as its runs bear it: expressions stand for any text, and a matrix adds its values. */
function patternOf(name: string): RegExp {
  const parts = name.split(/\$\{\{.*?\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}( \\(.*\\))?$`, 's');
}
