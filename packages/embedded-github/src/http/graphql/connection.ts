import { unprocessable } from '../../model/errors.ts';

export interface PageArgs {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit */
const MAX_SIZE = 100;

/** A page of a list as a connection. Asking without `first` or `last` is refused, as GitHub does. */
export function connection<T>({
  name,
  all,
  args,
  key,
}: {
  readonly name: string;
  readonly all: readonly T[];
  readonly args: PageArgs;
  readonly key: (item: T) => string | number;
}) {
  checkBounds(name, args);
  const from = args.after ? position(args.after, { all, key }) + 1 : 0;
  const to = args.before ? position(args.before, { all, key }) : all.length;
  const window = from === 0 && to >= all.length ? all : all.slice(from, Math.max(from, to));
  const start = typeof args.first === 'number' ? 0 : Math.max(0, window.length - (args.last ?? 0));
  const nodes = typeof args.first === 'number' ? window.slice(0, args.first) : window.slice(start);
  const cursorOf = (index: number) => {
    const node = nodes[index];
    return node === undefined ? null : cursor(from + start + index, key(node));
  };
  return {
    nodes,
    totalCount: all.length,
    // Few ask for these: they are functions, as fields that take arguments are.
    edges: () => nodes.map((node, index) => ({ node, cursor: cursorOf(index) })),
    pageInfo: {
      startCursor: () => cursorOf(0),
      endCursor: () => cursorOf(nodes.length - 1),
      hasNextPage: from + start + nodes.length < all.length,
      hasPreviousPage: from + start > 0,
    },
  };
}

/** @throws as GitHub does where neither `first` nor `last` is given, or one above its limit. */
export function checkBounds(name: string, { first, last }: PageArgs): void {
  const size = first ?? last;
  if (size === undefined || size === null) {
    throw unprocessable(
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (size > MAX_SIZE || size < 0) {
    throw unprocessable(
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`first\` limit of ${MAX_SIZE} records.`,
    );
  }
}

function cursor(index: number, key: string | number): string {
  return Buffer.from(`${index}:${key}`).toString('base64');
}

/** Where an item stands now; where it stood, when it has left the list. */
function position<T>(
  text: string,
  { all, key }: { readonly all: readonly T[]; readonly key: (item: T) => string | number },
): number {
  const [, index = '', known = ''] = /^(\d+):(.*)$/s.exec(Buffer.from(text, 'base64').toString('utf8')) ?? [];
  const place = all.findLastIndex((item) => String(key(item)) === known);
  const found = place >= 0 ? place : Number.parseInt(index, 10);
  if (Number.isNaN(found)) throw unprocessable(`\`${text}\` does not appear to be a valid cursor.`);
  return found;
}
