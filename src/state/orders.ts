import * as z from 'zod';

/** Commands on a plan or wave that speak to the tasks below it. */
export const ORDERS = ['start', 'retry', 'cancel'] as const;

export const order = z.object({
  /** The id of its comment, or higher, only ever upwards: a task follows each number once. */
  n: z.number(),
  at: z.string(),
  by: z.string(),
  /** Id of the comment. */
  comment: z.number(),
  name: z.enum(ORDERS),
  fresh: z.boolean().optional(),
  model: z.string().optional(),
  guidance: z.string().optional(),
});

export type Order = Readonly<z.infer<typeof order>>;

/** A pass that dies half way loses none of so many; those before it have been followed long since. */
const MAX_ORDERS = 20;

/** Characters of guidance that are kept with them: the body of an issue holds 65,536. */
const MAX_WORDS = 6_000;

/** @returns The newest orders with one more, and the order as it was numbered. */
export function withOrder(
  orders: readonly Order[],
  given: Omit<Order, 'n'>,
): { readonly orders: Order[]; readonly order: Order } {
  const numbered = { n: Math.max(given.comment, (orders.at(-1)?.n ?? 0) + 1), ...given };
  const kept: Order[] = [];
  let words = 0;
  for (const each of [...orders, numbered].slice(-MAX_ORDERS).reverse()) {
    words += each.guidance?.length ?? 0;
    if (words > MAX_WORDS) break;
    kept.unshift(each);
  }
  return { orders: kept, order: numbered };
}
