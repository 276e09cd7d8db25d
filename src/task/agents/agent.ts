import type { Failure } from '../assignment.ts';
import type { ProgramEnd } from '../process.ts';

/** What an agent is asked to do; adapters turn it into a program. */
export interface AgentRequest {
  readonly task: string;
  readonly attempt: number;
  readonly model: string;
  /** The program, for the adapter `command`. */
  readonly command: string | undefined;
  /** Paths of the brief, and of the file that the agent may write its summary to. */
  readonly brief: string;
  readonly summary: string;
  readonly anthropicKey: string | undefined;
}

/** One run of an agent, from its start to what it means. */
export interface AgentRun {
  readonly argv: readonly [string, ...string[]];
  readonly input?: string;
  /** Variables beside those that every child gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** What people see of a line of its output; undefined hides it. */
  readonly show?: (line: string) => string | undefined;
  /** How to get the program where it is not installed. */
  readonly install: string;
  /** Reads the end of a run that came to its end by itself. */
  readonly conclude: (end: ProgramEnd) => AgentEnd;
}

export interface AgentEnd {
  /** `quota`: a limit of the model's provider, which retrying later mends and which is no fault of the attempt. */
  readonly kind: 'done' | 'failed' | 'quota';
  readonly failure?: Failure;
  /** Where the agent says it itself, and not in the summary file. */
  readonly summary?: string;
  readonly session?: string | undefined;
  readonly turns?: number | undefined;
  readonly cost_usd?: number | undefined;
}

export type Adapter = (request: AgentRequest) => AgentRun;
