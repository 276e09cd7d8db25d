import * as z from 'zod/mini';

/**
 * The form in which records and results are written, as their field `v`. It rises when what is written could be
 * misread by a version that does not know the new form; what has no `v` was written by 0.1.
 *
 * 1: causes are facts. 2: records name their plan by its id, and stand between markers, so that what people write
 * beside them is told apart; a body in an older form is rewritten once.
 */
export const VERSION = 2;

const versioned = z.object({ v: z.optional(z.int().check(z.minimum(1))) });

/** What a hidden block holds. */
export type Form =
  /** As this version writes it. */
  | { readonly kind: 'current'; readonly value: unknown }
  /** As 0.1 wrote it. */
  | { readonly kind: 'first'; readonly value: unknown }
  /** As a version after 0.1 and before this one wrote it. */
  | { readonly kind: 'older'; readonly value: unknown }
  /** A newer version wrote it: what it means is not known here, so nobody may write over it. */
  | { readonly kind: 'newer'; readonly version: number; readonly value: unknown }
  /** No block, or one that a person broke. */
  | { readonly kind: 'none' };

export function formOf(value: unknown): Form {
  // Nearly every one is that.
  if (typeof value === 'object' && value !== null && 'v' in value && value.v === VERSION)
    return { kind: 'current', value };
  const parsed = versioned.safeParse(value);
  if (!parsed.success) return { kind: 'none' };
  const { v } = parsed.data;
  if (v === undefined) return { kind: 'first', value };
  if (v > VERSION) return { kind: 'newer', version: v, value };
  return { kind: 'older', value };
}

/** @returns What is written: the value with its form, which goes first. */
export function withVersion(value: object): object {
  return { v: VERSION, ...value };
}

/** @returns The rest of what was written so; anything else as it is. */
export function withoutVersion(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { v, ...rest } = value as { readonly v?: unknown };
  return rest;
}
