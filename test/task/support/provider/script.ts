/** What a scripted model does when it is asked: the same for every API. */
export type Turn =
  | { readonly kind: 'say'; readonly text: string }
  /** Has the program write these files, by the tool that it has for it. */
  | { readonly kind: 'write'; readonly files: Readonly<Record<string, string>> }
  /** The model will not do this. */
  | { readonly kind: 'refuse' }
  | ProviderFailure
  /** The answer breaks off after its first words. */
  | { readonly kind: 'cut' }
  /** The answer begins, and then there is silence for ever. */
  | { readonly kind: 'hang' };

/** The provider answers with an error. */
export interface ProviderFailure {
  readonly kind: 'fail';
  readonly status: number;
  /** What the provider calls it. */
  readonly name: string;
  readonly message: string;
  /** When a limit ends, in seconds from now. */
  readonly resetIn?: number;
}

/** What a program asks its model. */
export interface ModelRequest {
  readonly model: string;
  /** Everything that people and programs said so far, without what tools answered. */
  readonly prompt: string;
  /** Answers of tools to the model's replies so far. */
  readonly answered: number;
  /** Names of the tools that it may use. Programs that ask without any ask for something beside the work: a title. */
  readonly tools: readonly string[];
  readonly streams: boolean;
}

/** @param nth How many requests for the work there were before. */
export type Script = (asked: ModelRequest, nth: number) => Turn;

/** One turn after the other, the last one again and again. */
export function inOrder(...turns: readonly [Turn, ...Turn[]]): Script {
  return (_, nth) => turns[Math.min(nth, turns.length - 1)] ?? turns[0];
}

export function say(text: string): Extract<Turn, { readonly kind: 'say' }> {
  return { kind: 'say', text };
}

export function write(files: Readonly<Record<string, string>>): Extract<Turn, { readonly kind: 'write' }> {
  return { kind: 'write', files };
}

/** What every reply of a scripted model says that it used. */
export const USED = { input: 1_000, cached: 200, output: 50 };
