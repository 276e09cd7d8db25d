import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Masks } from './masks.ts';

/** One step's log: what it printed, secrets hidden, workflow commands obeyed. */
export interface StepLog {
  /** A line that the step printed, without its end. */
  readonly output: (line: string) => void;
  /** A line by the runner itself. */
  readonly note: (line: string) => void;
  /** Set once a command was refused that GitHub fails the step for. */
  readonly refusal: () => string | undefined;
  readonly close: () => Promise<void>;
}

const pattern = /^\s*::([a-z-]+)(?: .*?)?::(.*)$/;
const annotations = ['error', 'warning', 'notice', 'debug'];

export function openStepLog(path: string, masks: Masks): StepLog {
  const stream = createWriteStream(path);
  let stopped: string | undefined;
  let refusal: string | undefined;
  const note = (line: string): void => {
    // A background process may go on printing when its step is over.
    if (!stream.writableEnded) stream.write(`${masks.hide(line)}\n`);
  };

  function obey(name: string, value: string): void {
    if (name === 'add-mask') {
      masks.add(unescapeData(value));
      note('::add-mask::***');
    } else if (name === 'stop-commands') stopped = value;
    else if (name === 'group') note(`##[group]${unescapeData(value)}`);
    else if (name === 'endgroup') note('##[endgroup]');
    else if (annotations.includes(name)) note(`##[${name}]${unescapeData(value)}`);
    else if (name === 'set-env' || name === 'add-path') {
      refusal = `The '${name}' command is disabled. Write to $GITHUB_${name === 'set-env' ? 'ENV' : 'PATH'} instead.`;
      note(`##[error]${refusal}`);
    } else if (name === 'set-output' || name === 'save-state') {
      note(`##[error]The '${name}' command is disabled and sets nothing. Write to $GITHUB_OUTPUT instead.`);
    } else note(`::${name}::${value}`);
  }

  return {
    note,
    refusal: () => refusal,
    output: (line) => {
      const [, name, value] = pattern.exec(line) ?? [];
      if (stopped !== undefined && line.trim() === `::${stopped}::`) stopped = undefined;
      else if (name === undefined || stopped !== undefined) note(line);
      else obey(name, value ?? '');
    },
    close: async () => {
      stream.end();
      await finished(stream);
    },
  };
}

/** Values of commands escape what would end the line. */
function unescapeData(value: string): string {
  return value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
