import type { OutputView } from '../process/output-view.ts';
import type { Adapter } from './adapter.ts';
import { type AgentState, foldAgentEvent, INITIAL_STATE } from './agent-state.ts';
import { openTranscript } from './transcript.ts';

export interface Watch {
  readonly view: () => OutputView;
  readonly state: () => AgentState;
  /** Aborted when the agent's output tells that it has used more than it may, or that nothing more comes of it. */
  readonly halt: AbortSignal;
}

export interface Watching {
  readonly session: string | undefined;
  readonly maxUsd: number | undefined;
  readonly maxTurns: number | undefined;
  readonly now: () => number;
  /** Told of the agent's session as soon as it names one. */
  readonly onSession: ((session: string) => void) | undefined;
}

/** One that says why it failed has so long to leave: Copilot CLI does not, where its provider's limit is long (1.0.102). */
const MAX_FAREWELL_MS = 10_000;

/** Reads an agent's output as it comes: for people, for the state, and for its limits. */
export function watchOutput(adapter: Adapter, { session, maxUsd, maxTurns, now, onSession }: Watching): Watch {
  let state: AgentState = { ...INITIAL_STATE, session };
  let farewell: NodeJS.Timeout | undefined;
  const spent = new AbortController();
  const view = (): OutputView => {
    const transcript = openTranscript();
    return {
      line: (line) => {
        const events = adapter.read(line);
        if (!events) {
          transcript.text(line);
          return line;
        }
        const kept = events.map((event) => {
          state = foldAgentEvent(state, { event, now: now() });
          if (event.kind === 'session') onSession?.(event.id);
          return transcript.event(event, state.turns);
        });
        if (isSpent(state, { maxUsd, maxTurns })) spent.abort();
        if (state.end?.problem) farewell ??= setTimeout(() => spent.abort(), MAX_FAREWELL_MS);
        else farewell = clear(farewell);
        return kept.filter((text) => text !== undefined).join('\n') || undefined;
      },
      end: () => {
        clearTimeout(farewell);
        transcript.end();
      },
    };
  };
  return { view, state: () => state, halt: spent.signal };
}

function clear(timer: NodeJS.Timeout | undefined): undefined {
  clearTimeout(timer);
}

type Bounds = Pick<Watching, 'maxUsd' | 'maxTurns'>;

/** One reply beyond the limit tells that it is used up: the reply that reaches it may be the last. */
function isSpent({ costUsd = 0, turns }: AgentState, { maxUsd, maxTurns }: Bounds): boolean {
  return (maxUsd !== undefined && costUsd > maxUsd) || (maxTurns !== undefined && turns > maxTurns);
}
