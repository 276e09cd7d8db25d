import type { SimulationProgress } from '../../planning/simulate/simulate.ts';

/** Something is said after so long (ms), and then no more often than that: most plans are done before. */
const QUIET = { terminal: 2_000, elsewhere: 10_000 } as const;

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how far a simulation is: one line that is written over on a terminal, a line each elsewhere. */
export function showProgress(screen: Screen): { report(progress: SimulationProgress): void; end(): void } {
  const quiet = screen.isTTY ? QUIET.terminal : QUIET.elsewhere;
  let last = Date.now();
  let shown = false;
  return {
    report({ agents, what, done, of }) {
      if (Date.now() - last < quiet) return;
      last = Date.now();
      shown = true;
      const text = `simulating ${agents} ${agents === 1 ? 'agent' : 'agents'}: ${done} of ${of} ${what}`;
      screen.write(screen.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end() {
      if (shown && screen.isTTY) screen.write('\r\u001b[K');
    },
  };
}
