import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours what it is given, or leaves it as it is. */
export type Palette = (format: Format, text: string) => string;

interface Terminal {
  readonly isTTY?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Colours where a terminal takes them. `FORCE_COLOR` goes before all (0 and false switch them off), then `NO_COLOR`
 * (https://no-color.org: whatever it holds, unless that is nothing), then whether it is a terminal that can.
 */
export function paletteFor(output: Terminal, environment: Environment): Palette {
  if (!hasColours(output, environment)) return (_format, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}

function hasColours({ isTTY }: Terminal, { FORCE_COLOR, NO_COLOR, TERM }: Environment): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR) return false;
  return isTTY === true && TERM !== 'dumb';
}
