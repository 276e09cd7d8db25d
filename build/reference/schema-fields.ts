import * as z from 'zod';
import { code, described } from './markdown.ts';

/** What a page says of one key or field. */
export interface Field {
  /** Its place: `agents.<name>.model`, `tasks[].id`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: unknown;
  readonly description: string;
}

/** A JSON Schema, as far as zod writes it for our schemas. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** @returns Every field of a file in the order of its schema, as people write it: before defaults and transforms. */
export function fieldsOf(schema: z.ZodType): readonly Field[] {
  return childrenOf(z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }) as Schema, '');
}

/** Fields below a place; those of each form that it may have. */
function childrenOf(schema: Schema, path: string): readonly Field[] {
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((form) => childrenOf(form, path));
  const items = schema.items ? childrenOf(schema.items, `${path}[]`) : [];
  const entries =
    typeof schema.additionalProperties === 'object' ? childrenOf(schema.additionalProperties, `${path}.<name>`) : [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const field: Field = {
      path: at,
      type: typeOf(inner),
      required: (schema.required ?? []).includes(key),
      default: inner.default,
      description: described(inner.description, at),
    };
    return [field, ...childrenOf(inner, at)];
  });
  return [...own, ...forms, ...items, ...entries];
}

function typeOf(schema: Schema): string {
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms) return [...new Set(forms.map(typeOf))].join(' or ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.map((type) => typeWord(type, schema)).join(' or ');
}

function typeWord(type: string, schema: Schema): string {
  switch (type) {
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'whole number' : 'number'}${boundsOf(schema)}`;
    case 'string':
      return 'text';
    case 'boolean':
      return '`true` or `false`';
    case 'null':
      return '`null`';
    case 'array':
      return schema.items ? listOf(typeOf(schema.items)) : 'list';
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? `${typeOf(schema.additionalProperties)} by name`
        : 'object';
    default:
      throw new Error(`there is no word for the type ${type}; add it to typeWord`);
  }
}

function listOf(items: string): string {
  if (items === 'object') return 'list of objects';
  return `list of ${items.includes(' or ') ? `(${items})` : items}`;
}

function boundsOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}${most === undefined ? '' : `, up to ${most}`}`;
  if (minimum !== undefined) return ` from ${minimum}${most === undefined ? '' : ` to ${most}`}`;
  return most === undefined ? '' : ` up to ${most}`;
}
