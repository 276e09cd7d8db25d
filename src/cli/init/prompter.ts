import { createInterface } from 'node:readline/promises';
import { spellOutInvisible } from '../../plan/invisible.ts';
import { UsageError } from '../usage-error.ts';

/** Somebody who can be asked. */
export interface Prompter {
  /** Asks until one of the values is chosen, by its name or its number; an empty line takes the fallback. */
  readonly choose: (question: ChoiceQuestion) => Promise<string>;
  readonly confirm: (text: string) => Promise<boolean>;
  /** Shows what a person should know before the next question. */
  readonly tell: (text: string) => void;
  readonly close: () => void;
}

export interface ChoiceQuestion {
  readonly text: string;
  readonly options: readonly (readonly [value: string, meaning: string])[];
  readonly fallback: string;
}

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Questions go where results do not, so that these can be piped. */
export function prompterOn({ input, output }: Terminal): Prompter {
  const lines = createInterface({ input, output });
  const closed = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new UsageError('nobody answers any more; nothing was written')));
  });
  // Whoever waits for an answer hears of it; where nobody does, there is nothing to say.
  closed.catch(() => undefined);
  const ask = async (text: string) => (await Promise.race([lines.question(printable(text)), closed])).trim();
  return {
    choose: async ({ text, options, fallback }) => {
      output.write(printable(`${text}\n${options.map(optionLine).join('\n')}\n`));
      for (;;) {
        const said = await ask(`[${fallback}] `);
        const chosen = options.find(([value], index) => said === value || said === String(index + 1))?.[0];
        if (said === '' || chosen !== undefined) return chosen ?? fallback;
        output.write(`Answer with a number from 1 to ${options.length}, or a name of the list.\n`);
      }
    },
    confirm: async (text) => /^y(?:es)?$/i.test(await ask(`${text} [y/N] `)),
    tell: (text) => void output.write(printable(`${text}\n\n`)),
    close: () => lines.close(),
  };
}

function optionLine([value, meaning]: readonly [string, string], index: number): string {
  return `  ${index + 1}. ${value}${meaning === '' ? '' : `: ${meaning}`}`;
}

/** Names of files and their lines come from whoever wrote the repository: none of them steers the terminal. */
function printable(text: string): string {
  return text.split('\n').map(spellOutInvisible).join('\n');
}
