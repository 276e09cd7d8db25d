/** Which repository to look at: all that an event, a timer or a command line says. */
export interface Locator {
  readonly owner: string;
  readonly repo: string;
}

export function fullName({ owner, repo }: Locator): string {
  return `${owner}/${repo}`;
}
