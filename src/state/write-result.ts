import { writeBlock } from './hidden-block.ts';
import { RESULT_BLOCK } from './names.ts';
import type { Result } from './result.ts';
import { withVersion } from './version.ts';

/** Apart from what reads it: a run writes its result without the schemas, which come with the whole of zod. */

/** @returns The block that `readResult` reads back. */
export function writeResult(report: Result): string {
  return writeBlock(RESULT_BLOCK, withVersion(report));
}
