import type { AgentEvent, Problem, Tokens } from './adapter.ts';

/** What the output of an agent has told so far. */
export interface Account {
  readonly session: string | undefined;
  /** Replies of the model: as it reports them, or as many as its output showed. */
  readonly turns: number;
  readonly turn: string | undefined;
  /** A tool has answered since the reply began. */
  readonly answered: boolean;
  readonly tokens: Tokens | undefined;
  readonly costUsd: number | undefined;
  /** Its last words since it last used a tool. */
  readonly words: string;
  /** The provider's limit that it last met. */
  readonly limit: { readonly until: number | undefined } | undefined;
  readonly trouble: string | undefined;
  readonly end: { readonly summary: string | undefined; readonly problem: Problem | undefined } | undefined;
}

export const NOTHING_TOLD: Account = {
  session: undefined,
  turns: 0,
  turn: undefined,
  answered: false,
  tokens: undefined,
  costUsd: undefined,
  words: '',
  limit: undefined,
  trouble: undefined,
  end: undefined,
};

const MAX_WORDS = 20_000;

/** @param now In milliseconds, for limits that are told as a wait. */
export function note(account: Account, event: AgentEvent, now: number): Account {
  switch (event.kind) {
    case 'session':
      return { ...account, session: event.id || account.session };
    case 'turn': {
      const known = event.id === undefined ? account.turns > 0 && !account.answered : event.id === account.turn;
      return known ? account : { ...account, turn: event.id, turns: account.turns + 1, answered: false, words: '' };
    }
    case 'text':
      return { ...account, words: `${account.words}${event.text}${event.piece ? '' : '\n'}`.slice(-MAX_WORDS) };
    case 'tool':
      // The model replied: what limited it is over.
      return { ...account, words: '', limit: undefined };
    case 'output':
      return { ...account, answered: true };
    case 'usage':
      return {
        ...account,
        turns: event.turns ?? account.turns,
        tokens: event.tokens ?? account.tokens,
        costUsd: event.costUsd ?? account.costUsd,
      };
    case 'limited': {
      const until = event.until ?? (event.wait === undefined ? undefined : now + event.wait);
      return { ...account, limit: { until } };
    }
    case 'trouble':
      return { ...account, trouble: event.text || account.trouble };
    case 'end':
      return { ...account, end: { summary: event.summary, problem: event.problem } };
  }
}
