import * as z from 'zod';
import { visible } from '../../state/markdown.ts';
import type { Objection } from '../../state/result.ts';
import { readUntrusted } from '../isolation/untrusted-file.ts';

export interface ReviewVerdict {
  readonly verdict: 'approve' | 'object';
  /** At least one with `object`, none with `approve`. */
  readonly objections: readonly Objection[];
  readonly summary: string;
}

export type VerdictReading =
  | { readonly ok: true; readonly verdict: ReviewVerdict }
  /** Why the file is no verdict: what the reviewer is asked to correct. */
  | { readonly ok: false; readonly why: string };

const MAX_VERDICT = 100_000;

const text = (most: number) => z.string().transform((said) => visible(said).trim().slice(0, most).toWellFormed());

const schema = z.object({
  verdict: z.enum(['approve', 'object']),
  objections: z
    .array(
      z.object({
        // Models write null where they have nothing to say.
        file: text(300).nullish(),
        line: z.int().positive().nullish(),
        what: text(600).refine((what) => what !== '', 'is empty'),
      }),
    )
    .max(20),
  summary: text(1_000),
});

/** Reads what a reviewer wrote. @param hide Takes secrets out of a text. */
export async function readVerdict(file: string, hide: (text: string) => string): Promise<VerdictReading> {
  const written = readUntrusted(file, MAX_VERDICT + 1);
  if (written === undefined) return { ok: false, why: 'the file does not exist' };
  if (written.length > MAX_VERDICT) return { ok: false, why: `the file is longer than ${MAX_VERDICT} characters` };
  return parseVerdict(hide(written));
}

/** A verdict that says two things at once says nothing: it is refused like one that is not well formed. */
function parseVerdict(written: string): VerdictReading {
  let json: unknown;
  try {
    json = JSON.parse(written.replace(/^\ufeff/, ''));
  } catch (problem) {
    return { ok: false, why: `it is not JSON: ${(problem as Error).message}` };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const wrong = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
    return { ok: false, why: wrong.join('; ') };
  }
  const { verdict, objections, summary } = parsed.data;
  if (verdict === 'approve' && objections.length > 0)
    return { ok: false, why: 'it approves and objects at once; put remarks that stop nothing into the summary' };
  if (verdict === 'object' && objections.length === 0) return { ok: false, why: 'it objects to nothing' };
  return { ok: true, verdict: { verdict, summary, objections: objections.map(toObjection) } };
}

function toObjection({ file, line, what }: z.infer<typeof schema>['objections'][number]): Objection {
  return { ...(file ? { file } : {}), ...(file && line ? { line } : {}), what };
}
