import { nearestWithin } from './nearest.ts';

/** Names that one object of a file may have, and other words that people write for them. */
export interface FieldNames {
  readonly known: readonly string[];
  /** In any case, with or without `_` and `-`. They stand for the field where the object does not have it as well. */
  readonly synonyms?: Readonly<Record<string, readonly string[]>>;
  /** Fields whose synonyms are slips also beside the field itself: what they say must not get lost. */
  readonly always?: readonly string[];
}

/**
 * The field that somebody meant who wrote an unknown one: the same in another spelling, a well-known word for it, or
 * one that is a slip or two away. Undefined where it is a field of their own, as one is that begins with a sign or `x-`.
 * @param written Every key of the object.
 */
export function meantField(name: string, { names, written }: WrittenField): string | undefined {
  if (/^[^A-Za-z]|^x-/i.test(name)) return undefined;
  const word = folded(name);
  const same = names.known.find((known) => folded(known) === word);
  if (same !== undefined) return same;
  const other = Object.entries(names.synonyms ?? {}).find(([, words]) =>
    words.some((one) => folded(one) === word),
  )?.[0];
  if (other !== undefined && names.known.includes(other))
    return !written.includes(other) || names.always?.includes(other) ? other : undefined;
  return nearestWithin({ word: name, candidates: names.known, slips: slipsIn(name) });
}

interface WrittenField {
  readonly names: FieldNames;
  readonly written: readonly string[];
}

/** Fewer than for a guess: what is taken for a slip here refuses the file. */
function slipsIn({ length }: string): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
