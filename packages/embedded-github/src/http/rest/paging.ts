import type { Answer, Call } from './call.ts';

const DEFAULT_SIZE = 30;
/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const MAX_SIZE = 100;

/** The page of a list that the query asks for, and the Link header that leads to the others. */
export function page<T>(
  call: Call,
  all: readonly T[],
): { readonly items: readonly T[]; readonly headers: Record<string, string> } {
  const size = Math.min(MAX_SIZE, Math.max(1, Number(call.query.get('per_page')) || DEFAULT_SIZE));
  const number = Math.max(1, Number(call.query.get('page')) || 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string) => {
    const url = new URL(call.url);
    url.searchParams.set('page', String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  const items = all.slice((number - 1) * size, number * size);
  return { items, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

/** A page as a plain list. */
export function listed<T>(
  call: Call,
  { all, body }: { readonly all: readonly T[]; readonly body: (item: T) => unknown },
): Answer {
  const { items, headers } = page(call, all);
  return { status: 200, body: items.map(body), headers };
}

/** Items on or after the `since` of the query, by the whole second. */
export function since<T>(
  call: Call,
  { all, moment }: { readonly all: readonly T[]; readonly moment: (item: T) => number },
): readonly T[] {
  const text = call.query.get('since');
  if (text === null) return all;
  const from = Math.floor(Date.parse(text) / 1000);
  return Number.isNaN(from) ? all : all.filter((item) => Math.floor(moment(item) / 1000) >= from);
}

/** Sorted as the query's `sort` and `direction` say; equal moments keep the order of creation. */
export function sorted<T extends { readonly createdAt: number; readonly updatedAt: number; readonly id: number }>(
  call: Call,
  { all, defaultDirection }: { readonly all: readonly T[]; readonly defaultDirection: 'asc' | 'desc' },
): readonly T[] {
  const moment = call.query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = (call.query.get('direction') ?? defaultDirection) === 'asc' ? 1 : -1;
  return [...all].sort((a, b) => sign * (a[moment] - b[moment] || a.id - b.id));
}
