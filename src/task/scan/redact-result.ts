import type { Result } from '../../state/result.ts';

/**
 * A result becomes public, whatever came of the work.
 * @returns It without what has the form of a secret, in every text that an agent or a program of others may have written.
 */
export async function redactResult(result: Result): Promise<Result> {
  const { failure, findings, review, cause } = result;
  const checks = await Promise.all(
    result.checks.map(async (check) =>
      check.note === undefined ? check : { ...check, note: await redact(check.note) },
    ),
  );
  return {
    ...result,
    checks,
    summary: await redact(result.summary),
    ...(failure && { failure: await redactEach(failure) }),
    ...(findings && { findings: await Promise.all(findings.map(redactEach)) }),
    ...(cause && { cause: await redactEach(cause) }),
    ...(review && {
      review: {
        ...review,
        summary: await redact(review.summary),
        objections: await Promise.all(review.objections.map(redactEach)),
      },
    }),
  };
}

/** Every field that is a text. */
async function redactEach<Value extends object>(value: Value): Promise<Value> {
  const entries = Object.entries(value).map(async ([key, field]) => [
    key,
    typeof field === 'string' ? await redact(field) : field,
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Value;
}

/** As every key, token and address with a password has: most results have none, and load no rules. */
const MAY_HOLD_ONE = /[\w-]{16}|:\/\/\S{0,500}@/;

/** What only stands beside a name that says secret is left: it is mostly none. */
export async function redact(text: string): Promise<string> {
  if (!MAY_HOLD_ONE.test(text)) return text;
  const { findSecrets } = await import('./secrets.ts');
  const found = (await findSecrets(text)).filter(({ by }) => by === 'form');
  return found.reduceRight(
    (shown, { start, end, kind }) => `${shown.slice(0, start)}(${kind}, left out)${shown.slice(end)}`,
    text,
  );
}
