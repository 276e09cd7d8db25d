import { MAX_ESTIMATE_MINUTES } from '../../plan/estimate.ts';
import type { SourcePosition } from './draft.ts';
import type { Remarks } from './remarks.ts';

/** Reading of values that came out of JSON or YAML, where anything may stand anywhere. */

export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

export function textOf(value: unknown, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const field = fieldOf(value, key);
    if (typeof field === 'string' && field.trim() !== '') return field;
  }
  return undefined;
}

export function listOf(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}

/** A list of ids, also where somebody wrote one of them, or several between commas. */
export function idsOfField(value: unknown, key: string): readonly unknown[] {
  const field = fieldOf(value, key);
  if (Array.isArray(field)) return field;
  if (typeof field === 'number') return [field];
  if (typeof field !== 'string') return [];
  return field.split(/[,;]/).filter((part) => !/^\s*(?:none|n\/a|null|-+|)\s*$/i.test(part));
}

/** An id as text: sources write numbers as well. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** A text or a list of texts as lines, without marks of lists and check boxes. */
export function linesOfField(value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts
    .flatMap((text) => (typeof text === 'string' ? text.split(/\r?\n/) : []))
    .map((line) => line.trim().replace(/^(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?/, ''))
    .filter((line) => line !== '');
}

/** Minutes as a number; what is something else is said. */
export function minutesOfField(
  value: unknown,
  { at, remarks }: { readonly at: SourcePosition; readonly remarks: Remarks },
): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value > 0 && value <= MAX_ESTIMATE_MINUTES) return value;
  remarks.often(
    at,
    (times) => `an estimate that is no number of minutes up to ${MAX_ESTIMATE_MINUTES} counts as one hour (${times})`,
  );
  return undefined;
}

/** Parts of a description, each under its heading where it has one. */
export function described(
  parts: readonly (readonly [heading: string, text: string | undefined])[],
): string | undefined {
  const given = parts.flatMap(([heading, text]) => {
    if (text === undefined || text.trim() === '') return [];
    return [heading === '' ? text.trim() : `## ${heading}\n\n${text.trim()}`];
  });
  return given.length === 0 ? undefined : given.join('\n\n');
}
