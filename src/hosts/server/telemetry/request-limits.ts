/** What is left of the limits of each installation, as the answers say it. */
export interface RequestLimits {
  /** @param headers Of an answer to a request of an installation on this owner. */
  readonly note: (owner: string, headers: Readonly<Record<string, string | number | undefined>>) => void;
  readonly observe: (tell: (left: number, labels: { owner: string; resource: string }) => void) => void;
}

interface Limit {
  readonly owner: string;
  readonly resource: string;
  readonly left: number;
  readonly limit: number;
  /** Epoch seconds. */
  readonly reset: number;
}

/** Of those that GitHub names we use two; others would be labels that nobody bounds. */
const RESOURCES = ['core', 'graphql'];

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit */
export function requestLimits(): RequestLimits {
  const known = new Map<string, Limit>();
  return {
    note: (owner, headers) => {
      const [left, limit, reset] = ['remaining', 'limit', 'reset'].map((name) =>
        Number(headers[`x-ratelimit-${name}`]),
      );
      const resource = String(headers['x-ratelimit-resource']);
      if (left === undefined || limit === undefined || reset === undefined) return;
      if (![left, limit, reset].every(Number.isFinite) || !RESOURCES.includes(resource)) return;
      known.set(`${owner} ${resource}`, { owner, resource, left, limit, reset });
    },
    observe: (tell) => {
      // Once the hour is over nobody has asked since: all of it is there again.
      const now = Date.now() / 1_000;
      for (const { owner, resource, left, limit, reset } of known.values())
        tell(now > reset ? limit : left, { owner, resource });
    },
  };
}

/** @param repository `owner/name`. */
export function ownerOf(repository: string): string {
  return repository.slice(0, repository.indexOf('/'));
}
