import { dirname } from 'node:path';
import { type Failure, failure } from '../assignment.ts';
import type { AgentEnd, AgentRequest, AgentRun } from './agent.ts';

/** What it may use without asking: files and commands, not the web. */
const TOOLS = 'Bash,Edit,Glob,Grep,LS,MultiEdit,NotebookEdit,Read,Task,TodoWrite,Write';

/** The object that ends its output. Other fields are of no use here. */
interface ClaudeResult {
  readonly type: 'result';
  readonly subtype?: string;
  readonly is_error?: boolean;
  readonly result?: string;
  readonly session_id?: string;
  readonly num_turns?: number;
  readonly total_cost_usd?: number;
  readonly terminal_reason?: string;
  readonly api_error_status?: number | null;
}

interface ClaudeMessage {
  readonly type?: string;
  readonly message?: {
    readonly content?: readonly {
      readonly type?: string;
      readonly text?: string;
      readonly name?: string;
      readonly input?: unknown;
    }[];
  };
}

/** Claude Code, without a terminal: https://code.claude.com/docs/en/headless */
export function claudeAgent({ task, model, brief, anthropicKey }: AgentRequest): AgentRun {
  let result: ClaudeResult | undefined;
  const show = (line: string): string | undefined => {
    const message = parse(line);
    if (!message) return line;
    if (message.type === 'result') result = message as ClaudeResult;
    return describe(message);
  };
  const flags = ['--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'];
  const chosen = model === 'default' ? [] : ['--model', model];
  return {
    argv: ['claude', '-p', ...flags, '--allowedTools', TOOLS, '--add-dir', dirname(brief), ...chosen],
    input: `Do task ${task}. Read the brief at ${brief} first and follow it. Work until it is done and its checks pass; nobody can answer questions. End with a summary of what you did.\n`,
    environment: anthropicKey ? { ANTHROPIC_API_KEY: anthropicKey } : {},
    show,
    install: 'npm install --global @anthropic-ai/claude-code',
    conclude: ({ code, tail }) => conclude(result, { code, tail }),
  };
}

function conclude(
  result: ClaudeResult | undefined,
  { code, tail }: { readonly code: number | undefined; readonly tail: string },
): AgentEnd {
  if (!result)
    return { kind: 'failed', failure: failure(`claude ended with ${code ?? 'a signal'} and without a result`, tail) };
  const told = {
    session: result.session_id,
    turns: result.num_turns,
    cost_usd: result.total_cost_usd,
    summary: result.result ?? '',
  };
  // 529 is the provider's own overload: like a used-up limit, no fault of the attempt.
  if (result.api_error_status === 429 || result.api_error_status === 529) {
    return {
      ...told,
      kind: 'quota',
      failure: failure(`the model's provider answered ${result.api_error_status}`, result.result),
    };
  }
  const problem = problemOf(result, code);
  return problem ? { ...told, kind: 'failed', failure: problem } : { ...told, kind: 'done' };
}

/** `is_error` alone misses runs that a limit ended: those tell by `subtype`. */
function problemOf(result: ClaudeResult, code: number | undefined): Failure | undefined {
  const { subtype, is_error, terminal_reason, api_error_status } = result;
  if (subtype === 'success' && !is_error && code === 0) return undefined;
  const words = [
    subtype && subtype !== 'success' ? subtype : undefined,
    terminal_reason && terminal_reason !== 'completed' ? terminal_reason : undefined,
    api_error_status ? `the model's provider answered ${api_error_status}` : undefined,
    code === 0 ? undefined : `exit code ${code ?? 'none'}`,
  ].filter((word) => word !== undefined);
  return failure(`claude did not finish: ${words.join(', ') || 'it reports an error'}`, result.result);
}

function parse(line: string): ClaudeMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as ClaudeMessage;
  } catch {
    // Not JSON: text for people.
    return undefined;
  }
}

/** What it says and which tools it uses; tool results and bookkeeping are in the kept log. */
function describe({ type, message }: ClaudeMessage): string | undefined {
  if (type !== 'assistant') return undefined;
  const parts = (message?.content ?? []).flatMap((content) => {
    if (content.type === 'text' && content.text) return [content.text];
    if (content.type === 'tool_use') return [`> ${content.name} ${JSON.stringify(content.input ?? {}).slice(0, 300)}`];
    return [];
  });
  return parts.length > 0 ? parts.join('\n') : undefined;
}
