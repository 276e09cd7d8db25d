import { say, stopCommands } from '../protocol/workflow-commands.ts';

/** Shows the output of a program of others in the step's log. */
export interface OutputView {
  /** @returns What is kept of the line for the end of the output; undefined: nothing. */
  readonly line: (text: string) => string | undefined;
  /** The output is over. */
  readonly end: () => void;
}

/** Most characters of one program's output in the log. */
export const MAX_SHOWN = 2_000_000;

/** Shows every line as it is, with workflow commands switched off, up to a bound. */
export function plainView(): OutputView {
  const resume = stopCommands();
  let shown = 0;
  let left = 0;
  return {
    line: (text) => {
      shown += text.length;
      if (shown > MAX_SHOWN) left++;
      else say(text);
      return text;
    },
    end: () => {
      if (left > 0) say(`(${left} more lines are left out; the log file on the runner has them)`);
      resume();
    },
  };
}
