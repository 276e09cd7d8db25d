/** How an agent type is run. */
export interface Agent {
  readonly run: 'claude' | 'codex' | 'gemini' | 'copilot' | 'command';
  readonly model?: string;
  /** The program to run, for `run: command`. */
  readonly command?: string;
  /** Most that one run may cost, in US dollars. */
  readonly max_usd?: number;
  /** Most replies of the model in one run. */
  readonly max_turns?: number;
}

/** Sends the tasks that it matches to an agent and a model. */
export interface AgentRoute {
  /** Ids, in which `*` stands for any text. A task matches by its id or by its category. */
  readonly match: readonly string[];
  readonly category: readonly string[];
  readonly agent?: string;
  readonly model?: string;
  /** Nobody wrote it. */
  readonly isDefault?: true;
}

export const FALLBACK_AGENT = 'general-purpose';

/** Runs whatever has no agent type of its own. */
export const fallbackAgent: Agent = { run: 'claude', model: 'sonnet' };

export const defaultAgents: Readonly<Record<string, Agent>> = {
  [FALLBACK_AGENT]: fallbackAgent,
  'test-runner': { run: 'claude', model: 'sonnet' },
  'code-reviewer': { run: 'claude', model: 'sonnet' },
};

/** The table "Recommended Agent Types by Task Category" of the specification. */
export const defaultRoutes: readonly AgentRoute[] = [
  { match: ['CORE-001', 'INFRA-*'], category: ['setup'], agent: 'general-purpose', model: 'haiku' },
  { match: ['MODEL-*', 'PLANNER-*'], category: ['code'], agent: 'general-purpose', model: 'sonnet' },
  { match: ['MCP-SEC-*'], category: ['security'], agent: 'general-purpose', model: 'sonnet' },
  { match: ['EVAL-*', 'UAT-*'], category: ['testing'], agent: 'test-runner', model: 'sonnet' },
  { match: [], category: ['review'], agent: 'code-reviewer', model: 'sonnet' },
];
