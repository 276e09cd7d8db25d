import { registerHooks } from 'node:module';
import { JSONParse as parseExactly, JSONStringify as writeExactly } from 'json-with-bigint';

/** @public As the one by which Octokit writes what it sends: where there are no such numbers nothing has to be asked. */
export function JSONStringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return writeExactly(value as Parameters<typeof writeExactly>[0]);
  }
}

/** Numbers of fewer digits are the same in every reading; so many within a text, as a hash may have them, are none. */
const LONG_NUMBER = /(?:^|[[:,\s])-?\d{16}/;

/**
 * As the one that Octokit reads answers by, which asks for every value whether it is a number too long for JavaScript. A
 * text in which there is none is read without asking, in a tenth of the time.
 */
export function JSONParse(text: string): unknown {
  return LONG_NUMBER.test(text) ? parseExactly(text) : JSON.parse(text);
}

/** From now on whatever this thread loads takes the quicker one. */
export function installPlainJson(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'json-with-bigint' && context.parentURL !== import.meta.url
        ? { url: import.meta.url, shortCircuit: true }
        : next(specifier, context),
  });
}
