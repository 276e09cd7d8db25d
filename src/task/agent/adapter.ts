import type { AttemptFailure } from '../protocol/assignment.ts';
import type { ModelProvider } from './model-proxy/providers.ts';

/** What an agent is asked to do; adapters turn it into a program. */
export interface AgentRequest {
  readonly task: string;
  readonly attempt: number;
  /** `default`: the agent's own choice. */
  readonly model: string;
  /** The program, for the adapter `command`. */
  readonly command: string | undefined;
  /** Paths of the brief, and of the file that the agent may write its summary to. */
  readonly brief: string;
  readonly summary: string;
  /** Most that the run may cost, in US dollars. */
  readonly maxUsd: number | undefined;
  /** Most replies of the model. */
  readonly maxTurns: number | undefined;
  /** Id of the session that it begins, a UUID, for programs that do not tell theirs while they run. */
  readonly newSession: string;
  /** Undefined where the agent was given no key: it has to have a login of its own. */
  readonly access: ModelAccess | undefined;
  /** Why it is asked. Absent: to do the task. */
  readonly purpose?: Purpose | undefined;
}

export type Purpose =
  /** To review the work of another agent, and to write its verdict into this file. */
  | { readonly kind: 'review'; readonly verdict: string }
  /** To answer what a reviewer objects to. */
  | { readonly kind: 'objections' };

/** How an agent reaches its model: by the model proxy. */
export interface ModelAccess {
  /** What stands for the key there. */
  readonly key: string;
  readonly url: string;
  readonly source: ModelSource;
}

/** What stands behind the proxy. */
export type ModelSource =
  /** The provider's API, for a key or a token of its own. */
  | { readonly kind: 'key' }
  /** Anthropic's API, for the token of a subscription. */
  | { readonly kind: 'subscription' }
  /** Claude on Amazon Bedrock, for the credentials of the job. */
  | { readonly kind: 'bedrock'; readonly region: string }
  /** Claude on Google's Vertex AI, for the identity of the job. */
  | { readonly kind: 'vertex'; readonly project: string; readonly region: string };

/** A program to start. */
export interface LaunchSpec {
  readonly argv: readonly [string, ...string[]];
  /** Variables beside those that every child gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads from standard input. */
  readonly input?: string;
  /** Texts of files that it finds in its home, by their paths below it. */
  readonly home?: Readonly<Record<string, string>>;
  /** Id of the session that it begins or goes on with, where its output does not tell. */
  readonly session?: string;
}

/** One kind of agent: how to start it, what its output says, and how to stop it. Holds no state. */
export interface Adapter {
  /** Its name for people. */
  readonly name: string;
  /** The command that installs it. */
  readonly install: string;
  /** Whose model it speaks to; undefined: no key is handed to it. */
  readonly provider: ModelProvider | undefined;
  /** Whether it holds `max_usd`. One that does not, and reports no cost either, cannot be held to it by anybody. */
  readonly budget: 'held' | 'unknown';
  /** Asks it to end. */
  readonly stopSignal: NodeJS.Signals;
  /** True where its output ends with words of its own on how it went: without them it has crashed. */
  readonly reportsResult: boolean;
  /** What its exit codes say where its output does not. */
  readonly exits: Readonly<Record<number, AgentProblem>>;
  readonly start: (request: AgentRequest) => LaunchSpec;
  /** Goes on with a session of an earlier run, whose files are in its home; undefined where it cannot. */
  readonly resume: (request: AgentRequest, session: string) => LaunchSpec | undefined;
  /** @returns What a line of its output says; undefined for a line that is not of its protocol: text for people. */
  readonly read: (line: string) => readonly AgentEvent[] | undefined;
}

export type AgentEvent =
  | { readonly kind: 'session'; readonly id: string }
  /** A reply of the model. The same id again: it goes on. Without one: it is new where a tool answered before it. */
  | { readonly kind: 'turn'; readonly id?: string }
  /** Words of the agent. A piece is continued by the next one without a line break. */
  | { readonly kind: 'text'; readonly text: string; readonly piece?: boolean }
  /** It uses a tool: `about` is what for, in one line. */
  | { readonly kind: 'tool'; readonly name: string; readonly about: string }
  /** What a tool answered. */
  | { readonly kind: 'output'; readonly text: string }
  /** Totals of this run so far, as the agent reports them. */
  | { readonly kind: 'usage'; readonly turns?: number; readonly tokens?: Tokens; readonly costUsd?: number }
  /** The provider refuses requests: until then, or for so long, in milliseconds, where it says so. */
  | { readonly kind: 'limited'; readonly until?: number | undefined; readonly wait?: number | undefined }
  /** Something that it may still overcome; the last one explains a crash. */
  | { readonly kind: 'trouble'; readonly text: string }
  /** It was asked to end: what it says of its end from here on is none. */
  | { readonly kind: 'aborted' }
  /** Its own words on how it went. */
  | { readonly kind: 'end'; readonly summary?: string; readonly problem?: AgentProblem }
  /** It failed, and says no more of why than it did as trouble. */
  | { readonly kind: 'gave-up' };

export interface Tokens {
  /** Everything that was sent to the model, `cached` included. */
  readonly input: number;
  readonly output: number;
  /** The part of `input` that was read from the provider's cache. */
  readonly cached: number;
  /** The part of it that was written there, where the provider tells it apart. */
  readonly written?: number;
}

/** Why an agent did not finish. */
export interface AgentProblem {
  readonly kind: AgentProblemKind;
  /** One line for people: what comes after the agent's name. */
  readonly what: string;
  /** What brings what is missing, where it is known here. */
  readonly fix?: string;
}

export type AgentProblemKind =
  /** A limit of the model's provider: fixed by waiting. */
  | 'quota'
  /** `max_usd` is used up. */
  | 'budget'
  /** What the budget had reserved for the run is used up: another run goes on. */
  | 'cap'
  /** `max_turns` is used up, or its own limit of turns. */
  | 'turns'
  /** The model or its provider will not do this. */
  | 'refused'
  /** The key is missing or wrong: fixed by a person, in the repository's secrets. */
  | 'login'
  /** No money is left on the account with the provider. */
  | 'account'
  /** There is no such model. */
  | 'model'
  /** The action sends requests to where the model's API is not. */
  | 'address'
  /** A program is not on the runner: fixed by a person, in the workflow. */
  | 'missing'
  /** The model's provider failed: fixed by waiting. */
  | 'outage'
  /** It ended without a word. */
  | 'crashed'
  /** The time of the slice is over. */
  | 'slice'
  /** It says that it failed. */
  | 'failed';

/** How a run of an agent ended, and what it reports of itself. What it does not report is absent, never guessed. */
export interface AgentResult {
  readonly kind: 'done' | AgentProblemKind;
  readonly failure?: AttemptFailure;
  /** The command or setting that brings what is missing, where that is why it ended. */
  readonly fix?: string | undefined;
  /** Whether its model got anything done in this run; undefined where its output does not tell. */
  readonly worked?: boolean | undefined;
  /** When the limit of the provider ends, in milliseconds; for `quota`. */
  readonly until?: number | undefined;
  /** Empty where the agent says it in its summary file. */
  readonly summary: string;
  readonly session?: string | undefined;
  readonly turns?: number | undefined;
  readonly tokens?: Tokens | undefined;
  /** The same by model, where the proxy counted. */
  readonly models?: Readonly<Record<string, Tokens>> | undefined;
  readonly costUsd?: number | undefined;
}
