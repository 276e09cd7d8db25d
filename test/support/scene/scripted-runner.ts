import type {
  PreparedWorkflow,
  RunConclusion,
  RunListener,
  Runner,
  WorkflowRunRequest,
} from '../../../packages/embedded-github/src/model/runner.ts';
import { type DispatchInputs, dispatchTitle } from '../../../src/state/names.ts';

/** A workflow run as GitHub hands it to its runner. */
export interface HandedRun {
  readonly request: WorkflowRunRequest;
  readonly listener: RunListener;
  readonly isOver: () => boolean;
  readonly wasCancelled: () => boolean;
  readonly end: (conclusion: RunConclusion) => void;
  /** From now on a cancellation is only noted: an agent that goes on working, as it may for minutes. */
  readonly outlast: () => void;
}

/**
 * Takes every run and executes nothing: the test plays its part. One that is cancelled ends at once. Workflows begin with
 * a line of JSON that says what `prepare` answers.
 */
export function scriptedRunner() {
  const handed = new Map<number, HandedRun>();
  const waiting = new Map<number, (run: HandedRun) => void>();
  const runner: Runner = {
    prepare: ({ workflow, inputs }): PreparedWorkflow => {
      const described = JSON.parse(workflow.source.split('\n')[0]?.replace(/^# /, '') ?? '{}');
      const base = { name: workflow.path, problems: [], events: [], dispatchInputs: [], ...described };
      return { ...base, displayTitle: inputs.task === undefined ? base.name : titleOf(inputs) };
    },
    start: (request, listener) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const run = handedRun({ request, listener, gone: resolve });
      handed.set(request.runId, run);
      waiting.get(request.runId)?.(run);
      return { cancel: run.cancel, kill: resolve, done: promise };
    },
  };
  /** The run with this id, once it was handed over. */
  const taken = (id: number): Promise<HandedRun> => {
    const known = handed.get(id);
    return known ? Promise.resolve(known) : new Promise((resolve) => waiting.set(id, resolve));
  };
  return { runner, taken };
}

function handedRun({
  request,
  listener,
  gone,
}: {
  readonly request: WorkflowRunRequest;
  readonly listener: RunListener;
  readonly gone: () => void;
}): HandedRun & { readonly cancel: () => void } {
  let over = false;
  let outlasts = false;
  let cancelled = false;
  const end = (conclusion: RunConclusion) => {
    over = true;
    listener.ended(conclusion);
    gone();
  };
  const outlast = () => {
    outlasts = true;
  };
  const cancel = () => {
    cancelled = true;
    if (!outlasts) end('cancelled');
  };
  return { request, listener, isOver: () => over, wasCancelled: () => cancelled, end, outlast, cancel };
}

/** What the run-name of the task workflow evaluates to. */
function titleOf({ task = '', issue, attempt, slice, dispatch }: Readonly<Record<string, string>>): string {
  return dispatchTitle({
    task: task as DispatchInputs['task'],
    issue: Number(issue),
    attempt: Number(attempt),
    slice: Number(slice),
    dispatch: Number(dispatch),
  });
}
