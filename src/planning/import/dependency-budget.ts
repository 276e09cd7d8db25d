/** More than this no plan has; a few lines about stages or parents can mean hundreds of millions. */
const MAX_IMPLIED_DEPENDENCIES = 200_000;

/** Ends an import from inside; importPlan reports it as a problem. */
export class TooManyDependencies extends Error {}

/**
 * Counts dependencies that are implied rather than written, before they are made.
 *
 * @returns To be called with the number of those to come; it throws TooManyDependencies beyond the limit.
 */
export function newDependencyBudget(): (count: number) => void {
  let made = 0;
  return (count) => {
    made += count;
    if (made > MAX_IMPLIED_DEPENDENCIES) {
      throw new TooManyDependencies(
        `tasks of this plan wait for more than ${MAX_IMPLIED_DEPENDENCIES} others in all; divide it, or let fewer wait for each other`,
      );
    }
  };
}
