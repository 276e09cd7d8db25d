import * as z from 'zod';
import { fittedPart } from './body-room.ts';
import type { QuickSchema } from './exact.ts';
import { findOnlyBlock, readEveryBlock, readOnlyBlock, replaceOnlyBlock, withoutBlocks } from './hidden-block.ts';
import { findOwnPart, hasMarkers, ownPart, textBefore, withOwnPart } from './own-part.ts';
import { unreachable } from './unreachable.ts';
import { upgradePlanName } from './upgrade.ts';
import { type Form, formOf, withoutVersion } from './version.ts';

/** Where a record stands in a body, in what form, and how it gets there. */

export const TASK_BLOCK = 'agent-waves:task-record';
export const GROUP_BLOCK = 'agent-waves:group-record';

/** What our part of a body says. */
export interface RecordPart<R> {
  readonly record: R;
  /**
   * What it says to people in front of the record. Undefined where the record is not the last thing there, or does not
   * hold just what this version writes of it: then the body is compared as a whole.
   */
  readonly text: string | undefined;
}

interface RecordKind<R> {
  readonly kind: string;
  readonly schema: QuickSchema<R>;
  readonly upgrade: (value: unknown) => unknown;
}

/** @returns Undefined where there is no record that can be read. */
export function readPart<R>(body: string, { kind, schema, upgrade }: RecordKind<R>): RecordPart<R> | undefined {
  const { form, text } = foundIn(kind, body);
  const value = withoutVersion(upgraded(form, upgrade));
  const record = schema.read(value);
  return record && { record, text: form.kind === 'current' && record === value ? text : undefined };
}

interface Found extends Pick<RecordPart<unknown>, 'text'> {
  readonly form: Form;
}

/** Of our part of the body only. Before form 2 nothing marked it: then a block counts that is the only one. */
function foundIn(kind: string, body: string): Found {
  const part = findOwnPart(body);
  if (part !== undefined) {
    const block = findOnlyBlock(kind, part);
    return { form: formOf(block?.value), text: block && textBefore(part, block) };
  }
  const form = hasMarkers(body) ? NONE : formOf(readOnlyBlock(kind, body));
  return { form: form.kind === 'current' ? NONE : form, text: undefined };
}

function formIn(kind: string, body: string): Form {
  return foundIn(kind, body).form;
}

const NONE: Form = { kind: 'none' };

function upgraded(form: Form, upgrade: (value: unknown) => unknown): unknown {
  switch (form.kind) {
    case 'current':
      return form.value;
    case 'older':
      return upgradePlanName(form.value);
    case 'first':
      return upgradePlanName(upgrade(form.value));
    case 'newer':
    case 'none':
      return undefined;
    default:
      return unreachable(form);
  }
}

/**
 * @returns The form of a record that a newer version wrote into this body; undefined for every other body. Such a
 *   record is not missing: whoever rebuilt it would undo what the newer version knows.
 */
export function newerVersionIn(body: string): number | undefined {
  for (const kind of [TASK_BLOCK, GROUP_BLOCK]) {
    const form = formIn(kind, body);
    if (form.kind === 'newer') return form.version;
  }
  return undefined;
}

/** @returns The highest dispatch number that any record of this issue in its body tells of, whether it counts or not; else 0. */
export function highestDispatchIn({ body, number }: { readonly body: string; readonly number: number }): number {
  const records = readEveryBlock(TASK_BLOCK, body).flatMap((value) => numbered.safeParse(value).data ?? []);
  const own = records.filter(({ issue = number }) => issue === number);
  return Math.max(0, ...own.map(({ dispatch }) => dispatch));
}

const numbered = z.object({ dispatch: z.number().int().max(1_000_000), issue: z.number().optional() });

/**
 * @param part What our part of the body is to be, with its markers.
 * @returns The body with it, and with all that people wrote around it. Where nothing tells the two apart, everything
 *   but records and markers is kept. Where there is no room for all of our part, its record alone is there; a body that
 *   is too long even so is more than GitHub takes.
 */
export function withRecordPart(
  body: string,
  { part, isOurs }: { readonly part: string /** The app was the last to write the body. */; readonly isOurs: boolean },
): string {
  const into = bodyToWriteIn(body, isOurs);
  return withOwnPart(into, fittedPart(into, part));
}

function bodyToWriteIn(body: string, isOurs: boolean): string {
  if (findOwnPart(body) !== undefined) return body;
  const isOlder = [TASK_BLOCK, GROUP_BLOCK].some((kind) => formIn(kind, body).kind !== 'none');
  // Before form 2 the whole body was written anew each time.
  if (isOlder && isOurs) return '';
  return withoutBlocks(TASK_BLOCK, withoutBlocks(GROUP_BLOCK, body));
}

/** @returns Our part of a body whose record can be read, with another record in it and otherwise as it is. */
export function withRecordBlock(body: string, by: { readonly kind: string; readonly block: string }): string {
  const part = findOwnPart(body);
  return part === undefined ? ownPart(replaceOnlyBlock(body, by)) : replaceOnlyBlock(part, by);
}
