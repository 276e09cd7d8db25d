import type {
  Concurrency,
  PreparedWorkflow,
  RunHandle,
  RunListener,
  Runner,
  WorkflowRunRequest,
} from '../model/runner.ts';
import { plainOf, textOf } from './language/expressions.ts';
import { isMapping } from './language/language.ts';
import { place } from './language/unsupported.ts';
import { readWorkflow, type Workflow } from './language/workflow.ts';
import type { CancelGrace } from './machine/machine.ts';
import { githubContext, inputsContext } from './run/contexts.ts';
import type { RunnerSettings } from './run/job-state.ts';
import { Run } from './run/run.ts';
import { refuseReference } from './run/run-action.ts';
import { createSlots } from './run/slots.ts';

export interface RunnerOptions {
  /** Local folders that stand in for actions which would be downloaded: `owner/name` → folder holding action.yml. */
  readonly actions: Readonly<Record<string, string>>;
  /** Folders put first on PATH for every step: what a self-hosted runner has preinstalled. */
  readonly tools: readonly string[];
  /** Variables of the machine that jobs see. Nothing else of this process's environment reaches them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Further jobs queue. Default 20. */
  readonly concurrentJobs?: number;
  /**
   * Milliseconds after SIGINT. Default 7,500 and 10,000, as on hosted runners
   * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation).
   */
  readonly cancelGrace?: CancelGrace;
  /** A machine that has lost its connection: it goes on after a cancel. */
  readonly ignoreCancel?: (runId: number) => boolean;
  /** Keep the jobs' checkouts, homes and temporary files after they ended. Default false; logs always stay. */
  readonly keepWork?: boolean;
}

/** A runner that executes workflows of this machine's embedded GitHub for real, as processes of this machine. */
export function createRunner(options: RunnerOptions): Runner {
  const slots = createSlots(options.concurrentJobs ?? 20);
  const settings: RunnerSettings = {
    actions: options.actions,
    tools: options.tools,
    environment: options.environment ?? {},
    cancelGrace: options.cancelGrace ?? { sigterm: 7_500, sigkill: 10_000 },
    keepWork: options.keepWork ?? false,
    cache: { actions: new Map(), expressions: { parsed: new Map(), converted: new WeakMap() } },
  };
  const readOnce = rememberWorkflows();
  return {
    prepare: (request) => prepare(request, { workflow: readOnce(request.workflow), actions: options.actions }),
    start: (request, listener) => {
      const workflow = readOnce(request.workflow);
      if (prepare(request, { workflow, actions: options.actions }).problems.length > 0) return refuse(listener);
      const run = new Run({ request, workflow, settings, slots, listener });
      return {
        done: run.done,
        kill: () => run.kill(),
        cancel: () => {
          if (options.ignoreCancel?.(request.runId) !== true) run.cancel();
        },
      };
    },
  };
}

/** Reads each text under its path once. */
function rememberWorkflows(): (file: WorkflowRunRequest['workflow']) => Workflow {
  const known = new Map<string, Workflow>();
  return ({ path, source }) => {
    const key = `${path}\n${source}`;
    const workflow = known.get(key) ?? readWorkflow(path, source);
    known.set(key, workflow);
    return workflow;
  };
}

function prepare(
  request: Pick<WorkflowRunRequest, 'workflow' | 'inputs' | 'vars' | 'event' | 'eventName'>,
  { workflow, actions }: { readonly workflow: Workflow; readonly actions: Readonly<Record<string, string>> },
): PreparedWorkflow {
  const problems = [...workflow.problems, ...refusedReferences(workflow, { path: request.workflow.path, actions })];
  const title = titleOf(workflow, request);
  const concurrency = concurrencyOf(workflow, request);
  return {
    name: workflow.name,
    displayTitle: title.text,
    problems: title.problem === undefined ? problems : [...problems, title.problem],
    events: workflow.events,
    filters: workflow.filters,
    ...(workflow.schedules.length > 0 && { schedules: workflow.schedules }),
    ...(concurrency && { concurrency }),
    dispatchInputs: workflow.dispatchInputs.map(({ type: _, ...input }) => input),
  };
}

function refusedReferences(
  workflow: Workflow,
  { path, actions }: { readonly path: string; readonly actions: Readonly<Record<string, string>> },
): string[] {
  return workflow.jobs
    .flatMap((job) => job.steps)
    .flatMap((step) => {
      const refusal = step.kind === 'uses' ? refuseReference(step.uses, actions) : undefined;
      return step.kind === 'uses' && refusal !== undefined ? [`${place(path, step.reference)}: ${refusal}`] : [];
    });
}

/** `run-name`. Given a whole request it sees the whole `github` context; before there is a run, its event alone. */
function titleOf(
  workflow: Workflow,
  request: Pick<WorkflowRunRequest, 'workflow' | 'inputs' | 'vars' | 'event' | 'eventName'> | WorkflowRunRequest,
): { readonly text: string; readonly problem?: string } {
  if (workflow.runName === undefined) return { text: workflow.name };
  const github =
    'repository' in request
      ? githubContext(request, workflow)
      : { event: request.event, event_name: request.eventName, workflow: workflow.name };
  try {
    const contexts = { github, inputs: inputsContext(workflow, request.inputs), vars: request.vars };
    const text = textOf(workflow.runName, { contexts }).trim();
    return { text: text === '' ? workflow.name : text };
  } catch (error) {
    const problem = `${place(request.workflow.path, workflow.runName)}: run-name: ${(error as Error).message}`;
    return { text: workflow.name, problem };
  }
}

/** What cannot be evaluated before there is a run, as reading a file without an event does, is in no group. */
function concurrencyOf(
  workflow: Workflow,
  request: Pick<WorkflowRunRequest, 'workflow' | 'inputs' | 'vars' | 'event' | 'eventName'>,
): Concurrency | undefined {
  const { concurrency: token } = workflow;
  if (token === undefined) return undefined;
  const github = { event: request.event, event_name: request.eventName, workflow: workflow.name };
  const scope = { contexts: { github, inputs: inputsContext(workflow, request.inputs), vars: request.vars } };
  const group = isMapping(token) ? token.find('group') : token;
  const cancels = isMapping(token) ? token.find('cancel-in-progress') : undefined;
  try {
    const name = group ? textOf(group, scope) : '';
    return name === ''
      ? undefined
      : { group: name, cancelInProgress: cancels !== undefined && plainOf(cancels, scope) === true };
  } catch {
    return undefined;
  }
}

function refuse(listener: RunListener): RunHandle {
  const done = Promise.resolve().then(() => listener.ended('startup_failure'));
  return { done, cancel: () => {}, kill: () => {} };
}
