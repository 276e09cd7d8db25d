/**
 * The seam between the embedded GitHub, which records workflow runs, and the runner, which executes them.
 * GitHub creates the run, hands it over with `Runner.start`, and learns of its life through `RunListener`.
 */

export type RunConclusion = 'success' | 'failure' | 'cancelled' | 'timed_out' | 'startup_failure' | 'skipped';

/** A scope of the workflow `permissions` key, as GitHub spells it (`contents`, `issues`, `pull-requests`). */
export type TokenPermissions = Readonly<Record<string, 'read' | 'write' | 'none'>>;

export interface WorkflowRunRequest {
  readonly runId: number;
  readonly runNumber: number;
  /** 1 for the first execution, one higher for every re-run of the same run. */
  readonly runAttempt: number;
  readonly workflow: { readonly path: string; readonly source: string };
  readonly repository: {
    readonly owner: string;
    readonly name: string;
    readonly id: number;
    readonly ownerId: number;
    readonly defaultBranch: string;
    /** Bare repository on this machine: what actions/checkout fetches from is still the smart HTTP address. */
    readonly gitDir: string;
  };
  /** Full ref (`refs/heads/main`) and the commit that the run stands on. */
  readonly ref: string;
  readonly sha: string;
  readonly actor: { readonly login: string; readonly id: number };
  readonly eventName: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly urls: { readonly server: string; readonly api: string; readonly graphql: string };
  /** Where the run keeps its step logs and its work folder. */
  readonly folder: string;
  /** Settles once a job may enter its environment: at once where nobody has to approve that. */
  readonly enterEnvironment: (name: string) => Promise<void>;
  /** Mints the GITHUB_TOKEN of one job; it dies with the run. */
  readonly mintToken: (permissions: TokenPermissions) => string;
}

export interface StepRecord {
  readonly name: string;
  readonly number: number;
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
  readonly started_at: string;
  readonly completed_at: string;
}

export interface JobRecord {
  readonly name: string;
  readonly conclusion: RunConclusion;
  readonly started_at: string;
  readonly completed_at: string;
  readonly steps: readonly StepRecord[];
}

export interface RunListener {
  /** A job has begun: the run turns `in_progress`. */
  readonly started: () => void;
  readonly jobEnded: (job: JobRecord) => void;
  readonly ended: (conclusion: RunConclusion) => void;
}

export interface RunHandle {
  /** SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL, as hosted runners do; the intervals are the runner's options. */
  readonly cancel: () => void;
  /** The machine is gone: SIGKILL to everything the run started, `ended` is never called by the runner itself. */
  readonly kill: () => void;
  /** Settles once nothing that the run started is alive. */
  readonly done: Promise<void>;
}

export type EventFilters = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** `concurrency` of a workflow. */
export interface Concurrency {
  readonly group: string;
  readonly cancelInProgress: boolean;
}

export interface PreparedWorkflow {
  /** The workflow's `name`, or its path. */
  readonly name: string;
  /** `run-name` evaluated with `github`, `inputs` and `vars`, or the name. */
  readonly displayTitle: string;
  /** Located problems (`path: message (Line: 3, Col: 5)`); not empty means GitHub would refuse to start the run. */
  readonly problems: readonly string[];
  /** Events of `on:` that the workflow listens to. */
  readonly events: readonly string[];
  /** What narrows an event down, by event: `types`, `branches`, `paths-ignore` and the like; absent: nothing does. */
  readonly filters?: EventFilters;
  /** When it starts by itself, as cron writes it; absent: never. */
  readonly schedules?: readonly string[];
  /** Evaluated with `github`, `inputs` and `vars`; absent: it has none. */
  readonly concurrency?: Concurrency;
  /** Declared inputs of `workflow_dispatch`, with `required` and `default`. */
  readonly dispatchInputs: readonly { readonly name: string; readonly required: boolean; readonly default?: string }[];
}

export interface Runner {
  /** Reads a workflow without running it. Throws nothing: problems are in the result. */
  readonly prepare: (
    request: Pick<WorkflowRunRequest, 'workflow' | 'inputs' | 'vars' | 'event' | 'eventName'>,
  ) => PreparedWorkflow;
  readonly start: (request: WorkflowRunRequest, listener: RunListener) => RunHandle;
}
