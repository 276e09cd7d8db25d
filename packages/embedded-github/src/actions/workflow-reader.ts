import type { PreparedWorkflow, Runner, WorkflowRunRequest } from '../model/runner.ts';

export interface WorkflowFile {
  readonly path: string;
  readonly source: string;
}

/** Reads workflows through the runner, each text once. */
export class WorkflowReader {
  readonly #runner: Runner;
  readonly #known = new Map<string, PreparedWorkflow>();

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** Name, events and inputs; what depends on an event (the display title) is not to be used. */
  read(file: WorkflowFile): PreparedWorkflow {
    const key = `${file.path}\0${file.source}`;
    const known = this.#known.get(key);
    if (known) return known;
    const prepared = this.prepare({ workflow: file, inputs: {}, vars: {}, event: {}, eventName: 'workflow_dispatch' });
    this.#known.set(key, prepared);
    return prepared;
  }

  prepare(request: Pick<WorkflowRunRequest, 'workflow' | 'inputs' | 'vars' | 'event' | 'eventName'>): PreparedWorkflow {
    return this.#runner.prepare(request);
  }
}
