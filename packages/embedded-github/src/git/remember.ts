import type { RepositoryRecord } from '../model/records.ts';

/**
 * The same work, done once in each repository for what has the same key. Only for what follows from ids of objects:
 * what they name never becomes something else.
 */
export function remember<Input, Result>(
  key: (input: Input) => string,
  work: (repository: RepositoryRecord, input: Input) => Promise<Result>,
): (repository: RepositoryRecord, input: Input) => Promise<Result> {
  const done = new WeakMap<RepositoryRecord, Map<string, Promise<Result>>>();
  return (repository, input) => {
    const results = done.get(repository) ?? new Map<string, Promise<Result>>();
    done.set(repository, results);
    const name = key(input);
    const result = results.get(name) ?? work(repository, input);
    results.set(name, result);
    result.catch(() => results.delete(name));
    return result;
  };
}
