/** Which repository to look at: all that an event, a timer or a command line says. */
export interface Locator {
  readonly owner: string;
  readonly repo: string;
}

export function fullName({ owner, repo }: Locator): string {
  return `${owner}/${repo}`;
}

/** The name to find a repository by: people and webhooks write it in any case. */
export function keyOf(locator: Locator): string {
  return fullName(locator).toLowerCase();
}
