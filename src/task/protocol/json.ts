import type * as z from 'zod/mini';

/** @returns What the text says, or undefined where it is no JSON, or not of this form. */
export function parseJson<Schema extends z.ZodMiniType>(text: string, schema: Schema): z.infer<Schema> | undefined {
  const parsed = schema.safeParse(jsonIn(text));
  return parsed.success ? parsed.data : undefined;
}

/** @returns The value; undefined, which no JSON says, where the text is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever asks has a schema that says so.
    return undefined;
  }
}
