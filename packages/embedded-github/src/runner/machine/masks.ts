/** Values that never reach a log. A value of several lines is hidden line by line too, as on GitHub. */
export interface Masks {
  readonly add: (value: string) => void;
  readonly hide: (text: string) => string;
}

export function createMasks(initial: Iterable<string>): Masks {
  let values: readonly string[] = [];
  const add = (value: string): void => {
    const parts = [value, ...value.split(/\r?\n/)].filter((part) => part.trim() !== '');
    values = [...new Set([...values, ...parts])].sort((left, right) => right.length - left.length);
  };
  for (const value of initial) add(value);
  return { add, hide: (text) => values.reduce((sofar, value) => sofar.replaceAll(value, '***'), text) };
}
