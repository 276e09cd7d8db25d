import type { AgentEvent, AgentProblem, Tokens } from './adapter.ts';
import { classifyError } from './adapters/wording.ts';

/** What the output of an agent has said so far. */
export interface AgentState {
  readonly session: string | undefined;
  /** Replies of the model: as it reports them, or as many as its output showed. */
  readonly turns: number;
  readonly turn: string | undefined;
  /** A tool has answered since the reply began. */
  readonly answered: boolean;
  /** It used a tool. */
  readonly acted: boolean;
  readonly tokens: Tokens | undefined;
  readonly costUsd: number | undefined;
  /** Its last words since it last used a tool. */
  readonly words: string;
  /** The provider's limit that it last met. */
  readonly limit: { readonly until: number | undefined } | undefined;
  readonly trouble: string | undefined;
  /** It was asked to end. */
  readonly aborted: boolean;
  readonly end: { readonly summary: string | undefined; readonly problem: AgentProblem | undefined } | undefined;
}

export const INITIAL_STATE: AgentState = {
  session: undefined,
  turns: 0,
  turn: undefined,
  answered: false,
  acted: false,
  tokens: undefined,
  costUsd: undefined,
  words: '',
  limit: undefined,
  trouble: undefined,
  aborted: false,
  end: undefined,
};

const MAX_WORDS = 20_000;

/** @param now In milliseconds, for limits that are given as a wait. */
export function foldAgentEvent(
  state: AgentState,
  { event, now }: { readonly event: AgentEvent; readonly now: number },
): AgentState {
  switch (event.kind) {
    case 'session':
      return { ...state, session: event.id || state.session };
    case 'turn': {
      const known = event.id === undefined ? state.turns > 0 && !state.answered : event.id === state.turn;
      if (known) return state;
      return { ...state, turn: event.id, turns: state.turns + 1, answered: false, words: '', end: undefined };
    }
    case 'text':
      return { ...state, words: `${state.words}${event.text}${event.piece ? '' : '\n'}`.slice(-MAX_WORDS) };
    case 'tool':
      // The model replied: what limited it is over.
      return { ...state, acted: true, words: '', limit: undefined };
    case 'output':
      return { ...state, answered: true };
    case 'usage':
      return {
        ...state,
        turns: event.turns ?? state.turns,
        tokens: event.tokens ?? state.tokens,
        costUsd: event.costUsd ?? state.costUsd,
      };
    case 'limited': {
      const until = event.until ?? (event.wait === undefined ? undefined : now + event.wait);
      return { ...state, limit: { until } };
    }
    case 'trouble':
      return { ...state, trouble: event.text || state.trouble };
    case 'aborted':
      return { ...state, aborted: true };
    case 'end':
      if (state.aborted) return state;
      // Copilot CLI says in the end that it is done, whatever it said of its last reply.
      return { ...state, end: { summary: event.summary, problem: event.problem ?? state.end?.problem } };
    case 'gave-up':
      return { ...state, end: { summary: undefined, problem: classifyError(state.trouble ?? '') } };
  }
}
