import * as z from 'zod';

type Check = (value: unknown) => boolean;

/** A schema that is asked only about what it would not give back as it is. */
export interface QuickSchema<R> {
  /** @returns Undefined where it is none. */
  readonly read: (value: unknown) => R | undefined;
  /** Throws where it is none. */
  readonly parse: (value: R) => R;
}

export function quickSchema<R>(schema: z.ZodType<R>): QuickSchema<R> {
  const isExact = exactCheck(schema);
  return {
    read: (value) => (isExact(value) ? (value as R) : schema.safeParse(value).data),
    parse: (value) => (isExact(value) ? value : schema.parse(value)),
  };
}

/**
 * What a value of JSON is that a schema gives back as it is, field by field in the same order: of thousands of records
 * nearly all are, and to look takes a fraction of the time that parsing takes. Where this says no, the schema may say yes.
 */
function exactCheck(schema: z.core.$ZodType): Check {
  // What further checks refuse or rewrite is theirs to say.
  if (schema._zod.def.checks?.length) return never;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return exactCheck(schema.unwrap());
  if (schema instanceof z.ZodString) return (value) => typeof value === 'string';
  if (schema instanceof z.ZodNumber) return Number.isFinite;
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === 'boolean';
  if (schema instanceof z.ZodEnum) return (value) => schema.options.includes(value as string);
  if (schema instanceof z.ZodArray) return exactList(exactCheck(schema.element));
  if (schema instanceof z.ZodRecord) return exactRecord(exactCheck(schema.valueType));
  if (schema instanceof z.ZodObject) return exactObject(schema);
  return never;
}

function never(): boolean {
  return false;
}

function exactList(of: Check): Check {
  return (value) => Array.isArray(value) && value.every(of);
}

function exactRecord(of: Check): Check {
  return (value) => {
    if (!isObject(value)) return false;
    for (const key in value) if (key === '__proto__' || !of(value[key])) return false;
    return true;
  };
}

interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isExact: Check;
}

function exactObject({ shape }: z.ZodObject): Check {
  const fields = Object.entries(shape).map(([name, of]): Field => {
    // Where a default stands for a field that is missing, the value is not as it was.
    return { name, isRequired: !(of instanceof z.ZodOptional), isExact: exactCheck(of) };
  });
  const required = fields.findLastIndex(({ isRequired }) => isRequired);
  return (value) => {
    if (!isObject(value)) return false;
    let place = 0;
    for (const key in value) {
      // Fields are in order: what is passed over on the way to this one is not there.
      let field = fields[place++];
      while (field && field.name !== key && !field.isRequired) field = fields[place++];
      if (field?.name !== key || !field.isExact(value[key])) return false;
    }
    return place > required;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
