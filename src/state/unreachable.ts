/** The end of a `switch` over a union: the compiler proves that nothing is left, and a value from outside is named. */
export function unreachable(value: never): never {
  throw new Error(`a case was left out for ${JSON.stringify(value)}`);
}
