import * as z from 'zod';
import type { IssueView } from '../state/snapshot.ts';
import { EMPTY_CACHE, type IssueCache } from './issue-cache.ts';
import { EMPTY_LEDGER, type Ledger } from './ledger.ts';
import { type Memory, newMemory } from './memory.ts';

/**
 * What a pass leaves to the next one where no process lives between them, as text: all of the ledger, without which reads
 * that are behind are believed, and of the cache what is small and costs a request each. Issues are read anew.
 */

const byName = <Value>(value: z.ZodType<Value>) =>
  z
    .array(z.object({ key: z.string(), value }))
    .transform((entries): ReadonlyMap<string, Value> => new Map(entries.map((entry) => [entry.key, entry.value])));

const byNumber = <Value>(value: z.ZodType<Value>) =>
  z
    .array(z.object({ key: z.number(), value }))
    .transform((entries): ReadonlyMap<number, Value> => new Map(entries.map((entry) => [entry.key, entry.value])));

const closing = z.enum(['completed', 'not_planned', 'duplicate']);
const maybe = z.string().optional();
const blocker = z.object({
  number: z.number(),
  open: z.boolean(),
  id: z.string().exactOptional(),
  repository: z.string().exactOptional(),
});

/** JSON leaves out what is undefined: it is put back, since views are compared by their fields. */
const issueView = z
  .object({
    id: z.string(),
    number: z.number(),
    title: z.string(),
    firstTitle: z.string(),
    body: z.string(),
    open: z.boolean(),
    closedAs: closing.optional(),
    closedAt: maybe,
    closedBy: maybe,
    reopenedAt: maybe,
    reopenedBy: maybe,
    author: z.string(),
    editedAt: maybe,
    writer: maybe,
    createdAt: z.string(),
    labels: z.array(z.string()),
    labelled: byName(z.object({ by: z.string(), at: z.string() })),
    labelChanges: z.array(z.object({ label: z.string(), added: z.boolean(), by: maybe, at: z.string() })),
    stateChanges: z.array(z.object({ to: z.union([z.literal('open'), closing]), by: maybe, at: z.string() })),
    parent: z.number().optional(),
    blockedBy: z.array(blocker),
    blockerChanges: z.array(z.object({ blocker, added: z.boolean(), by: maybe, at: z.string() })),
    parentChanges: z.array(z.object({ parent: z.number().optional(), by: maybe, at: z.string() })),
    subIssues: z.number(),
    titled: z.object({ by: maybe, at: z.string() }),
    locked: z.boolean(),
    updatedAt: z.string(),
  })
  .transform(
    ({ labelChanges, stateChanges, blockerChanges, parentChanges, titled, ...issue }): IssueView => ({
      ...issue,
      closedAs: issue.closedAs,
      closedAt: issue.closedAt,
      closedBy: issue.closedBy,
      reopenedAt: issue.reopenedAt,
      reopenedBy: issue.reopenedBy,
      editedAt: issue.editedAt,
      writer: issue.writer,
      parent: issue.parent,
      titled: { by: titled.by, at: titled.at },
      labelChanges: labelChanges.map((change) => ({ ...change, by: change.by })),
      stateChanges: stateChanges.map((change) => ({ ...change, by: change.by })),
      blockerChanges: blockerChanges.map((change) => ({ ...change, by: change.by })),
      parentChanges: parentChanges.map((change) => ({ ...change, parent: change.parent, by: change.by })),
    }),
  );

const refusable = z.union([z.object({ number: z.number() }), z.object({ refused: z.string() })]);
const dispatch = z.object({ dispatch: z.number(), run: z.number() });
const refusal = z.object({ dispatch: z.number(), what: z.string() });
const merged = z.object({ head: z.string(), conflict: z.string().exactOptional() });
const states = z.array(z.string()).transform((all) => new Set(all));

const ledgerText = z
  .object({
    written: byNumber(issueView),
    createdLabels: byName(z.string()),
    said: byName(z.number()),
    replaced: byNumber(z.object({ at: z.number(), states })),
    dispatched: byNumber(dispatch),
    refusedDispatches: byNumber(refusal),
    openedPulls: byName(refusable),
    createdBranches: byName(z.object({ from: z.string(), at: z.number() })),
    refusedBranches: byName(z.string()),
    merged: merged.optional(),
    progress: z.object({ commit: z.string(), standsOn: z.string() }).optional(),
    told: z.object({ milestones: z.string(), at: z.number() }).optional(),
    usesProgressBranch: z.boolean(),
    refusesProgress: z.boolean().default(false),
  })
  .transform(
    ({ merged, progress, told, ...ledger }): Ledger => ({ ...EMPTY_LEDGER, ...ledger, merged, progress, told }),
  );

const memoryText = z.object({
  ledger: ledgerText,
  permissions: byName(z.object({ writes: z.boolean(), at: z.number() })),
  hosts: z.array(z.string()).default([]),
  past: z
    .object({ before: z.number().optional(), plan: z.string(), plans: z.number() })
    .transform(({ before, ...past }) => ({ ...past, before }))
    .optional(),
});

export function memoryToText({ ledger, cache }: Memory): string {
  // What the cache has of them is newer than what GitHub may show to whoever comes next.
  const shown = [...ledger.replaced.keys()].flatMap((number) => {
    const issue = cache.issues.get(number);
    return issue && !ledger.written.has(number) ? [[number, issue] as const] : [];
  });
  const kept = { ...ledger, written: new Map([...shown, ...ledger.written]) };
  const { permissions, hosts, past } = cache;
  return JSON.stringify({ ledger: kept, permissions, hosts, past }, (_, value: unknown) => {
    if (value instanceof Map) return [...value].map(([key, entry]) => ({ key, value: entry }));
    return value instanceof Set ? [...value] : value;
  });
}

/** @returns A new memory where the text is none of this version's: it costs requests, never correctness. */
export function memoryFromText(text: string): Memory {
  const { ledger = EMPTY_LEDGER, ...known } = parsed(text) ?? {};
  return { ...newMemory(), ledger, cache: { ...EMPTY_CACHE, ...known } };
}

function parsed(
  text: string,
): ({ ledger: Ledger } & Partial<Pick<IssueCache, 'permissions' | 'hosts' | 'past'>>) | undefined {
  try {
    return memoryText.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
