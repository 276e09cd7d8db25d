import type { IssuedCommand } from '../../state/command.ts';
import { isLost } from '../../state/lost.ts';
import { needsPerson } from '../../state/needs-person.ts';
import type { Order } from '../../state/orders.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import type { Instant } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import { unreachable } from '../../state/unreachable.ts';
import { endInPlan } from './end-in-plan.ts';
import { refuseDispatch } from './refuse-dispatch.ts';
import { retry } from './retry.ts';
import { isBefore, wasUnderWay } from './under-way.ts';

/** Orders to the plan and to the wave of a task. */
export interface OrdersAbove {
  readonly plan: readonly Order[];
  readonly wave: readonly Order[];
}

export function ordersAbove(
  plan: TrackedIssue<GroupRecord> | undefined,
  wave: TrackedIssue<GroupRecord> | undefined,
): OrdersAbove {
  return { plan: plan?.record.orders ?? NONE, wave: wave?.record.orders ?? NONE };
}

const NONE: readonly never[] = [];

/** Orders that the task has not followed yet, in the order in which they were given. */
function pendingOrders({ followed }: TaskRecord, { plan, wave }: OrdersAbove): readonly Order[] {
  if (plan.length === 0 && wave.length === 0) return NONE;
  const since = (orders: readonly Order[], n = 0) => orders.filter((order) => order.n > n);
  return [...since(plan, followed?.plan), ...since(wave, followed?.wave)].sort((a, b) => a.comment - b.comment);
}

/** The record with every order above followed: what is told by later orders alone. The same record where it is so. */
export function withFollowed(record: TaskRecord, { plan, wave }: OrdersAbove): TaskRecord {
  const newest = { plan: plan.at(-1)?.n ?? record.followed?.plan, wave: wave.at(-1)?.n ?? record.followed?.wave };
  if (newest.plan === record.followed?.plan && newest.wave === record.followed?.wave) return record;
  return { ...record, followed: newest };
}

interface Following {
  /** The task as GitHub shows it: what people had before them who gave an order. */
  readonly seen: TrackedIssue<TaskRecord>;
  readonly orders: OrdersAbove;
  /** What people said on the task itself in this pass. */
  readonly own: readonly IssuedCommand[];
  /** The configured number of attempts. */
  readonly attempts: number;
}

export interface Followed {
  readonly record: TaskRecord;
  /** Those that changed something. */
  readonly followed: readonly Order[];
}

/**
 * Lets the orders to plan and wave take effect on a task, each once. An order speaks to what was there when it was given:
 * a dispatch, a failure or a hold that came after it knows of it already, and what ended after it was meant all the same.
 */
export function followOrders(record: TaskRecord, { seen, orders, own, attempts }: Following): Followed {
  const followed: Order[] = [];
  let after = record;
  for (const order of pendingOrders(record, orders)) {
    if (isOverruled(order, own)) continue;
    const next = follow(after, { order, attempts, seen });
    if (next === after) continue;
    after = next;
    followed.push(order);
  }
  // Where nothing is written anyway, a number alone is not worth a write to every issue of the plan.
  return { record: followed.length > 0 || own.length > 0 ? withFollowed(after, orders) : after, followed };
}

/** Whether an order would change anything: what nobody said anything about is looked at no further. */
export function isOrdered({ seen, orders, attempts }: Omit<Following, 'own'>): boolean {
  const { record } = seen;
  return pendingOrders(record, orders).some((order) => follow(record, { order, attempts, seen }) !== record);
}

/** True when a person said something else on the task itself afterwards. */
function isOverruled({ comment, name }: Order, own: readonly IssuedCommand[]): boolean {
  return own.some(({ comment: { id }, command }) => id > comment && OVERRULES[name].includes(command.name));
}

/** What is said on a task after an order to its plan or wave, and takes its place. */
const OVERRULES: Readonly<Record<Order['name'], readonly IssuedCommand['command']['name'][]>> = {
  start: ['cancel', 'retry'],
  retry: ['cancel', 'retry'],
  cancel: ['start', 'retry', 'cancel'],
};

interface Given extends Pick<Following, 'seen' | 'attempts'> {
  readonly order: Order;
}

/** `/retry`, `/cancel` and `/start` on a wave or plan speak to those of its tasks that failed, are under way, or are held. */
function follow(record: TaskRecord, given: Given): TaskRecord {
  const { order, attempts } = given;
  const { name, at } = order;
  const held = record.hold !== undefined && isBefore(record.hold.at, at);
  switch (name) {
    case 'start':
      return held ? { ...record, hold: undefined } : record;
    case 'retry':
      return held || isLostBefore(record, at) || isStuck(record, { at, attempts })
        ? retry(record, { asked: order, attempts })
        : record;
    case 'cancel':
      return cancel(record, given);
    default:
      return unreachable(name);
  }
}

/** Ends what runs, and keeps from going on by itself what ran then, or was about to. What has landed stays as it is. */
function cancel(record: TaskRecord, { order: { at, by }, attempts, seen }: Given): TaskRecord {
  if (record.hold || isAskedForSince(record, at) || endInPlan({ issue: seen.issue, record })) return record;
  const ranBefore = (one: TaskRecord) => one.live !== undefined && isBefore(one.live.sent, at);
  if (!ranBefore(seen.record) && !wasUnderWay(record, { at, attempts })) return record;
  const cause = { kind: 'cancelled', by } as const;
  const ended = ranBefore(record) ? refuseDispatch(record, { cause, at }) : record;
  return { ...ended, hold: { by, at, cause } };
}

/** A person has said yes to the task itself after that. */
function isAskedForSince({ start, retried }: TaskRecord, at: Instant): boolean {
  return [start?.at, retried].some((moment) => moment !== undefined && !isBefore(moment, at));
}

function isStuck(record: TaskRecord, { at, attempts }: { readonly at: Instant; readonly attempts: number }): boolean {
  const last = record.history.at(-1);
  if (!last || record.live || !isBefore(last.ended, at)) return false;
  return needsPerson(record, record.ceiling ?? attempts) !== undefined;
}

function isLostBefore(record: TaskRecord, at: Instant): boolean {
  return record.lost !== undefined && isLost(record) && isBefore(record.lost.at, at);
}
